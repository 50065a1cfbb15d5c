import { cartRecordId, paymentWorkflowId, refundWorkflowId } from '../domain/ids.js';
import { addFen, fen, type Fen } from '../domain/money.js';
import type { PlannedPart } from '../domain/shape.js';
import type { ChargeRecord } from '../records/charges.js';
import type { EvidenceRecord } from '../records/evidence.js';
import type { PaymentRecord } from '../records/payments.js';
import type { RefundRecord } from '../records/refunds.js';
import type { ReviewRecord } from '../records/reviews.js';
import type { PaymentSummary } from '../workflows/collect/messages.js';
import { seesPayer } from './access.js';
import type { Caller } from './auth.js';
import type { Everything, Related } from './everythingOf.js';
import type { CartView } from './schemas/carts.js';
import type { ListedPayment, OpenedPayment, PartView, PaymentView, RefundView } from './schemas/payments.js';

/** Makes the link to a workflow in the Temporal UI. */
export type TemporalLink = (workflowId: string) => string;

export function temporalLinks(ui: { url: string; namespace: string }): TemporalLink {
  const base = `${ui.url.replace(/\/+$/, '')}/namespaces/${encodeURIComponent(ui.namespace)}/workflows`;
  return (workflowId) => `${base}/${encodeURIComponent(workflowId)}`;
}

/** What a caller is told who opened or changed a payment: from its workflow's own words where they are at hand. */
export function openedView(
  payment: PaymentRecord,
  more: Partial<Everything> & { summary?: PaymentSummary; link: TemporalLink },
): OpenedPayment {
  const { paymentId, amountFen, expiresAt } = payment;
  const { summary, parts = [], charges = [], refunds = [] } = more;
  return {
    paymentId,
    status: summary?.status ?? payment.status,
    amountFen,
    paidFen: summary?.parts === undefined ? paidOf(payment, parts) : sumOf(summary.parts),
    refundedFen: refundedOf(refunds),
    charge: summary?.charge ?? payableCharge(payment, { parts, charges }),
    ...openedParts(payment, { summary, parts, charges }),
    expiresAt,
    links: paymentLinks(payment, more.link),
  };
}

function openedParts(
  { shape }: PaymentRecord,
  { summary, parts, charges }: Pick<Everything, 'parts' | 'charges'> & { summary: PaymentSummary | undefined },
): Pick<OpenedPayment, 'parts'> {
  if (shape.kind !== 'split') return {};
  return {
    parts: shape.parts.map(({ partId, partNo, amountFen }) => {
      const told = summary?.parts?.find((each) => each.partNo === partNo);
      if (told !== undefined) {
        const { status, paidFen, charge } = told;
        return { partId, status, amountFen, paidFen, charge };
      }
      const part = partNumbered(parts, partNo);
      const charge = part === undefined ? null : liveCharge(chargeOf(part, charges));
      return { partId, status: standingOf(part), amountFen, paidFen: part?.paidFen ?? fen(0), charge };
    }),
  };
}

export function listedView(
  payment: PaymentRecord,
  related: Related,
  reader: { caller: Caller; link: TemporalLink },
): ListedPayment {
  const { paymentId, proposalNo, productCode, status, amountFen, currency, subject, method, shape } = payment;
  const { outTradeNo, policyNo, issuedAt, closeReason, createdAt, updatedAt, expiresAt, payer } = payment;
  const maySeePayer = reader.caller.roles.some((role) => seesPayer.includes(role));
  return {
    paymentId,
    proposalNo,
    productCode,
    status,
    amountFen,
    paidFen: paidOf(payment, related.parts),
    refundedFen: refundedOf(related.refunds),
    currency,
    subject,
    ...(maySeePayer ? { payer } : {}),
    coinsurance: coinsuranceView(payment.coinsurance),
    split: shape.kind === 'split' ? { rule: shape.rule, serial: shape.serial, parts: shape.parts.length } : null,
    cart: shape.kind === 'item' ? { cartId: shape.cartId, itemNo: shape.itemNo } : null,
    method: { ...method },
    outTradeNo,
    policyNo,
    issuedAt,
    closeReason,
    attention: related.reviews.map((review) => attentionView(review, related.parts)),
    createdAt,
    updatedAt,
    expiresAt,
    links: paymentLinks(payment, reader.link),
  };
}

function coinsuranceView(coinsurance: PaymentRecord['coinsurance']): ListedPayment['coinsurance'] {
  if (coinsurance === null) return null;
  const { lead, followers, leadFeeBp } = coinsurance;
  return { lead: { ...lead }, followers: followers.map((each) => ({ ...each })), leadFeeBp };
}

