import type { PaymentTerms } from '../domain/terms.js';

/** What the business wants of the channels, and for whom. */
export interface Offer {
  /** Whether new charges are made at a channel; open ones keep running either way. */
  isInOffer(channel: string): boolean;
  /** A product that is not listed has the default rules. */
  rulesFor(productCode: string): ProductRules;
  /** Raises Error for a channel that is not configured: ask `channels` first. */
  termsFor(payment: { channel: string; productCode: string }): PaymentTerms;
  /** The companies that can be paid, by name. */
  payees: ReadonlyMap<string, Payee>;
  /**
   * The name of the channel that collects for a payee who is to be paid by `channel`; without a payee `channel` itself,
   * configured or not. Null for a payee that is unknown or has no such channel.
   */
  collectorFor(wish: { channel: string; payee: string | null }): string | null;
  /**
   * The other channels of the same protocol, which may read what comes to this one's address and is about them; none for a
   * channel that is not configured.
   */
  siblingsOf(channel: string): readonly string[];
}

/** What the business wants for an insurance product. */
export interface ProductRules {
  latePayment: 'refund' | 'revive';
  issueDeadlineMs: number;
  /** How long a payer has when the core does not say, ms. */
  paymentTtlMs: number;
  /** The longest the core may ask for, ms. */
  paymentTtlMaxMs: number;
  /** Output tax within premiums, basis points of what is left of them without. */
  taxBp: number;
}

/** A company whose premium is collected: the legal entity, who answers for its accounts, and what stands for them. */
export interface Payee {
  name: string;
  /** The legal entity that is paid. */
  entity: string;
  /** Who at finance answers for the account. */
  owner: string;
  /** By `method.channel`, the configured channel that holds this payee's merchant. */
  channels: ReadonlyMap<string, string>;
}
