import { ActivityFailure, CancellationScope, condition, isCancellation } from '@temporalio/workflow';
import type { OpenedCharge, PaymentStep } from '../../activities/index.js';
import type { ChargeDoubt, Receipt } from '../../domain/charge.js';
import { queryGapMs } from '../../domain/terms.js';
import { askChannel, endCharge } from './chargeSteps.js';
import { nowMs, timeOfDay } from '../saga/clock.js';
import type { Charge } from './collection.js';
import type { MethodSwitch, OpenPayment } from './openPayment.js';
import { atChannel, inRecords } from '../saga/steps.js';

/** How collecting ended. */
export type Collected =
  | { kind: 'paid'; charge: Charge; receipt: Receipt }
  | { kind: 'closed' }
  /** An operator sends back money that does not fit the payment. */
  | { kind: 'giveBack'; charge: Charge }
  /** Money came and went back outside our refunds, and an operator has confirmed it. */
  | { kind: 'returned'; charge: Charge; receipt: Receipt };

/** Opens a charge and stays with it until its money is known, or known not to come. */
export async function collectPremium(payment: OpenPayment): Promise<Collected> {
  await openCharge(payment, payment.collection.add({ ...payment.input, expiresAt: payment.expiresAt }));
  return untilKnown(payment);
}

/** Stays with the charges there are until money is known, or known not to come. */
export async function untilKnown(payment: OpenPayment): Promise<Collected> {
  for (;;) {
    const ruling = payment.collection.ruling();
    switch (ruling.kind) {
      case 'paid':
        return ruling;
      case 'doubtful': {
        const settled = await settleDoubt(payment, ruling);
        if (settled !== null) return settled;
        break;
      }
      case 'ended':
        await recordClosed(payment, ruling.why);
        return { kind: 'closed' };
      case 'open':
        if (payment.methodSwitch?.result === 'pending') await switchMethod(payment, payment.methodSwitch);
        else if (payment.cancelReason !== null) await close(payment, `cancelled: ${payment.cancelReason}`);
        else if (nowMs() >= payment.expiresMs) await close(payment, 'expired unpaid');
        else await awaitEvidence(payment);
    }
    if (payment.status === 'closed') return { kind: 'closed' };
  }
}

/** The channel makes the charge payable, however often it must be asked; an end of waiting goes on to the close. */
async function openCharge(payment: OpenPayment, charge: Charge): Promise<void> {
  const { input } = payment;
  const { channel, product, terminalId = null } = charge.method;
  const { outTradeNo, orderedAt, expiresAt } = charge;
  const order = {
    outTradeNo,
    orderedAt,
    product,
    amountFen: charge.state.askedFen,
    subject: input.subject,
    expiresAt,
    terminalId,
  };
  await untilOpened(payment, [charge], {
    event: `${channel} ${product} ${outTradeNo}`,
    isOver: () => payment.collection.ruling().kind !== 'open',
    open: (step, scheduleToCloseTimeout) =>
      atChannel(channel).openCharge.executeWithOptions(
        { summary: `open ${channel} ${product} ${outTradeNo}`, scheduleToCloseTimeout },
        [{ channel, merchantId: charge.merchantId, order, terms: charge.terms, step }],
      ),
  });
}

/** Opens what these charges are paid by, and sees them opened, refused, or left unknown. */
export async function untilOpened(
  payment: OpenPayment,
  charges: readonly Charge[],
  opening: {
    event: string;
    /** Whether something has come that makes opening pointless. */
    isOver: () => boolean;
    open: (step: PaymentStep, timeoutMs: number) => Promise<OpenedCharge>;
  },
): Promise<void> {
  payment.show('the channel opens the charge');
  const scope = new CancellationScope();
  const step = payment.propose({ status: 'awaitingPayment' }, { type: 'ChargeOpened', detail: opening.event });
  const opened = scope
    .run(() => opening.open(step, Math.max(1_000, payment.expiresMs - nowMs())))
    .catch((error: unknown) => {
      // Out of time or called off: the charge may exist all the same, so it is closed like any other.
      if (error instanceof ActivityFailure || isCancellation(error)) return { kind: 'unknown' as const };
      throw error;
    });
  let answered = false;
  void opened.finally(() => (answered = true)).catch(() => undefined);
  await condition(() => answered || payment.cancelReason !== null || opening.isOver());
  scope.cancel();
  const result = await opened;
  for (const charge of charges) charge.lastAskedMs = nowMs();
  switch (result.kind) {
    case 'opened':
      payment.accept(step);
      for (const charge of charges) charge.cashier = result.cashier;
      payment.moveTo('awaitingPayment');
      break;
    case 'refused':
      payment.note('ChargeRefused', `${result.code}: ${result.message}`);
      for (const charge of charges) charge.state = { ...charge.state, refusedCode: result.code };
      payment.refusal = { code: result.code, message: result.message };
      break;
    case 'unknown':
      break;
  }
}

