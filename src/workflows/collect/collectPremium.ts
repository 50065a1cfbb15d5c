import { ActivityFailure, CancellationScope, condition, isCancellation } from '@temporalio/workflow';
import { decide, type ChargeDoubt, type Receipt } from '../../domain/charge.js';
import { paymentRuling } from '../../domain/paymentRuling.js';
import { queryGapMs } from '../../domain/terms.js';
import { nowMs, timeOfDay } from '../saga/clock.js';
import { inRecords } from '../saga/steps.js';
import type { Charge } from './charges.js';
import { endCharge, queryCharge } from './endCharge.js';
import type { MethodSwitch, RunningPayment } from './runningPayment.js';

/** How collecting ended. */
export type Collected =
  | { kind: 'paid'; charge: Charge; receipt: Receipt }
  | { kind: 'closed' }
  /** An operator sends back money that does not fit the payment. */
  | { kind: 'giveBack'; charge: Charge }
  /** Money came and went back outside our refunds, and an operator has confirmed it. */
  | { kind: 'returned'; charge: Charge; receipt: Receipt };

/** Opens a charge and stays with it until its money is known, or known not to come. */
export async function collectPremium(payment: RunningPayment): Promise<Collected> {
  const charge = payment.charges.add({ ...payment.input, expiresAt: payment.expiresAt });
  await openCharges(payment, [charge]);
  return collectUntilKnown(payment);
}

/** Stays with the charges there are until money is known, or known not to come. */
export async function collectUntilKnown(payment: RunningPayment): Promise<Collected> {
  for (;;) {
    const ruling = paymentRuling(payment.charges.all, payment.wishes());
    switch (ruling.kind) {
      case 'paid':
        return ruling;
      case 'doubtful': {
        const collected = await clearDoubt(payment, ruling);
        if (collected !== null) return collected;
        break;
      }
      case 'ended':
        await recordClosed(payment, ruling.why);
        break;
      case 'switch':
        if (payment.methodSwitch !== null) await switchMethod(payment, payment.methodSwitch);
        break;
      case 'close':
        await closeCharge(payment, ruling.why);
        break;
      case 'wait':
        await awaitEvidence(payment, payment.charges.live, () => payment.charges.ruling().kind !== 'open');
    }
    if (payment.status === 'closed') return { kind: 'closed' };
  }
}

/**
 * The channel makes these charges payable, which are of one order, however often it must be asked; an end of waiting goes on
 * to the close. `isOver`: something has come that makes opening pointless.
 */
export async function openCharges(
  payment: RunningPayment,
  charges: readonly Charge[],
  isOver: () => boolean = () => payment.charges.ruling().kind !== 'open',
): Promise<void> {
  const order = charges[0]?.order;
  if (order === undefined) throw new Error('there is no charge to open');
  payment.show('the channel opens the charge');
  const scope = new CancellationScope();
  const detail = `${order.channel} ${order.product} ${order.no}${charges.length === 1 ? '' : ` for ${charges.length} items`}`;
  const step = payment.propose({ status: 'awaitingPayment' }, { type: 'ChargeOpened', detail });
  const opening = scope
    .run(() => order.open(step, Math.max(1_000, payment.expiresMs - nowMs())))
    .catch((error: unknown) => {
      // Out of time or called off: the charge may exist all the same, so it is closed like any other.
      if (error instanceof ActivityFailure || isCancellation(error)) return { kind: 'unknown' as const };
      throw error;
    });
  let answered = false;
  void opening.finally(() => (answered = true)).catch(() => undefined);
  await condition(() => answered || payment.cancelReason !== null || isOver());
  scope.cancel();
  const result = await opening;
  for (const charge of charges) charge.lastAskedMs = nowMs();
  switch (result.kind) {
    case 'opened':
      payment.accept(step);
      for (const charge of charges) charge.cashier = result.cashier;
      payment.moveTo('awaitingPayment');
      break;
    case 'refused': {
      const { code, message } = result;
      payment.note('ChargeRefused', `${code}: ${message}`);
      for (const charge of charges) {
        const { outTradeNo, state } = charge;
        charge.state = decide(state, { outTradeNo, merchantId: '', outcome: { kind: 'refused', code } });
      }
      payment.refusal = { code, message };
      break;
    }
    case 'unknown':
      break;
  }
}

/** Waits for whatever comes first: evidence (`isOver`), a caller's wish, the next query, or the end of the payment's time. */
export async function awaitEvidence(payment: RunningPayment, charge: Charge, isOver: () => boolean): Promise<void> {
  const { channel, no } = charge.order;
  const query = charge.queries + 1;
  const askAtMs = charge.lastAskedMs + queryGapMs(charge.terms, query);
  const wakeAtMs = Math.min(askAtMs, payment.expiresMs);
  const due = askAtMs < payment.expiresMs ? `query ${query} of ${channel} ${no}` : `expiry of ${no}`;
  payment.show(`${due} at ${timeOfDay(wakeAtMs)}, or evidence before`);
  const isWanted = (): boolean => payment.cancelReason !== null || payment.switchWanted || payment.queryWanted;
  await condition(() => isOver() || isWanted(), Math.max(1, wakeAtMs - nowMs()), { summary: due });
  if (isOver()) return;
  if (payment.queryWanted || nowMs() >= askAtMs) {
    payment.queryWanted = false;
    await queryCharge(payment, charge);
  }
}

