import type { Cashier } from '../domain/cashier.js';
import type { ChargeOutcome } from '../domain/evidence.js';
import type { Fen } from '../domain/money.js';

/**
 * The port every payment channel implements. Adapters translate; they decide nothing. Three things stay different in
 * every answer: the channel refused, the channel did it, and nobody knows.
 *
 * Adapters never retry by themselves: repeating is the workflow's business, always with the same number. None compiles
 * without saying how its numbers look, what each of its codes lets us conclude, how a charge and a refund are asked
 * about, and where its statement comes from.
 */
export interface Channel {
  /** As in `method.channel` and in `/v1/callbacks/{name}`. */
  readonly name: string;
  /** Products this channel offers, e.g. `qr`, `page`, `wap`. */
  readonly products: readonly string[];
  /** What a charge of this product needs beside its amount; empty for most. */
  needs(product: string): readonly CashierNeed[];
  /** The merchant that is paid; evidence naming another is a mismatch. */
  readonly merchantId: string;
  /** Longest time one call may take before it is given up as unknown, ms. Shorter than any activity timeout. */
  readonly timeoutMs: number;
  /** The numbers that make a repeated call the same call, and what the channel accepts in them. */
  readonly numbers: ChannelNumbers;
  /** What each documented code lets us conclude. */
  readonly codes: ChannelCodes;
  /** How one order of this channel is paid to several merchants at once; null where the channel has no such thing. */
  readonly combining: Combining | null;

  /** Makes the order payable. Safe to repeat with the same order: the same number never becomes two charges. */
  open(order: ChargeOrder): Promise<OpenResult>;
  /** Asks what became of an order. Reads only. */
  query(charge: ChargeRef): Promise<ChannelReading>;
  /** Closes an unpaid order. Safe to repeat. Never proof against a payment that raced it: query afterwards. */
  close(charge: ChargeRef): Promise<CloseResult>;
  /** Gives money back. Safe to repeat with the same refund number and amount: it never pays back twice. */
  refund(order: RefundOrder): Promise<RefundResult>;
  /** Asks what became of a refund. Reads only. */
  queryRefund(order: RefundOrder): Promise<RefundResult>;

  /**
   * Reads a callback from its raw bytes. Verifies the signature before anything in it is believed, with the keys that are
   * valid when it was received, then merchant and application. Never throws on what a stranger may send.
   */
  readNotification(request: RawNotification): NotificationReading;
  /** The channel's own words for "received" and for "send it again". */
  acknowledgement(result: 'received' | 'failed'): Acknowledgement;
  /** Checks kept bytes once more, with the keys that were valid when they were received. Pure. */
  verify(message: KeptMessage): SignatureCheck;

  /**
   * Fetches the channel's statement of one day, as the channel makes it: nothing in it is read here. Reads only, safe to
   * repeat. `day` is `yyyy-MM-dd`, a day of the channel's (Beijing).
   */
  fetchStatement(day: string): Promise<StatementFetch>;
}

/** Something only the caller knows; the name is its place in the request of the API. */
export type CashierNeed = 'payer.openid' | 'payer.clientIp' | 'method.terminalId';

/** The rule for one kind of number. */
interface NumberRule {
  /** The channel's name of the field that makes a repeat harmless. */
  field: string;
  /** What the channel accepts in it, length and alphabet. */
  pattern: RegExp;
}

export interface ChannelNumbers {
  charge: NumberRule;
  refund: NumberRule;
}

/** The calls of a channel that have an outcome. */
export type ChannelCall = 'open' | 'query' | 'close' | 'refund' | 'queryRefund';

/**
 * What the channel's codes let us conclude, call by call. A code that ends in `*` stands for all that begin so. A code
 * that is not listed concludes nothing: `unknown`, and it is counted, so that somebody looks it up.
 */
