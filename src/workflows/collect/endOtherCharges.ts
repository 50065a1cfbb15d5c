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
import type { latePayment } from '../late/latePayment.js';
import { latePaymentType } from '../late/messages.js';
import { nowMs, timeOfDay } from '../saga/clock.js';
import { evidenceSignal } from '../saga/messages.js';
import { startOptions } from '../saga/startOptions.js';
import { inRecords } from '../saga/steps.js';
import { untilKnown } from '../saga/untilKnown.js';
import { hasMoney, markPlaced, unplacedMoney, type Charge } from './charges.js';
import { endCharge, queryCharge } from './endCharge.js';
import type { RunningPayment } from './runningPayment.js';

/** Pauses between last queries while the channel does not answer, ms; evidence ends them at once. */
const lastQueryPauseMaxMs = 3_600_000;
const lastQueriesMax = 48;

/**
 * Before a payment's workflow ends, each charge that did not count must have ended too: closed at the channel, or, where
 * the channel had nothing to close, watched until it can no longer be paid. Money that came anyway goes to a
 * `latePayment` of its own and is never left to memory. The payment keeps the status it has ended with.
 */
export async function endOtherCharges(payment: RunningPayment, counted: Charge | null): Promise<void> {
  payment.leads = false;
  for (const charge of payment.charges.all) {
    if (charge !== counted) await endUncounted(payment, charge);
    await handOnLateMoney(payment);
  }
}

async function endUncounted(payment: RunningPayment, charge: Charge): Promise<void> {
  if (charge.ending === 'open' && verdictOf(charge.state).kind === 'open') await closeUncounted(payment, charge);
  const mayBePaid = charge.ending === 'absent' || charge.ending === 'runsOut';
  if (mayBePaid && !hasMoney(charge)) await watchUntilUnpayable(payment, charge);
}

async function closeUncounted(payment: RunningPayment, charge: Charge): Promise<void> {
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
async function handOnLateMoney(payment: RunningPayment): Promise<void> {
  for (;;) {
    const charge = payment.charges.all.find((each) => unplacedMoney(each).length > 0);
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
async function watchUntilUnpayable(payment: RunningPayment, charge: Charge): Promise<void> {
  const lastMs = Date.parse(charge.expiresAt) + charge.terms.closeMarginMs;
  payment.show(`last query of ${charge.outTradeNo} at ${timeOfDay(lastMs)}, when it can no longer be paid`);
  const summary = `watch ${charge.outTradeNo} until it cannot be paid`;
  await condition(() => hasMoney(charge), Math.max(1, lastMs - nowMs()), { summary });
  if (hasMoney(charge)) return;
  const end = await untilKnown<'appeared' | 'over'>({
    heard: () => (hasMoney(charge) ? 'over' : null),
    ask: async () => {
      const answer = await queryCharge(payment, charge);
      if (answer === 'waiting' && charge.ending === 'absent') return 'appeared';
      // A payment that was begun in time and is still under way ends by itself, one way or the other.
      return answer === 'unknown' || answer === 'waiting' ? null : 'over';
    },
    wait: (tries) => waitForLastAnswer(payment, charge, tries),
  });
  // It appeared after all and nobody paid: now there is something to close.
  if (end === 'appeared') await closeUncounted(payment, charge);
}

async function waitForLastAnswer(payment: RunningPayment, charge: Charge, tries: number): Promise<void> {
  const { outTradeNo } = charge;
  if (tries % lastQueriesMax === 0) {
    const detail = `${outTradeNo} cannot be paid any more, and the channel has not said for days whether it was`;
    await payment.waitForPerson({ reason: 'channelSilent', detail }, () => hasMoney(charge));
  } else {
    const pauseMs = Math.min(10_000 * 2 ** Math.min(tries, 10), lastQueryPauseMaxMs);
    await condition(() => hasMoney(charge), pauseMs, { summary: `query ${outTradeNo} again` });
  }
}

async function startLatePayment(payment: RunningPayment, charge: Charge, evidence: readonly Evidence[]): Promise<void> {
  const { proposalNo, amountFen } = payment.input;
  const { outTradeNo, method, order } = charge;
  const workflowId = lateWorkflowId(outTradeNo);
  const found = { status: payment.status, channel: method.channel, proposalNo, amountFen };
  try {
    await startChild<typeof latePayment>(latePaymentType, {
      ...startOptions({ workflowId, summary: `late money for ${outTradeNo}`, ...found }),
      // It owns money: it outlives whatever becomes of this workflow.
      parentClosePolicy: ParentClosePolicy.ABANDON,
      args: [{ paymentId: order.payeeOf(outTradeNo), outTradeNo, evidence }],
    });
    payment.show(`late money for ${outTradeNo} has its own workflow`);
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    await tellLatePayment(payment, workflowId, evidence);
  }
}

/** The workflow for this charge's late money was there already, as after a reset: it hears the news if it still runs. */
async function tellLatePayment(
  payment: RunningPayment,
  workflowId: string,
  evidence: readonly Evidence[],
): Promise<void> {
  try {
    for (const fact of evidence) await getExternalWorkflowHandle(workflowId).signal(evidenceSignal, fact);
  } catch (error) {
    if (!(error instanceof TemporalFailure)) throw error;
    const detail = `${workflowId} has ended, and evidence speaks of more money: ${evidence.map(({ evidenceId }) => evidenceId).join(', ')}`;
    await payment.waitForPerson({ reason: 'strandedMoney', detail });
  }
}