export function paymentView(
  payment: PaymentRecord,
  everything: Everything & { evidence: readonly EvidenceRecord[] },
  reader: { caller: Caller; link: TemporalLink },
): PaymentView {
  const { parts, charges, refunds, evidence } = everything;
  const { link } = reader;
  const ends = ['closed', 'refunding', 'refunded'];
  return {
    ...listedView(payment, everything, reader),
    charge: payableCharge(payment, everything),
    leftFen: ends.includes(payment.status) ? 0 : Math.max(0, payment.amountFen - paidOf(payment, parts)),
    ...(payment.shape.kind === 'split'
      ? { parts: payment.shape.parts.map((planned) => partView(planned, everything, link)) }
      : {}),
    charges: charges.map(chargeView),
    refunds: refunds.map((refund) => refundView(refund, { parts, link })),
    evidence: evidence.map(evidenceView),
    timeline: timelineOf(payment),
  };
}

function partView(planned: PlannedPart, { parts, charges, refunds }: Everything, link: TemporalLink): PartView {
  const { partId, partNo, amountFen, payee, settlement, share } = planned;
  const part = partNumbered(parts, partNo);
  const live = part === undefined ? null : chargeOf(part, charges);
  const own = refunds.filter(({ paymentId }) => paymentId === part?.paymentId);
  return {
    partId,
    partNo,
    status: standingOf(part),
    amountFen,
    paidFen: part?.paidFen ?? 0,
    refundedFen: refundedOf(own),
    payee,
    settlement,
    share,
    method: { ...(part?.method ?? { ...planned.method, channel: planned.channel }) },
    charge: liveCharge(live),
    // A part that was opened once more has another time than it was planned with.
    expiresAt: live?.expiresAt ?? planned.expiresAt,
    closeReason: part?.closeReason ?? null,
    timeline: part === undefined ? [] : timelineOf(part),
    links: { temporal: part === undefined ? '' : link(paymentWorkflowId(part.paymentId)) },
  };
}

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
function refundedOf(refunds: readonly RefundRecord[]): Fen {
  const back = refunds.filter(({ status }) => status === 'refunded' || status === 'settledOutside');
  return addFen(fen(0), ...back.map(({ amountFen }) => amountFen));
}

/** A review as a payment shows it: what it is about beside the payment itself, and what may be decided. */
function attentionView(
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

function paymentLinks({ paymentId, shape }: PaymentRecord, link: TemporalLink): ListedPayment['links'] {
  const cart = shape.kind === 'item' ? shape.cartId : null;
  const workflowId = paymentWorkflowId(cart === null ? paymentId : cartRecordId(cart));
  return {
    self: `/v1/payments/${paymentId}`,
    temporal: link(workflowId),
    ...(cart === null ? {} : { cart: `/v1/carts/${cart}` }),
  };
}

/** What was received, whichever parts it came in. */
export function paidOf({ paidFen, shape }: PaymentRecord, parts: readonly PaymentRecord[]): Fen {
  return shape.kind === 'split' ? sumOf(parts) : paidFen;
}

const sumOf = (paid: readonly { paidFen: Fen }[]): Fen => addFen(fen(0), ...paid.map(({ paidFen }) => paidFen));

const partNumbered = (parts: readonly PaymentRecord[], partNo: number): PaymentRecord | undefined =>
  parts.find(({ shape }) => shape.kind === 'part' && shape.partNo === partNo);

/** A part that no workflow has taken a step of waits for its turn. */
function standingOf(part: PaymentRecord | undefined): PartView['status'] {
  return part === undefined || Object.keys(part.versions).length === 0 ? 'planned' : part.status;
}

const chargeOf = ({ outTradeNo }: PaymentRecord, charges: readonly ChargeRecord[]): ChargeRecord | null =>
  charges.find((charge) => charge.outTradeNo === outTradeNo) ?? null;

/** What the payer can pay now; of a split payment the first that is open. */
function payableCharge(payment: PaymentRecord, { parts, charges }: Pick<Everything, 'parts' | 'charges'>) {
  if (payment.shape.kind !== 'split') return liveCharge(chargeOf(payment, charges));
  const open = parts.find(({ status }) => status === 'awaitingPayment');
  return open === undefined ? null : liveCharge(chargeOf(open, charges));
}

const timelineOf = ({ timeline }: PaymentRecord): PaymentView['timeline'] =>
  timeline.map(({ type, at, detail }) => ({ type, at, detail }));

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
