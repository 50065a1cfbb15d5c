import { paymentWorkflowId, refundWorkflowId } from '../domain/ids.js';
import { addFen, fen, type Fen } from '../domain/money.js';
import type { ChargeRecord } from '../records/charges.js';
import type { EvidenceRecord } from '../records/evidence.js';
import type { PaymentRecord } from '../records/payments.js';
import type { RefundRecord } from '../records/refunds.js';
import type { PaymentSummary } from '../workflows/messages.js';
import { seesPayer } from './access.js';
import type { Caller } from './auth.js';
import type { ListedPayment, OpenedPayment, PaymentView, RefundView } from './schemas/payments.js';

/** Makes the link to a workflow in the Temporal UI. */
export type TemporalLink = (workflowId: string) => string;

export function temporalLinks(ui: { url: string; namespace: string }): TemporalLink {
  const base = `${ui.url.replace(/\/+$/, '')}/namespaces/${encodeURIComponent(ui.namespace)}/workflows`;
  return (workflowId) => `${base}/${encodeURIComponent(workflowId)}`;
}

/** What a caller is told who opened or changed a payment: from its workflow's own words where they are at hand. */
export function openedView(
  payment: PaymentRecord,
  more: {
    summary?: PaymentSummary;
    charge?: ChargeRecord | null;
    refunds?: readonly RefundRecord[];
    link: TemporalLink;
  },
): OpenedPayment {
  const { paymentId, amountFen, paidFen, expiresAt } = payment;
  return {
    paymentId,
    status: more.summary?.status ?? payment.status,
    amountFen,
    paidFen,
    refundedFen: refundedOf(more.refunds ?? []),
    charge: more.summary?.charge ?? liveCharge(more.charge ?? null),
    expiresAt,
    links: paymentLinks(paymentId, more.link),
  };
}

export function listedView(
  payment: PaymentRecord,
  refunds: readonly RefundRecord[],
  reader: { caller: Caller; link: TemporalLink },
): ListedPayment {
  const { paymentId, proposalNo, productCode, status, amountFen, paidFen, currency, subject, method } = payment;
  const { outTradeNo, policyNo, issuedAt, closeReason, createdAt, updatedAt, expiresAt, payer } = payment;
  const maySeePayer = reader.caller.roles.some((role) => seesPayer.includes(role));
  return {
    paymentId,
    proposalNo,
    productCode,
    status,
    amountFen,
    paidFen,
    refundedFen: refundedOf(refunds),
    currency,
    subject,
    ...(maySeePayer ? { payer } : {}),
    coinsurance: coinsuranceView(payment.coinsurance),
    method: { ...method },
    outTradeNo,
    policyNo,
    issuedAt,
    closeReason,
    attention: attentionOf(payment, refunds),
    createdAt,
    updatedAt,
    expiresAt,
    links: paymentLinks(paymentId, reader.link),
  };
}

function coinsuranceView(coinsurance: PaymentRecord['coinsurance']): ListedPayment['coinsurance'] {
  if (coinsurance === null) return null;
  const { lead, followers, leadFeeBp } = coinsurance;
  return { lead: { ...lead }, followers: followers.map((each) => ({ ...each })), leadFeeBp };
}

export function paymentView(
  payment: PaymentRecord,
  parts: {
    charges: readonly ChargeRecord[];
    refunds: readonly RefundRecord[];
    evidence: readonly EvidenceRecord[];
  },
  reader: { caller: Caller; link: TemporalLink },
): PaymentView {
  const live = parts.charges.find(({ outTradeNo }) => outTradeNo === payment.outTradeNo);
  return {
    ...listedView(payment, parts.refunds, reader),
    charge: liveCharge(live ?? null),
    charges: parts.charges.map(chargeView),
    refunds: parts.refunds.map((refund) => refundView(refund, reader.link)),
    evidence: parts.evidence.map(evidenceView),
    timeline: payment.timeline.map(({ type, at, detail }) => ({ type, at, detail })),
  };
}

export function refundView(refund: RefundRecord, link: TemporalLink): RefundView {
  const { paymentId, refundId, outTradeNo, refundNo, amountFen, reason, origin, status, createdAt, refundedAt } =
    refund;
  return {
    paymentId,
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
function refundedOf(refunds: readonly RefundRecord[]): Fen {
  const back = refunds.filter(({ status }) => status === 'refunded' || status === 'settledOutside');
  return addFen(fen(0), ...back.map(({ amountFen }) => amountFen));
}

/** Each open case once: a refund that makes its payment wait is shown as the refund's. */
function attentionOf(payment: PaymentRecord, refunds: readonly RefundRecord[]): ListedPayment['attention'] {
  const ofRefunds = refunds.flatMap(({ refundId, attention }) =>
    attention === null ? [] : [{ refundId, ...attention }],
  );
  const own = payment.attention;
  const isARefunds = ofRefunds.some(({ workflowId }) => workflowId === own?.workflowId);
  return [...(own === null || isARefunds ? [] : [own]), ...ofRefunds].map(({ workflowId: _workflowId, ...shown }) => ({
    ...shown,
    decisions: [...shown.decisions],
  }));
}

function paymentLinks(paymentId: string, link: TemporalLink): ListedPayment['links'] {
  return { self: `/v1/payments/${paymentId}`, temporal: link(paymentWorkflowId(paymentId)) };
}

function liveCharge(charge: ChargeRecord | null): OpenedPayment['charge'] {
  if (charge === null) return null;
  const { outTradeNo, channel, product, cashier } = charge;
  return { outTradeNo, channel, product, cashier };
}

function chargeView(charge: ChargeRecord): PaymentView['charges'][number] {
  const { outTradeNo, channel, product, status, amountFen, paidFen, tradeNo, paidAt, orderedAt, expiresAt } = charge;
  return { outTradeNo, channel, product, status, amountFen, paidFen, tradeNo, paidAt, orderedAt, expiresAt };
}

export function evidenceView(record: EvidenceRecord): PaymentView['evidence'][number] {
  const { evidenceId, source, outTradeNo, signature, rejected, receivedAt } = record;
  const outcome = record.evidence?.outcome ?? null;
  const paidFen = outcome !== null && 'paidFen' in outcome ? outcome.paidFen : null;
  return { evidenceId, source, outTradeNo, outcome: outcome?.kind ?? null, paidFen, signature, rejected, receivedAt };
}
