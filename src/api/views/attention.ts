import type { PaymentRecord } from '../../records/payments.js';
import type { ReviewRecord } from '../../records/reviews.js';
import type { ListedPayment } from './paymentSchema.js';

/** A review as a payment shows it: what it is about beside the payment itself, and what may be decided. */
export function attentionView(
  { reviewId, paymentId, refundId, reason, detail, raisedAt, decisions }: ReviewRecord,
  parts: readonly PaymentRecord[],
): ListedPayment['attention'][number] {
  const partId = partIdOf(paymentId, parts);
  return {
    reviewId,
    ...(refundId === null ? {} : { refundId }),
    ...(partId === null ? {} : { partId }),
    reason,
    detail,
    since: raisedAt,
    decisions: [...decisions],
  };
}

/** As the core calls the part that has this record; null for any other record. */
export function partIdOf(recordId: string, parts: readonly PaymentRecord[]): string | null {
  const shape = parts.find(({ paymentId }) => paymentId === recordId)?.shape;
  return shape?.kind === 'part' ? shape.partId : null;
}
