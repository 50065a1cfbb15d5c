import type { RefundOrder, RefundResult } from '../../channels/channel.js';
import type { RefundSource } from '../../domain/book/account.js';
import { premiumReturned, refundOwed, refundSettledOutside } from '../../domain/book/entries.js';
import { refundAttemptOf } from '../../domain/ids.js';
import { addFen, fen, type Fen } from '../../domain/money.js';
import { sha256Hex } from '../../records/evidenceId.js';
import type { PaymentStep } from '../../records/payments.js';
import { sharedCharge } from '../../records/sharedCharge.js';
import type { RefundAttempt, RefundOrigin, RefundStatus, RefundStep } from '../../records/refunds.js';
import { keepAnswer } from '../collect/keepEvidence.js';
import { counters } from '../saga/counters.js';
import { channelOf, type Dependencies } from '../saga/dependencies.js';

export interface RefundToReserve {
  paymentId: string;
  refundId: string;
  outTradeNo: string;
  amountFen: Fen;
  reason: string;
  origin: RefundOrigin;
  source: RefundSource;
  /** ISO-8601 UTC: when the refund was decided. */
  at: string;
}

/** What the later steps need to know of a refund that money is set aside for. */
export interface ReservedRefund {
  sequence: number;
  orderedAt: string;
  expiresAt: string;
  chargedFen: Fen;
  /** The channel's number of the payment, and its time, ISO-8601 UTC. */
  tradeNo: string;
  paidAt: string;
  merchantId: string;
  /** The attempt that is current: 1, unless an earlier run of this refund had gone further. */
  attempt: number;
  /** The numbers that may have been sent before, with their times. Not in what was reserved before these were kept. */
  attempts?: readonly RefundAttempt[];
  /** Steps of the refund's record go on from here. */
  version: number;
}

/**
 * Sets the money aside and books it as owed to the customer, before any channel is called. Safe to repeat; a refund
 * that the API reserved already is found. Raises `Error` when the charge does not hold that much: a bug, for no
 * refund of ours is decided without its money.
 */
export function reserveRefund(deps: Dependencies) {
  return async ({ source, at, ...refund }: RefundToReserve): Promise<ReservedRefund> => {
    const { paymentId, refundId, outTradeNo, amountFen } = refund;
    const [known, payment] = await Promise.all([
      deps.refunds.find({ paymentId, refundId }),
      deps.payments.find(paymentId),
    ]);
    if (payment === null) throw new Error(`there is no payment ${paymentId}`);
    const requestHash = known?.requestHash ?? sha256Hex(JSON.stringify([paymentId, refundId, outTradeNo, amountFen]));
    const reservation = await deps.refunds.reserve({
      ...refund,
      ...sharedCharge(payment, outTradeNo),
      requestHash,
      createdAt: at,
    });
    if (reservation.kind !== 'reserved' && reservation.kind !== 'same') {
      throw new Error(`refund ${refundId} of ${outTradeNo} cannot be reserved: ${reservation.kind}`);
    }
    const charge = await deps.charges.find(outTradeNo);
    if (charge === null) throw new Error(`no charge ${outTradeNo} is on record`);
    const { sequence, refundNo, attempts, version, beforeFen } = reservation.refund;
    const { coinsurance, shape, terms } = payment;
    // Parts of one premium follow one another, so what goes back of them all comes to the shares of the whole.
    const offsetFen = shape.kind === 'part' ? shape.offsetFen : fen(0);
    const { taxBp = 0 } = terms;
    const isPlain = coinsurance === null && taxBp === 0;
    const shared = isPlain ? null : { coinsurance, taxBp, beforeFen: addFen(offsetFen, beforeFen) };
    const owed = { paymentId, outTradeNo, refundNo, refundId, source, refundFen: amountFen, shared, at };
    await deps.ledger.post(refundOwed(owed));
    const { orderedAt, expiresAt, paidFen, tradeNo, paidAt, merchantId } = charge;
    if (tradeNo === null || paidAt === null) throw new Error(`charge ${outTradeNo} is not on record as paid`);
    const money = { chargedFen: fen(paidFen), tradeNo, paidAt };
    const attempt = refundAttemptOf({ outTradeNo, refundNo });
    return { sequence, orderedAt, expiresAt, ...money, merchantId, attempt, attempts, version };
  };
}

/** Where a refund stands on record, null when there is none. Reads only. */
export function findRefund(deps: Dependencies) {
  return async (refund: { paymentId: string; refundId: string }): Promise<RefundStatus | null> =>
    (await deps.refunds.find(refund))?.status ?? null;
}

export interface RefundCall {
  paymentId: string;
  channel: string;
  /** The merchant the charge was made for. */
  merchantId: string;
  order: RefundOrder;
  step: RefundStep | null;
}

/** A channel's answer about a refund as it stands in histories: without its bytes, which are kept as evidence. */
export type RefundAnswer =
  | { kind: 'refunded'; refundedAt: string | null }
  | { kind: 'pending' }
  | { kind: 'notExecuted'; code: string }
  | { kind: 'refused'; code: string; message: string }
  | { kind: 'unknown'; code: string };

/** Asks the channel to give the money back. Safe to repeat with the same order: the refund number makes it one refund. */
export function refundCharge(deps: Dependencies) {
  return async (call: RefundCall): Promise<RefundAnswer> => {
    if (call.step !== null) await deps.refunds.advance(call.step);
    return answerOf(deps, call, await channelOf(deps, channelNamed(call)).refund(call.order));
  };
}

/** Asks the channel what became of a refund. Moves no money; safe to repeat. */
export function queryRefund(deps: Dependencies) {
  return async (call: RefundCall): Promise<RefundAnswer> => {
    if (call.step !== null) await deps.refunds.advance(call.step);
    return answerOf(deps, call, await channelOf(deps, channelNamed(call)).queryRefund(call.order));
  };
}

const channelNamed = ({ channel, merchantId }: RefundCall) => ({ name: channel, merchantId });

async function answerOf(
  deps: Dependencies,
  { paymentId, channel, order }: RefundCall,
  { raw, ...answer }: RefundResult,
): Promise<RefundAnswer> {
  counters.refunds.add(1, { channel, result: answer.kind });
  if (raw !== null) await keepAnswer(deps, { paymentId, outTradeNo: order.charge.outTradeNo, channel }, raw);
  return answer;
}

export interface ReturnPremium {
  channel: string;
  outTradeNo: string;
  refundNo: string;
  refundFen: Fen;
  at: string;
  step: RefundStep;
  /** The payment's own record of it, where no workflow of the payment is there to write it. */
  paymentStep: PaymentStep | null;
}

/** Books a refund the channel has made. Safe to repeat. */
export function returnPremium(deps: Dependencies) {
  return async ({ channel, step, paymentStep, ...refund }: ReturnPremium): Promise<void> => {
    await deps.ledger.post(premiumReturned({ ...refund, channel, paymentId: step.paymentId }));
    await deps.refunds.advance(step);
    if (paymentStep !== null) await deps.payments.advance(paymentStep);
  };
}

/** Books a refund that a person has paid by another way. Safe to repeat. */
export function settleRefundOutside(deps: Dependencies) {
  return async ({ step, paymentStep, ...refund }: Omit<ReturnPremium, 'channel'>): Promise<void> => {
    await deps.ledger.post(refundSettledOutside({ ...refund, paymentId: step.paymentId }));
    await deps.refunds.advance(step);
    if (paymentStep !== null) await deps.payments.advance(paymentStep);
  };
}
