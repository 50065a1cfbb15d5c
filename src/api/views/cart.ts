import { paymentWorkflowId } from '../../domain/ids.js';
import type { ChargeRecord } from '../../records/charges.js';
import type { EvidenceRecord } from '../../records/evidence.js';
import type { PaymentRecord } from '../../records/payments.js';
import type { RefundRecord } from '../../records/refunds.js';
import type { ReviewRecord } from '../../records/reviews.js';
import type { PaymentSummary } from '../../workflows/collect/messages.js';
import type { TemporalLink } from '../http/temporalLinks.js';
import { attentionView } from './attention.js';
import type { CartView } from './cartSchema.js';
import { chargeView, evidenceView, liveCharge, timelineOf } from './charge.js';
import { refundedOf, refundView } from './refund.js';

/** A cart with its items; its refunds and evidence are those of all of them. */
export function cartView(
  cart: PaymentRecord & { shape: Extract<PaymentRecord['shape'], { kind: 'cart' }> },
  all: {
    items: readonly PaymentRecord[];
    charges: readonly ChargeRecord[];
    refunds: readonly RefundRecord[];
    evidence: readonly EvidenceRecord[];
    reviews: readonly ReviewRecord[];
    summary?: PaymentSummary;
  },
  link: TemporalLink,
): CartView {
  const { shape, amountFen, method, closeReason, createdAt, expiresAt } = cart;
  const { items, charges, refunds, evidence, reviews, summary } = all;
  return {
    cartId: shape.cartId,
    status: summary?.status ?? cart.status,
    amountFen,
    paidFen: cart.paidFen,
    refundedFen: refundedOf(refunds),
    allOrNothing: shape.allOrNothing,
    combined: shape.combined,
    method: { ...method },
    // All children of a combined order are opened by the one cashier, so the first speaks for them.
    charge: liveCharge(charges.find(({ cashier }) => cashier !== null) ?? null) ?? summary?.charge ?? null,
    items: shape.items.map((asked) => {
      const item = items.find(({ paymentId }) => paymentId === asked.paymentId);
      return {
        paymentId: asked.paymentId,
        proposalNo: asked.proposalNo,
        status: item?.status ?? cart.status,
        amountFen: asked.amountFen,
        paidFen: item?.paidFen ?? 0,
        refundedFen: refundedOf(refunds.filter(({ paymentId }) => paymentId === asked.paymentId)),
        payee: asked.payee,
        outTradeNo: item?.outTradeNo ?? null,
        policyNo: item?.policyNo ?? null,
        links: { self: `/v1/payments/${asked.paymentId}` },
      };
    }),
    charges: charges.map(chargeView),
    refunds: refunds.map((refund) => refundView(refund, { parts: [], link })),
    evidence: evidence.map(evidenceView),
    // Those of the cart all of its items wait for; those of single items name them.
    attention: reviews.map((review) => ({
      ...(review.paymentId === cart.paymentId ? {} : { paymentId: review.paymentId }),
      ...attentionView(review, []),
    })),
    timeline: timelineOf(cart),
    closeReason,
    createdAt,
    expiresAt,
    links: { self: `/v1/carts/${shape.cartId}`, temporal: link(paymentWorkflowId(cart.paymentId)) },
  };
}
