import type { Evidence } from '../../domain/evidence.js';

export const latePaymentType = 'latePayment';

/** Input of `latePayment`, id `late/{outTradeNo}`. Money it is not started with arrives as `evidence` signals. */
export interface LatePaymentInput {
  paymentId: string;
  outTradeNo: string;
  evidence: readonly Evidence[];
}