export interface ChannelCodes {
  /** `refused`: not open, and never payable under this number. */
  open: CodeTable<'refused'>;
  query: CodeTable<'absent'>;
  close: CodeTable<'absent' | 'notClosable'>;
  /** `refused`: this number never moves money. `notExecuted`: this call surely did nothing; the same number again is right. */
  refund: CodeTable<'refused' | 'notExecuted'>;
  queryRefund: CodeTable<'refused' | 'notExecuted'>;
  /** Codes that ask us to slow down, whatever else they mean. */
  slowDown: readonly string[];
}

export type CodeTable<Conclusion extends string> = Readonly<Record<string, Conclusion | 'unknown'>>;

/** What a code concludes by its table; null when the table does not list it. */
export function conclusionOf<Conclusion extends string>(
  table: CodeTable<Conclusion>,
  code: string,
): Conclusion | 'unknown' | null {
  if (Object.hasOwn(table, code)) return table[code] ?? null;
  const family = Object.keys(table).find((listed) => listed.endsWith('*') && code.startsWith(listed.slice(0, -1)));
  return family === undefined ? null : (table[family] ?? null);
}

/** Codes that every adapter gives for what is no answer of the channel. All of them are `unknown`. */
export const ownCodes = {
  timeout: 'TIMEOUT',
  connectionFailed: 'CONNECTION_FAILED',
  /** HTTP 5xx and whatever else has no business content; the status follows. */
  http: 'HTTP_',
  unreadable: 'UNREADABLE_ANSWER',
  malformed: 'MALFORMED_ANSWER',
  badSignature: 'BAD_ANSWER_SIGNATURE',
  unsigned: 'UNSIGNED_ANSWER',
  /** Well signed, about another order or refund than the one asked about. */
  otherOrder: 'ANSWER_ABOUT_ANOTHER_ORDER',
  /** A refund the channel does not show: not received, or not executed so far. */
  notVisible: 'NOT_VISIBLE',
  /** Refused here, before the channel was called. */
  productNotOffered: 'PRODUCT_NOT_OFFERED',
  numberNotAccepted: 'NUMBER_NOT_ACCEPTED',
  /** Too many children for one combined order, none, or two of one number. */
  childrenNotAccepted: 'CHILDREN_NOT_ACCEPTED',
  /** Not sent, because the channel has asked us to slow down. */
  slowedDown: 'SLOWED_DOWN',
} as const;

/** Names one order at the channel; `orderedAt` is part of the identity on some channels. ISO-8601 UTC. */
export interface ChargeRef {
  outTradeNo: string;
  orderedAt: string;
  /** After this the channel itself refuses payment. ISO-8601 UTC. */
  expiresAt: string;
}

export interface ChargeOrder extends ChargeRef {
  product: string;
  amountFen: Fen;
  subject: string;
  /** Where a cashier takes the payment; null where there is no terminal. */
  terminalId: string | null;
  /** Personal data, given only to a product that needs it. */
  payer: { openid: string | null; clientIp: string | null };
}

export type OpenResult =
  | { kind: 'opened'; cashier: Cashier }
  /** Definitively not opened and never payable under this number. */
  | { kind: 'refused'; code: string; message: string }
  | { kind: 'unknown'; code: string };

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

