import type { ReviewChange } from '../domain/review.js';
import type { Fen } from '../domain/money.js';

export type RefundStatus = 'requested' | 'refunding' | 'refunded' | 'settledOutside' | 'needsAttention';

/** `core`: asked for after issue; `undo`: the policy was refused; `late`: money that came late or twice. */
export type RefundOrigin = 'core' | 'undo' | 'late';

/** One number a refund was sent under. */
export interface RefundAttempt {
  refundNo: string;
  /** When it was first sent, part of the refund's identity on some channels. ISO-8601 UTC. */
  requestedAt: string;
}

/** Money back for a charge, full or part. */
export interface RefundRecord {
  paymentId: string;
  /** Given by the core, or ours with a hyphen. Unique within its payment, parts and all. */
  refundId: string;
  outTradeNo: string;
  /** nth refund of its charge, from 1; part of the number sent to the channel. */
  sequence: number;
  amountFen: Fen;
  /** What had been set aside for the payment's refunds of the charge before this one, fen: no two of them begin at the same. */
  beforeFen: Fen;
  reason: string;
  origin: RefundOrigin;
  requestHash: string;
  status: RefundStatus;
  version: number;
  /** The number of the attempt that is current. */
  refundNo: string;
  /** Every attempt that was sent, in order. */
  attempts: readonly RefundAttempt[];
  /** ISO-8601 UTC. */
  createdAt: string;
  refundedAt: string | null;
}

export interface RefundStep {
  paymentId: string;
  refundId: string;
  version: number;
  status: RefundStatus;
  refundNo?: string;
  attempts?: readonly RefundAttempt[];
  /** Reviews raised and settled since the last step; recorded before the step itself. */
  reviews?: readonly ReviewChange[];
  refundedAt?: string;
}

export type ReserveRefund = Pick<
  RefundRecord,
  'paymentId' | 'refundId' | 'outTradeNo' | 'amountFen' | 'reason' | 'origin' | 'requestHash' | 'createdAt'
> & {
  /** Of a payment that a charge pays together with others: whose charge it is, and how much of it is this payment's. */
  shared?: { chargedTo: string; amountFen: Fen };
};

export type Reservation =
  | { kind: 'reserved' | 'same'; refund: RefundRecord }
  /** The id stands for another request. */
  | { kind: 'conflict'; refund: RefundRecord }
  /** More than what was paid and not yet given back or promised. */
  | { kind: 'tooMuch'; refundableFen: Fen }
  /** As many refunds of one charge as it has numbers for: `refundsMaxOf` in domain/ids.ts. */
  | { kind: 'tooMany' };

export interface Refunds {
  /**
   * Sets money of a paid charge aside for a refund: all refunds of a charge together never exceed what was paid under
   * it, nor those of one payment its share of it, however many are asked for at once. Safe to repeat. Raises `Error` for an unknown charge.
   */
  reserve(refund: ReserveRefund): Promise<Reservation>;
  /** Safe to repeat; a step not newer than what is stored changes nothing. */
  advance(step: RefundStep): Promise<void>;
  find(refund: { paymentId: string; refundId: string }): Promise<RefundRecord | null>;
  findByNo(refundNo: string): Promise<RefundRecord | null>;
  /** In the order they were made. */
  ofPayment(paymentId: string): Promise<RefundRecord[]>;
  /** Of one charge, whichever payments it pays, in the order they were made. */
  ofCharge(outTradeNo: string): Promise<RefundRecord[]>;
  /** Of many payments at once, for lists. */
  ofPayments(paymentIds: readonly string[]): Promise<RefundRecord[]>;
  /** Reserved before `reservedBefore` (ISO-8601 UTC) and still without a first step. At most `limit`. */
  unstarted(reservedBefore: string, limit: number): Promise<RefundRecord[]>;
}
