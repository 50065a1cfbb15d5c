import type { Coinsurance } from './book/coinsurance.js';
import type { Fen } from './money.js';
import type { ChargeTerms } from './terms.js';

/**
 * How a payment is collected. Most are plain: one premium, one live charge. A split one is collected in parts, each of
 * which is a record and a workflow of its own; a cart collects several payments, its items, in one go.
 */
export type PaymentShape =
  | { kind: 'plain' }
  | ({ kind: 'split' } & Split)
  | ({ kind: 'part' } & PartOf)
  | ({ kind: 'cart' } & Cart)
  | ({ kind: 'item' } & ItemOf);

/** What becomes of a split payment whose time is over while only some parts are paid. */
export const splitRules = ['allOrRefund', 'allOrHold'] as const;
export type SplitRule = (typeof splitRules)[number];

export interface Split {
  rule: SplitRule;
  /** One after the other, each opened when the one before is known to be paid; otherwise all at once. */
  serial: boolean;
  parts: readonly PlannedPart[];
}

/** When the money of a part is due to us, whatever its channel does as a rule. */
export const settlementPaces = ['T', 'T+2'] as const;
export type SettlementPace = (typeof settlementPaces)[number];

/** Days until the money arrives. */
export const settleAfterDays: Readonly<Record<SettlementPace, number>> = { T: 0, 'T+2': 2 };

export interface PlannedPart {
  /** Given by the core, unique within its payment. */
  partId: string;
  /** From 1, in the order asked for; stands in every number sent for it. */
  partNo: number;
  amountFen: Fen;
  /** The entity whose account is paid; null for the channel's own. */
  payee: string | null;
  method: { channel: string; product: string; terminalId?: string };
  /** The configured channel that collects for that payee, and its merchant. */
  channel: string;
  merchantId: string;
  settlement: SettlementPace | null;
  /** What part of the whole it is, basis points; null where the core did not say. */
  share: number | null;
  /** ISO-8601 UTC. */
  expiresAt: string;
  terms: ChargeTerms;
}

interface PartOf {
  /** The split payment. */
  of: string;
  partId: string;
  partNo: number;
  payee: string | null;
  settlement: SettlementPace | null;
  /** Where its money begins in the whole premium, fen: parts follow one another without a gap. */
  offsetFen: Fen;
}

export interface Cart {
  cartId: string;
  /** One refusal by the core undoes all. */
  allOrNothing: boolean;
  /** Whether each item is paid straight to a merchant of its own, by the channel's combined payment. */
  combined: boolean;
  items: readonly CartItem[];
}

/** One payment of a cart. */
export interface CartItem {
  paymentId: string;
  proposalNo: string;
  productCode: string;
  amountFen: Fen;
  subject: string;
  payee: string | null;
  /** The configured channel that collects for that payee, and its merchant. */
  channel: string;
  merchantId: string;
  coinsurance: Coinsurance | null;
  /** Output tax within its premium, basis points; none unless said. */
  taxBp?: number;
}

interface ItemOf {
  cartId: string;
  /** From 1, in the order of the cart. */
  itemNo: number;
  payee: string | null;
}

/** Kinds that callers see in lists: what was asked of us, not what we made of it. */
export const listedKinds = ['plain', 'split', 'item'] as const satisfies readonly PaymentShape['kind'][];