interface CombinedCalls {
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

/** A channel's answer with the bytes it was read from. */
export interface ChannelReading {
  outcome: ChargeOutcome;
  /** The merchant named in the answer, empty when it names none. */
  merchantId: string;
  raw: RawAnswer;
}

/** Bytes as received, kept as evidence, with what the check of their signature gave. */
export interface RawAnswer extends SignatureCheck {
  body: Buffer;
  /** Headers the signature depends on, lower-case names; empty where it is in the body. */
  headers: Readonly<Record<string, string>>;
}

/** Where nothing was received. */
export const noAnswer: RawAnswer = { body: Buffer.alloc(0), headers: {}, signature: 'absent', keyId: null };

export interface SignatureCheck {
  signature: 'valid' | 'invalid' | 'absent';
  /** The channel's key that made a valid signature, as the channel or we name it; null otherwise. */
  keyId: string | null;
}

/** A message of the channel as it was kept. */
export interface KeptMessage {
  kind: 'callback' | 'answer';
  body: Buffer;
  headers: Readonly<Record<string, string>>;
  /** ISO-8601 UTC. */
  receivedAt: string;
}

export type CloseResult =
  | { kind: 'closed' }
  /** The channel has no such order; it may still appear and be paid until it expires. */
  | { kind: 'absent' }
  /** Not waiting for payment: it may have been paid. Query. */
  | { kind: 'notClosable'; code: string }
  /** This channel closes nothing: an order ends by itself when it expires, and may be paid until then. */
  | { kind: 'notOffered' }
  | { kind: 'unknown'; code: string };

export interface RefundOrder {
  charge: ChargeRef;
  /** Whole amount that was paid under the charge. */
  chargedFen: Fen;
  /** The channel's number of the payment, and its time, ISO-8601 UTC. */
  tradeNo: string;
  paidAt: string;
  refundNo: string;
  /** When this number was first sent, the same in every repeat: part of the identity on some channels. ISO-8601 UTC. */
  requestedAt: string;
  refundFen: Fen;
  reason: string;
}

export type RefundResult =
  /** `refundedAt` is the channel's time where it gives one, ISO-8601 UTC. */
  | { kind: 'refunded'; refundedAt: string | null; raw: RawAnswer }
  /** Accepted, or not yet visible: ask again. */
  | { kind: 'pending'; raw: RawAnswer | null }
  /** The channel has no such refund or has not executed it: send it again under the same number. */
  | { kind: 'notExecuted'; code: string; raw: RawAnswer | null }
  /** Proven: this number never moves money. */
  | { kind: 'refused'; code: string; message: string; raw: RawAnswer | null }
  | { kind: 'unknown'; code: string; raw: RawAnswer | null };

export interface RawNotification {
  /** Exactly as received. */
  body: Buffer;
  /** Lower-case names. */
  headers: Readonly<Record<string, string>>;
  /** Path with query string, as received. */
  url: string;
  /** ISO-8601 UTC. Signatures are checked as of this moment. */
  receivedAt: string;
}

export type NotificationReading = SignatureCheck & NotificationContent;

type NotificationContent =
  /** About a charge: `notificationId` is the channel's, the same across its retries. */
  | {
      kind: 'charge';
      notificationId: string;
      outTradeNo: string;
      merchantId: string;
      outcome: ChargeOutcome;
    }
  /** About children of a combined order, a fact for each it names. */
  | { kind: 'combined'; notificationId: string; combineNo: string; facts: readonly CombinedFact[] }
  /**
   * About a refund: a hint to ask, since its amounts are cumulative on some channels. `refundNo` is null when the channel
   * names none, as for a refund made in its own console.
   */
  | { kind: 'refund'; notificationId: string; outTradeNo: string; refundNo: string | null }
  /** Verified, and of no consequence to us. */
  | { kind: 'ignored'; notificationId: string; outTradeNo: string | null; why: string }
  /** Not to be believed. `outTradeNo` is what it claims, for the record of the attempt only. */
  | {
      kind: 'rejected';
      reason: 'badSignature' | 'malformed' | 'wrongMerchant' | 'wrongApp';
      outTradeNo: string | null;
    };

export interface Acknowledgement {
  status: number;
  contentType: string;
  body: string;
}

export type StatementFetch =
  | { kind: 'ready'; file: StatementFile }
  /** The channel is still making it: ask later. */
  | { kind: 'notReady'; code: string }
  /** The channel says that nothing happened that day. */
  | { kind: 'nothing'; code: string }
  | { kind: 'unknown'; code: string };

interface StatementFile {
  /** As the channel names it, or as we do where it gives no name; a plain file name. */
  name: string;
  bytes: Buffer;
}

/** The configured channels, by name. */
export type Channels = ReadonlyMap<string, Channel>;
