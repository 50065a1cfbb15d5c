import { cartRecordId, paymentWorkflowId } from '../../domain/ids.js';
import { addFen, fen, type Fen } from '../../domain/money.js';
import type { PlannedPart } from '../../domain/shape.js';
import type { Role } from '../../records/apiKeys.js';
import type { ChargeRecord } from '../../records/charges.js';
import type { EvidenceRecord } from '../../records/evidence.js';
import type { PaymentRecord } from '../../records/payments.js';
import type { PaymentSummary } from '../../workflows/collect/messages.js';
import type { Caller } from '../http/auth.js';
import type { TemporalLink } from '../http/temporalLinks.js';
import { attentionView } from './attention.js';
import { chargeView, evidenceView, liveCharge, timelineOf } from './charge.js';
import type { ListedPayment, OpenedPayment, PartView, PaymentView } from './paymentSchema.js';
import { refundedOf, refundView } from './refund.js';
import type { Everything, Related } from './related.js';

/** Personal data of the payer is shown to those who need it to reach the payer. */
const seesPayer: readonly Role[] = ['core', 'ops'];

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
