import { latePaymentType } from '../late/messages.js';
import {
  condition,
  getExternalWorkflowHandle,
  ParentClosePolicy,
  startChild,
  TemporalFailure,
} from '@temporalio/workflow';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { lateWorkflowId } from '../../domain/ids.js';
import { verdictOf } from '../../domain/charge.js';
import type { Evidence } from '../../domain/evidence.js';
import { askChannel, endCharge } from './chargeSteps.js';
import { nowMs, timeOfDay } from '../saga/clock.js';
import { hasMoney, markPlaced, unplacedMoney, type Charge } from './collection.js';
import type { latePayment } from '../late/latePayment.js';
import { evidenceSignal, searchAttributes } from '../saga/messages.js';
import type { OpenPayment } from './openPayment.js';
import { inRecords } from '../saga/steps.js';

/** Pauses between last queries while the channel does not answer, ms; evidence ends them at once. */
const lastQueryPauseMaxMs = 3_600_000;
const lastQueriesMax = 48;

/**
 * Before a payment's workflow ends, each charge that did not count must have ended too: closed at the channel, or, where
 * the channel had nothing to close, watched until it can no longer be paid. Money that came anyway goes to a
 * `latePayment` of its own and is never left to memory. The payment keeps the status it has ended with.
 */
export async function endOtherCharges(payment: OpenPayment, counted: Charge | null): Promise<void> {
  payment.leads = false;
  for (const charge of payment.collection.charges) {
    if (charge !== counted) await endUncounted(payment, charge);
    await handOnLateMoney(payment);
  }
}

async function endUncounted(payment: OpenPayment, charge: Charge): Promise<void> {
  if (charge.ending === 'open' && verdictOf(charge.state).kind === 'open') await closeUncounted(payment, charge);
  const mayBePaid = charge.ending === 'absent' || charge.ending === 'runsOut';
  if (mayBePaid && !hasMoney(charge)) await watchUntilUnpayable(payment, charge);
}

async function closeUncounted(payment: OpenPayment, charge: Charge): Promise<void> {
  const ended = await endCharge(payment, charge);
  if (!ended) return;
  const { outTradeNo } = charge;
  payment.note('ChargeClosed', `${outTradeNo}, which did not count`);
  const step = payment.step();
  await inRecords.recordPayment.executeWithOptions({ summary: `record ${outTradeNo} closed` }, [
    { step, charge: { outTradeNo, version: step.version, status: 'closed' } },
  ]);
}

/** Money may come for one charge while another is being ended, and a second time for the one that counted: all are looked at. */
async function handOnLateMoney(payment: OpenPayment): Promise<void> {
  for (;;) {
    const charge = payment.collection.charges.find((each) => unplacedMoney(each).length > 0);
    if (charge === undefined) return;
    const evidence = unplacedMoney(charge);
    markPlaced(
      charge,
      evidence.flatMap(({ outcome }) => ('tradeNo' in outcome ? [outcome.tradeNo] : [])),
    );
    await startLatePayment(payment, charge, evidence);
  }
}

/** An order that could not be closed can be paid until it expires: one last query after that. */
async function watchUntilUnpayable(payment: OpenPayment, charge: Charge): Promise<void> {
  const lastMs = Date.parse(charge.expiresAt) + charge.terms.closeMarginMs;
  payment.show(`last query of ${charge.outTradeNo} at ${timeOfDay(lastMs)}, when it can no longer be paid`);
  const summary = `watch ${charge.outTradeNo} until it cannot be paid`;
  await condition(() => hasMoney(charge), Math.max(1, lastMs - nowMs()), { summary });
  for (let query = 1; !hasMoney(charge); query += 1) {
    const answer = await askChannel(payment, charge);
    if (answer === 'waiting' && charge.ending === 'absent') {
      // It appeared after all and nobody paid: now there is something to close.
      await closeUncounted(payment, charge);
      return;
    }
    // A payment that was begun in time and is still under way ends by itself, one way or the other.
    if (answer !== 'unknown' && answer !== 'waiting') return;
    if (query % lastQueriesMax === 0) {
      const detail = `${charge.outTradeNo} cannot be paid any more, and the channel has not said for days whether it was`;
      await payment.waitForPerson({ reason: 'channelSilent', detail }, () => hasMoney(charge));
    } else {
      const pauseMs = Math.min(10_000 * 2 ** Math.min(query, 10), lastQueryPauseMaxMs);
      await condition(() => hasMoney(charge), pauseMs, { summary: `query ${charge.outTradeNo} again` });
    }
  }
}

/** Of a child of a combined order the payment it pays. */
function ownerOf({ paymentId }: OpenPayment, { outTradeNo, combined }: Charge): string {
  return combined?.children.find((child) => child.outTradeNo === outTradeNo)?.paymentId ?? paymentId;
}

async function startLatePayment(payment: OpenPayment, charge: Charge, evidence: readonly Evidence[]): Promise<void> {
  const { input } = payment;
  const { outTradeNo, method } = charge;
  const workflowId = lateWorkflowId(outTradeNo);
  try {
    await startChild<typeof latePayment>(latePaymentType, {
      workflowId,
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
      // It owns money: it outlives whatever becomes of this workflow.
      parentClosePolicy: ParentClosePolicy.ABANDON,
      staticSummary: `late money for ${outTradeNo}`,
      typedSearchAttributes: [
        { key: searchAttributes.paymentStatus, value: payment.status },
        { key: searchAttributes.channel, value: method.channel },
        { key: searchAttributes.proposalNo, value: input.proposalNo },
        { key: searchAttributes.amountFen, value: input.amountFen },
        { key: searchAttributes.needsAttention, value: false },
      ],
      args: [{ paymentId: ownerOf(payment, charge), outTradeNo, evidence }],
    });
    payment.show(`late money for ${outTradeNo} has its own workflow`);
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    await tellLatePayment(payment, workflowId, evidence);
  }
}

/** The workflow for this charge's late money was there already, as after a reset: it hears the news if it still runs. */
async function tellLatePayment(payment: OpenPayment, workflowId: string, evidence: readonly Evidence[]): Promise<void> {
  try {
    for (const fact of evidence) await getExternalWorkflowHandle(workflowId).signal(evidenceSignal, fact);
  } catch (error) {
    if (!(error instanceof TemporalFailure)) throw error;
    const detail = `${workflowId} has ended, and evidence speaks of more money: ${evidence.map(({ evidenceId }) => evidenceId).join(', ')}`;
    await payment.waitForPerson({ reason: 'strandedMoney', detail });
  }
}
