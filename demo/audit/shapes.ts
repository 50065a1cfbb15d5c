/** A payment, a part or a cart as the database holds it, as far as the audit reads it. */
export interface PaymentRow {
  readonly _id: string;
  /** How it is collected; parts and carts are rows of their own. */
  readonly shape:
    | { readonly kind: 'plain' | 'split' }
    | { readonly kind: 'part'; readonly of: string }
    | { readonly kind: 'cart' | 'item'; readonly cartId: string };
  readonly status: string;
  readonly amountFen: number;
  readonly paidFen: number;
  readonly policyNo: string | null;
}

/** A review as the database holds it, as far as the audit reads it. */
export interface ReviewRow {
  readonly paymentId: string;
  readonly settled: object | null;
}

/** All of them. */
interface Rows {
  readonly payments: readonly PaymentRow[];
  readonly reviews: readonly ReviewRow[];
}

/** Rows that the core asked for and knows; parts and carts are how some of them are collected. */
export function askedFor({ payments }: Rows): PaymentRow[] {
  return payments.filter(({ shape }) => ['plain', 'split', 'item'].includes(shape.kind));
}

/** The parts of a split payment, in their order. */
export function partsOf({ _id }: PaymentRow, { payments }: Rows): PaymentRow[] {
  return payments
    .filter(({ shape }) => shape.kind === 'part' && shape.of === _id)
    .sort((one, other) => (one._id < other._id ? -1 : 1));
}

/** The items of a cart. */
export function itemsOf({ shape }: PaymentRow, { payments }: Rows): PaymentRow[] {
  return payments.filter(
    (row) => shape.kind === 'cart' && row.shape.kind === 'item' && row.shape.cartId === shape.cartId,
  );
}

/** The rows that hold the money of a payment: its parts, or itself. */
export function holdersOf(payment: PaymentRow, rows: Rows): PaymentRow[] {
  return payment.shape.kind === 'split' ? partsOf(payment, rows) : [payment];
}

/** Whether it waits for a person: by itself, or as one of its parts or items does. */
export function waits(payment: PaymentRow, rows: Rows): boolean {
  const within = [payment, ...partsOf(payment, rows), ...itemsOf(payment, rows)];
  return (
    payment.status === 'needsAttention' &&
    within.some(({ _id }) => rows.reviews.some(({ paymentId }) => paymentId === _id))
  );
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
