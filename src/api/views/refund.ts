import { refundWorkflowId } from '../../domain/ids.js';
import { addFen, fen, type Fen } from '../../domain/money.js';
import type { PaymentRecord } from '../../records/payments.js';
import type { RefundRecord } from '../../records/refunds.js';
import type { TemporalLink } from '../http/temporalLinks.js';
import type { RefundView } from './paymentSchema.js';

export function refundView(
  refund: RefundRecord,
  { parts, link }: { parts: readonly PaymentRecord[]; link: TemporalLink },
): RefundView {
  const { refundId, outTradeNo, refundNo, amountFen, reason, origin, status, createdAt, refundedAt } = refund;
  const part = parts.find(({ paymentId }) => paymentId === refund.paymentId);
  const of = part?.shape.kind === 'part' ? part.shape : null;
  const paymentId = of?.of ?? refund.paymentId;
  return {
    paymentId,
    ...(of === null ? {} : { partId: of.partId }),
    refundId,
    outTradeNo,
    refundNo,
    amountFen,
    reason,
    origin,
    status,
    createdAt,
    refundedAt,
    links: {
      self: `/v1/payments/${paymentId}/refunds/${encodeURIComponent(refundId)}`,
      temporal: link(refundWorkflowId(refund)),
    },
  };
}

/** Money the customer has back, by the channel or outside it. */
export function refundedOf(refunds: readonly RefundRecord[]): Fen {
  const back = refunds.filter(({ status }) => status === 'refunded' || status === 'settledOutside');
  return addFen(fen(0), ...back.map(({ amountFen }) => amountFen));
}
