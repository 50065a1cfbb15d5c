import { condition, ParentClosePolicy, startChild } from '@temporalio/workflow';
import { lateWorkflowId } from '../domain/ids.js';
import { verdictOf } from '../domain/charge.js';
import { askChannel, endCharge } from './chargeSteps.js';
import { nowMs, timeOfDay } from './clock.js';
import { hasMoney, hasUnplacedMoney, markPlaced, type Charge } from './collection.js';
import type { latePayment } from './latePayment.js';
import { evidenceSignal, searchAttributes, workflowTypes } from './messages.js';
import type { OpenPayment } from './openPayment.js';

/** Pauses between last queries while the channel does not answer, ms; evidence ends them at once. */
const lastQueryPauseMaxMs = 3_600_000;
const lastQueriesMax = 48;

/**
 * Before a payment's workflow ends, each charge that did not count must have ended too: closed at the channel, or, where
 * the channel had nothing to close, watched until it can no longer be paid. Money that came anyway goes to a
 * `latePayment` of its own and is never left to memory.
 */
export async function endOtherCharges(payment: OpenPayment, counted: Charge | null): Promise<void> {
  for (const charge of payment.collection.charges) {
    if (charge !== counted) await endUncounted(payment, charge);
    await handOnLateMoney(payment);
  }
}

async function endUncounted(payment: OpenPayment, charge: Charge): Promise<void> {
  if (charge.ending === 'open' && verdictOf(charge.state).kind === 'open') await endCharge(payment, charge);
  if (charge.ending === 'absent' && !hasMoney(charge)) await watchUntilUnpayable(payment, charge);
}

/** Money may come for one charge while another is being ended, and a second time for the one that counted: all are looked at. */
async function handOnLateMoney(payment: OpenPayment): Promise<void> {
  for (;;) {
    const charge = payment.collection.charges.find(hasUnplacedMoney);
    if (charge === undefined) return;
    markPlaced(charge);
    await startLatePayment(payment, charge);
  }
}

/** An order the channel never had could still appear and be paid until it expires: one last query after that. */
async function watchUntilUnpayable(payment: OpenPayment, charge: Charge): Promise<void> {
  const lastMs = payment.expiresMs + payment.input.terms.closeMarginMs;
  payment.show(`last query of ${charge.outTradeNo} at ${timeOfDay(lastMs)}, when it can no longer be paid`);
  const summary = `watch ${charge.outTradeNo} until it cannot be paid`;
  await condition(() => hasMoney(charge), Math.max(1, lastMs - nowMs()), { summary });
  for (let query = 1; !hasMoney(charge) && query <= lastQueriesMax; query += 1) {
    if ((await askChannel(payment, charge)) !== 'unknown') return;
    const pauseMs = Math.min(10_000 * 2 ** query, lastQueryPauseMaxMs);
    await condition(() => hasMoney(charge), pauseMs, { summary: `query ${charge.outTradeNo} again` });
  }
  // Two days of silence after it became unpayable: a callback or the statement still reaches the late path.
}

async function startLatePayment(payment: OpenPayment, charge: Charge): Promise<void> {
  const { input } = payment;
  const { outTradeNo, method, state } = charge;
  const late = await startChild<typeof latePayment>(workflowTypes.latePayment, {
    workflowId: lateWorkflowId(outTradeNo),
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
    args: [{ paymentId: payment.paymentId, outTradeNo }],
  });
  for (const evidence of charge.moneyEvidence) await late.signal(evidenceSignal, evidence);
  payment.show(`late money for ${outTradeNo} (${state.receipts.length} receipt) has its own workflow`);
}
