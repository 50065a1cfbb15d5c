import type { Evidence } from '../../domain/evidence.js';

export const reviewType = 'review';

/** Input of `review`, id `review/{evidenceId}`: money that no other workflow waits for any more. */
export interface ReviewInput {
  paymentId: string;
  channel: string;
  /** Ours, whose money it would be. */
  merchantId: string;
  evidence: Evidence;
}
