import { defineSignal } from '@temporalio/workflow';
import type { RefundAttempt, ReservedRefund } from '../../activities/index.js';
import type { RefundSource } from '../../domain/book/account.js';
import type { Fen } from '../../domain/money.js';
import type { Review, ReviewChange } from '../../domain/review.js';

export const refundType = 'refund';

/** Input of `refund`, id `refund/{paymentId}/{refundId}`. */
export interface RefundInput {
  paymentId: string;
  refundId: string;
  outTradeNo: string;
  channel: string;
  amountFen: Fen;
  reason: string;
  origin: 'core' | 'undo' | 'late';
  /** What the money had become: decides the account it is taken from. */
  source: RefundSource;
  proposalNo: string;
  /** `terms.refundGapsMs` of the charge. */
  gapsMs: readonly number[];
  /** What a former run of this workflow knew, where it went on as a new one. */
  carried?: CarriedRefund;
  /** Goes on as a new run after so many events, where the server does not suggest it earlier. */
  continueAfterEvents?: number;
}

/** A refund whose outcome was unknown for so long that one run hands it to the next. */
export interface CarriedRefund {
  reserved: ReservedRefund;
  attempts: readonly RefundAttempt[];
  /** The attempt that is asked about, and since when, ms. */
  attempt: number;
  sinceMs: number;
  tries: number;
  version: number;
  review: Review | null;
  /** What no step has recorded of its reviews yet. */
  reviewChanges: readonly ReviewChange[];
}

/** How a refund ends: only ever with the customer's money back. */
export type RefundEnd = 'refunded' | 'settledOutside';

/** A hint to a refund that the channel has news of it. Safe to repeat. */
export const refundNewsSignal = defineSignal('refundNews');
