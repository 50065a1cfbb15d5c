import type { Cashier } from '../domain/cashier.js';
import type { Fen } from '../domain/money.js';
import type { ChargeTerms } from '../domain/terms.js';

export type ChargeStatus = 'opening' | 'open' | 'closing' | 'closed' | 'refused' | 'paid';

/** One attempt to collect at one channel under one merchant number. */
export interface ChargeRecord {
  outTradeNo: string;
  /** What it collects for: a payment, a part, a cart, or of a combined order one item of a cart. */
  paymentId: string;
  /** The combined order that it is a child of, with the channel that speaks for all of it. */
  combined: { combineNo: string; channel: string } | null;
  channel: string;
  product: string;
  merchantId: string;
  amountFen: Fen;
  /** Part of the order's identity on some channels, ISO-8601 UTC. */
  orderedAt: string;
  expiresAt: string;
  terms: ChargeTerms;
  status: ChargeStatus;
  version: number;
  cashier: Cashier | null;
  tradeNo: string | null;
  paidFen: Fen;
  paidAt: string | null;
}

/** Absolute; fields left out stay as they are. A step not newer than what is stored changes nothing. */
export interface ChargeStep {
  outTradeNo: string;
  version: number;
  status: ChargeStatus;
  cashier?: Cashier;
  tradeNo?: string;
  paidFen?: Fen;
  paidAt?: string;
}

export interface Charges {
  /**
   * Records that a charge is about to be opened, before the channel is called. Safe to repeat: the first wins, and comes
   * back as it stands now. Raises `Error` when the number belongs to another payment, amount or channel.
   */
  register(
    charge: Omit<ChargeRecord, 'status' | 'version' | 'cashier' | 'tradeNo' | 'paidFen' | 'paidAt'>,
  ): Promise<ChargeRecord>;
  advance(step: ChargeStep): Promise<void>;
  find(outTradeNo: string): Promise<ChargeRecord | null>;
  /** In the order they were made. */
  ofPayments(paymentIds: readonly string[]): Promise<ChargeRecord[]>;
  /** In the order they were made. */
  ofPayment(paymentId: string): Promise<ChargeRecord[]>;
}
