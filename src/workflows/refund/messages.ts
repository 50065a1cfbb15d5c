import { defineSignal } from '@temporalio/workflow';
import type { RefundSource } from '../../domain/book/account.js';
import type { Fen } from '../../domain/money.js';

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
}

/** A hint to a refund that the channel has news of it. Safe to repeat. */
export const refundNewsSignal = defineSignal('refundNews');
