import type { ChargeOutcome } from '../domain/evidence.js';
import type { Fen } from '../domain/money.js';
import type { ChargeOrder, CloseResult, OpenResult, RawAnswer } from './collecting.js';
import type { NumberRule } from './numbers.js';

/**
 * Combined payment (合单支付, 合并支付): the payer pays once, and the money of each child order goes straight to its own
 * merchant; nobody collects for another. Each child has its own number and is refunded as any order of its merchant is.
 */
export interface Combining {
  /** The products that can be paid so. */
  readonly products: readonly string[];
  /** How many children one order may have. */
  readonly childrenMax: number;
  /** What the channel accepts as the number of the whole. */
  readonly number: NumberRule;
  /** How another merchant's combined order names the merchant of this channel. */
  readonly account: PayeeAccount;
  /** Makes all of it payable, or nothing. Safe to repeat with the same order: no number ever becomes two charges. */
  open(order: CombinedOrder): Promise<OpenResult>;
  /**
   * Asking and closing where the channel knows the children together only; null where each child is asked about and
   * closed as any order of its merchant is.
   */
  readonly together: CombinedCalls | null;
}

export interface CombinedCalls {
  /** Asks what became of each child; they need not have fared alike. Reads only. */
  query(order: CombinedRef): Promise<CombinedReading>;
  /** Closes all children of an unpaid order. Safe to repeat. Never proof against a payment that raced it: query afterwards. */
  close(order: CombinedRef): Promise<CloseResult>;
}

/** Where the money of a child goes. The application is the payee's own, on channels that have one for each order. */
interface PayeeAccount {
  merchantId: string;
  appId: string;
}

export interface CombinedChild {
  /** Its own number, by which its merchant refunds it. */
  outTradeNo: string;
  payee: PayeeAccount;
  amountFen: Fen;
  subject: string;
}

/** Names a combined order at the channel; the children are the same, in the same order, in every call about it. */
export interface CombinedRef {
  combineNo: string;
  orderedAt: string;
  /** After this the channel itself refuses payment. ISO-8601 UTC. */
  expiresAt: string;
  children: readonly CombinedChild[];
}

export interface CombinedOrder extends CombinedRef {
  product: string;
  payer: ChargeOrder['payer'];
}

/** What is said of one child. */
export interface CombinedFact {
  outTradeNo: string;
  /** The merchant that is named, empty when none is. */
  merchantId: string;
  outcome: ChargeOutcome;
}

/** A fact for each child that was asked about, in that order, with the bytes they were read from. */
export interface CombinedReading {
  facts: readonly CombinedFact[];
  raw: RawAnswer;
}

/** The same said of every child that was asked about, by an answer that names none of them. */
export function eachChild(
  { children }: CombinedRef,
  { outcome, raw }: { outcome: ChargeOutcome; raw: RawAnswer },
): CombinedReading {
  return { facts: children.map(({ outTradeNo }) => ({ outTradeNo, merchantId: '', outcome })), raw };
}
