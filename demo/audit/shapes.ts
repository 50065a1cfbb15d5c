import type { Audited, PaymentRow } from './gather.js';

/** Rows that the core asked for and knows; parts and carts are how some of them are collected. */
export function askedFor({ payments }: Pick<Audited, 'payments'>): PaymentRow[] {
  return payments.filter(({ shape }) => ['plain', 'split', 'item'].includes(shape.kind));
}

/** The parts of a split payment, in their order. */
export function partsOf({ _id }: PaymentRow, { payments }: Pick<Audited, 'payments'>): PaymentRow[] {
  return payments
    .filter(({ shape }) => shape.kind === 'part' && shape.of === _id)
    .sort((one, other) => (one._id < other._id ? -1 : 1));
}

/** The items of a cart. */
export function itemsOf({ shape }: PaymentRow, { payments }: Pick<Audited, 'payments'>): PaymentRow[] {
  return payments.filter(
    (row) => shape.kind === 'cart' && row.shape.kind === 'item' && row.shape.cartId === shape.cartId,
  );
}

/** The rows that hold the money of a payment: its parts, or itself. */
export function holdersOf(payment: PaymentRow, audited: Pick<Audited, 'payments'>): PaymentRow[] {
  return payment.shape.kind === 'split' ? partsOf(payment, audited) : [payment];
}

/** Whether it waits for a person: by itself, or as one of its parts or items does. */
export function waits(payment: PaymentRow, audited: Pick<Audited, 'payments'>): boolean {
  const within = [payment, ...partsOf(payment, audited), ...itemsOf(payment, audited)];
  return payment.status === 'needsAttention' && within.some(({ attention }) => attention !== null);
}

/** The workflow that belongs to a row. */
export function workflowIdOf({ _id, shape }: PaymentRow): string {
  switch (shape.kind) {
    case 'part':
      return `part/${shape.of}/${_id.slice(shape.of.length + 1)}`;
    case 'cart':
    case 'item':
      return `cart/${shape.cartId}`;
    default:
      return `payment/${_id}`;
  }
}
