import type { Coinsurance } from '../domain/book/coinsurance.js';
import type { ReviewChange } from '../domain/review.js';
import type { PaymentEvent, PaymentStatus } from '../domain/payment.js';
import type { PaymentTerms } from '../domain/terms.js';
import type { Fen } from '../domain/money.js';
import type { PaymentShape } from '../domain/shape.js';
import type { Page, PageRequest } from './page.js';

/** Who pays, as far as the core says: what a channel needs of them, and what a person needs to know. */
export interface Payer {
  name?: string;
  mobile?: string;
  /** The payer's id at our WeChat application. */
  openid?: string;
  clientIp?: string;
}

/** What the core asked for. Personal data lives here and nowhere else. */
interface PaymentRequest {
  paymentId: string;
  proposalNo: string;
  productCode: string;
  amountFen: Fen;
  currency: 'CNY';
  subject: string;
  payer: Payer | null;
  /** How the premium is shared among insurers; null where one carries it alone. */
  coinsurance: Coinsurance | null;
  /** How it is collected: alone, in parts, or with others. */
  shape: PaymentShape;
  /** The method asked for last. */
  method: { channel: string; product: string; terminalId?: string };
  /** ISO-8601 UTC. */
  expiresAt: string;
}

/** A payment, a part or a cart as stored: a projection of its workflow, which alone decides. */
export interface PaymentRecord extends PaymentRequest {
  /** SHA-256 of the request as the core sent it; the same id with another body is a conflict. */
  requestHash: string;
  terms: PaymentTerms;
  merchantId: string;
  status: PaymentStatus;
  /** The last step seen of each writer; a step not newer than its writer's last is ignored. */
  versions: Readonly<Record<string, number>>;
  /** Money received that counts as this premium (late money included), fen. Refunds are not taken off. */
  paidFen: Fen;
  /** The charge a payer can pay now, or that was paid. Null until the first is opened. */
  outTradeNo: string | null;
  policyNo: string | null;
  /** ISO-8601 UTC. */
  issuedAt: string | null;
  closeReason: string | null;
  timeline: readonly PaymentEvent[];
  /** ISO-8601 UTC. */
  createdAt: string;
  updatedAt: string;
}

/** Who moves a record; each numbers its own steps (decision 3). Letters, digits and hyphens. */
export type StepWriter =
  /** The workflow that collects for it: its own, or its cart's until the items part. */
  | 'payment'
  /** An item's cart from then on. */
  | 'item'
  /** A part's split payment, where the part was never begun. */
  | 'order'
  /** Of a charge that pays several, what happens to all of them in one step of their cart: it is opened, paid, given back by the channel. */
  | 'opened'
  | 'received'
  | 'returned'
  /** A refund after issue, by its id. */
  | `refund-${string}`
  /** Late money, by its charge (`late-C1`); money that nobody waits for, by its evidence. */
  | `late-${string}`
  | `stranded-${string}`;

/**
 * One step of a payment as a workflow took it. Absolute, never an increment; fields left out stay as they are.
 *
 * Each workflow that moves a payment (itself, then late money, then refunds after issue) numbers its own steps, so that
 * an old attempt of one never overwrites a newer step and the steps of one never make those of another look old.
 */
export interface PaymentStep {
  paymentId: string;
  writer: StepWriter;
  /** From 1, rising with each step of this writer. */
  version: number;
  status?: PaymentStatus;
  events: readonly PaymentEvent[];
  paidFen?: Fen;
  outTradeNo?: string;
  method?: PaymentRecord['method'];
  policyNo?: string;
  issuedAt?: string;
  closeReason?: string;
  /** Reviews raised and settled since the last step; recorded before the step itself. */
  reviews?: readonly ReviewChange[];
  /** Ids of other records that go the same way: all of this step but amounts is theirs too. */
  followers?: readonly string[];
}

export interface PaymentFilter {
  status?: PaymentStatus;
  channel?: string;
  proposalNo?: string;
  policyNo?: string;
  outTradeNo?: string;
  /** Created at or after / before, ISO-8601 UTC. */
  from?: string;
  to?: string;
}

export type NewPayment = PaymentRequest & {
  requestHash: string;
  terms: PaymentTerms;
  merchantId: string;
  createdAt: string;
};

export interface Payments {
  /**
   * First lock against a double payment: a unique id with the hash of its request. Safe to repeat; an existing payment
   * with the same hash comes back as `same`, with another as `conflict`, and nothing is written.
   */
  register(payment: NewPayment): Promise<{ kind: 'registered' | 'same' | 'conflict'; payment: PaymentRecord }>;
  /**
   * Writes one step in one atomic update, and one more for its followers. Safe to repeat; a step not newer than its
   * writer's last changes nothing. Raises `Error` for an unknown payment.
   */
  advance(step: PaymentStep): Promise<void>;
  /** Writes what the core says anew of the payer; what it leaves out stays. Safe to repeat. Raises `Error` for an unknown payment. */
  describePayer(paymentId: string, payer: Payer): Promise<void>;
  find(paymentId: string): Promise<PaymentRecord | null>;
  /** The parts of split payments, by the ids of those payments, in their order. */
  partsOf(paymentIds: readonly string[]): Promise<PaymentRecord[]>;
  /** The items of carts, by the ids of the carts as callers know them, in their order. */
  itemsOf(cartIds: readonly string[]): Promise<PaymentRecord[]>;
  findMany(paymentIds: readonly string[]): Promise<PaymentRecord[]>;
  /** Of what callers asked for, newest first; parts and carts themselves are not in it. `needsAttention` finds every payment of which anything waits for a person, whatever its status. */
  list(filter: PaymentFilter, page: PageRequest): Promise<Page<PaymentRecord>>;
  /**
   * Every record there is whose id comes after `after` (all of them, where it is left out), those that lists leave out too, by
   * id: none twice, and none missing that was there when it began.
   */
  walk(after?: string): AsyncIterable<PaymentRecord>;
  /** Registered before `registeredBefore` (ISO-8601 UTC) and still without a first step: perhaps never started. At most `limit`. */
  unstarted(registeredBefore: string, limit: number): Promise<PaymentRecord[]>;
}