/** Query, close, query: the end of a charge is proven, or its money found. */
async function closeCharge(payment: RunningPayment, why: string): Promise<void> {
  const { live } = payment.charges;
  payment.note('ChargeClosing', why);
  payment.moveTo('closing');
  payment.show(`close ${live.outTradeNo}: ${why}`);
  if (await endCharge(payment, live)) await recordClosed(payment, why);
}

async function recordClosed(payment: RunningPayment, why: string): Promise<void> {
  const { live } = payment.charges;
  payment.note('ChargeClosed', `${live.outTradeNo} ${why}`);
  payment.moveTo('closed');
  const step = payment.step({ closeReason: why });
  const status = live.state.refusedCode === null ? 'closed' : 'refused';
  await inRecords.recordPayment.executeWithOptions({ summary: `record closed: ${why}` }, [
    { step, charge: { outTradeNo: live.outTradeNo, version: step.version, status } },
  ]);
}

/** One live charge at a time: the old one ends before the new one opens, and money found on it ends the switch. */
async function switchMethod(payment: RunningPayment, request: MethodSwitch): Promise<void> {
  const old = payment.charges.live;
  payment.note(
    'MethodSwitched',
    `${old.method.channel} ${old.method.product} to ${request.method.channel} ${request.method.product}`,
  );
  payment.moveTo('closing');
  payment.show(`close ${old.outTradeNo} before another method`);
  if (!(await endCharge(payment, old))) {
    payment.answerSwitch('alreadyPaid');
    return;
  }
  if (payment.cancelReason !== null || nowMs() >= payment.expiresMs) {
    payment.answerSwitch('notPossible');
    return;
  }
  payment.note('ChargeClosed', `${old.outTradeNo} gave way to another method`);
  payment.channel = request.method.channel;
  payment.moveTo('opening');
  const step = payment.step({ method: request.method });
  await inRecords.recordPayment.executeWithOptions({ summary: `record ${old.outTradeNo} closed` }, [
    { step, charge: { outTradeNo: old.outTradeNo, version: step.version, status: 'closed' } },
  ]);
  const charge = payment.charges.add({ ...request, expiresAt: payment.expiresAt });
  await openCharges(payment, [charge]);
  // Not open: the request stays pending and is answered by how collecting ends.
  if (charge.cashier === null || payment.charges.ruling().kind !== 'open') return;
  payment.answerSwitch('switched');
  payment.methodSwitch = null;
}

/**
 * Facts that do not fit wait for a person, and nothing is issued or given back meanwhile. Null when the doubt is gone
 * and collecting goes on.
 */
export async function clearDoubt(
  payment: RunningPayment,
  doubt: { charge: Charge; reason: ChargeDoubt },
): Promise<Exclude<Collected, { kind: 'closed' }> | null> {
  const { charge, reason } = doubt;
  payment.show('a person decides');
  const resolution = await payment.waitForPerson({ reason, detail: describeDoubt(charge, reason) });
  // Whatever was decided is done on what the channel says now, not on what raised the doubt.
  const answer = await queryCharge(payment, charge, 'afresh');
  if (answer === 'unknown') return null; // The channel does not answer: the facts stand as they are, and the doubt is raised again.
  const [receipt] = charge.state.receipts;
  switch (resolution?.decision) {
    case 'refund':
      if (receipt !== undefined) return { kind: 'giveBack', charge };
      payment.requestCancel(`an operator ended it: ${resolution.reason}`);
      break;
    case 'settledOutside':
      if (receipt !== undefined && charge.state.returned) return { kind: 'returned', charge, receipt };
      break;
    default:
  }
  if (payment.charges.ruling().kind === 'open') payment.moveTo('awaitingPayment');
  return null;
}

export function describeDoubt(charge: Charge, reason: ChargeDoubt): string {
  const { askedFen, receipts, foreignMerchants, refusedCode } = charge.state;
  const seen = receipts.map(({ tradeNo, paidFen }) => `${paidFen} fen under ${tradeNo}`).join(' and ');
  switch (reason) {
    case 'amountMismatch':
      return `${charge.outTradeNo}: asked ${askedFen} fen, channel says ${seen}`;
    case 'merchantMismatch':
      return `${charge.outTradeNo}: paid to ${foreignMerchants.join(', ')} instead of ${charge.merchantId}`;
    case 'contradictoryEvidence':
      return `${charge.outTradeNo}: ${seen}${refusedCode === null ? '' : `, yet refused with ${refusedCode}`}`;
    case 'returnedOutside':
      return `${charge.outTradeNo}: ${seen}, and the channel has given it back`;
  }
}