/** Waits for whatever comes first: evidence, a caller's wish, the next query, or the end of the payment's time. */
async function awaitEvidence(payment: OpenPayment): Promise<void> {
  const { live } = payment.collection;
  const askAtMs = live.lastAskedMs + queryGapMs(live.terms, live.queries + 1);
  const wakeAtMs = Math.min(askAtMs, payment.expiresMs);
  const due =
    askAtMs < payment.expiresMs
      ? `query ${live.queries + 1} of ${live.method.channel} ${live.outTradeNo}`
      : `expiry of ${live.outTradeNo}`;
  payment.show(`${due} at ${timeOfDay(wakeAtMs)}, or evidence before`);
  await condition(
    () =>
      payment.collection.ruling().kind !== 'open' ||
      payment.cancelReason !== null ||
      payment.methodSwitch?.result === 'pending' ||
      payment.queryWanted,
    Math.max(1, wakeAtMs - nowMs()),
    { summary: due },
  );
  if (payment.collection.ruling().kind !== 'open') return;
  if (payment.queryWanted || nowMs() >= askAtMs) {
    payment.queryWanted = false;
    await askChannel(payment, live);
  }
}

/** Query, close, query: the end of a charge is proven, or its money found. */
async function close(payment: OpenPayment, why: string): Promise<void> {
  const { live } = payment.collection;
  payment.note('ChargeClosing', why);
  payment.moveTo('closing');
  payment.show(`close ${live.outTradeNo}: ${why}`);
  const ended = await endCharge(payment, live);
  if (ended) await recordClosed(payment, why);
}

async function recordClosed(payment: OpenPayment, why: string): Promise<void> {
  const { live } = payment.collection;
  payment.note('ChargeClosed', `${live.outTradeNo} ${why}`);
  payment.moveTo('closed');
  const step = payment.step({ closeReason: why });
  const status = live.state.refusedCode === null ? 'closed' : 'refused';
  await inRecords.recordPayment.executeWithOptions({ summary: `record closed: ${why}` }, [
    { step, charge: { outTradeNo: live.outTradeNo, version: step.version, status } },
  ]);
}

/** One live charge at a time: the old one ends before the new one opens, and money found on it ends the switch. */
async function switchMethod(payment: OpenPayment, request: MethodSwitch): Promise<void> {
  const old = payment.collection.live;
  payment.note(
    'MethodSwitched',
    `${old.method.channel} ${old.method.product} to ${request.method.channel} ${request.method.product}`,
  );
  payment.moveTo('closing');
  payment.show(`close ${old.outTradeNo} before another method`);
  const ended = await endCharge(payment, old);
  if (!ended) {
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
  const charge = payment.collection.add({ ...request, expiresAt: payment.expiresAt });
  await openCharge(payment, charge);
  // Refused, unknown to the end, or overtaken by money: how collecting goes on is the answer.
  if (charge.cashier === null || payment.collection.ruling().kind !== 'open') return;
  payment.answerSwitch('switched');
  payment.methodSwitch = null;
}

/**
 * Facts that do not fit wait for a person, and nothing is issued or given back meanwhile. Null when the doubt is gone
 * and collecting goes on.
 */
export async function settleDoubt(
  payment: OpenPayment,
  doubt: { charge: Charge; reason: ChargeDoubt },
): Promise<Collected | null> {
  const { charge, reason } = doubt;
  payment.show('a person decides');
  const resolution = await payment.waitForPerson({ reason, detail: describeDoubt(charge, reason) });
  // Whatever was decided is done on what the channel says now, not on what raised the doubt.
  const answer = await askChannel(payment, charge, 'afresh');
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
  if (payment.collection.ruling().kind === 'open') payment.moveTo('awaitingPayment');
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
