import { cartRecordId } from '../../domain/ids.js';
import type { ChargeRecord } from '../../records/charges.js';
import type { EvidenceRecord } from '../../records/evidence.js';
import type { PaymentRecord } from '../../records/payments.js';
import type { RefundRecord } from '../../records/refunds.js';
import type { ReviewRecord } from '../../records/reviews.js';
import type { ApiDeps } from '../deps.js';

/** What belongs to payments beside their own records. */
export interface Related {
  /** Of split payments. */
  parts: readonly PaymentRecord[];
  /** The carts whose items they are. */
  carts: readonly PaymentRecord[];
  /** Of payments and of parts; those of a cart are the cart's own. */
  refunds: readonly RefundRecord[];
  /** Open ones of all of these. */
  reviews: readonly ReviewRecord[];
}

export interface Everything extends Related {
  charges: readonly ChargeRecord[];
}

/** What belongs to these payments, in few calls however many they are. */
export async function relatedTo(
  deps: Pick<ApiDeps, 'payments' | 'refunds' | 'reviews'>,
  rows: readonly PaymentRecord[],
): Promise<Related> {
  const { payments, refunds, reviews } = deps;
  const splits = rows.flatMap(({ paymentId, shape }) => (shape.kind === 'split' ? [paymentId] : []));
  const cartIds = new Set(rows.flatMap(({ shape }) => (shape.kind === 'item' ? [cartRecordId(shape.cartId)] : [])));
  const [parts, carts] = await Promise.all([
    splits.length === 0 ? [] : payments.partsOf(splits),
    cartIds.size === 0 ? [] : payments.findMany([...cartIds]),
  ]);
  const [back, open] = await Promise.all([
    refunds.ofPayments(idsOf(rows, parts)),
    reviews.openOf(idsOf(rows, [...parts, ...carts])),
  ]);
  return { parts, carts, refunds: back, reviews: open };
}

/** The same for one payment, with all its charges: a part's and, of an item, its cart's. */
export async function everythingOf(
  deps: Pick<ApiDeps, 'payments' | 'refunds' | 'reviews' | 'charges'>,
  payment: PaymentRecord,
): Promise<Everything> {
  const related = await relatedTo(deps, [payment]);
  const charges = await deps.charges.ofPayments(idsOf([payment], [...related.parts, ...related.carts]));
  return { ...related, charges };
}

/** Everything that was said of a payment, its parts' and of an item its cart's charge included; oldest first. */
export async function evidenceOf(
  deps: Pick<ApiDeps, 'evidence'>,
  payment: PaymentRecord,
  { parts, carts }: Pick<Related, 'parts' | 'carts'>,
): Promise<EvidenceRecord[]> {
  return deps.evidence.ofPayments(idsOf([payment], [...parts, ...carts]));
}

/** What belongs to one of several rows. */
export function ofRow(row: PaymentRecord, { parts, carts, refunds, reviews }: Related): Related {
  const own = parts.filter(({ shape }) => shape.kind === 'part' && shape.of === row.paymentId);
  const ids = new Set(idsOf([row], own));
  const cartId = row.shape.kind === 'item' ? cartRecordId(row.shape.cartId) : null;
  return {
    parts: own,
    carts: carts.filter(({ paymentId }) => paymentId === cartId),
    refunds: refunds.filter(({ paymentId }) => ids.has(paymentId)),
    reviews: reviews.filter(({ paymentId }) => ids.has(paymentId) || paymentId === cartId),
  };
}

const idsOf = (rows: readonly PaymentRecord[], more: readonly PaymentRecord[]): string[] =>
  [...rows, ...more].map(({ paymentId }) => paymentId);
