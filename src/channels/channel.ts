import type { Cashier } from '../domain/cashier.js';
import type { ChargeOutcome } from '../domain/evidence.js';
import type { Fen } from '../domain/money.js';

/**
 * The port every payment channel implements. Adapters translate; they decide nothing. Three things stay different in
 * every answer: the channel refused, the channel did it, and nobody knows.
 *
 * Adapters never retry by themselves: repeating is the workflow's business, always with the same number.
 */
export interface Channel {
  /** As in `method.channel` and in `/v1/callbacks/{name}`. */
  readonly name: string;
  /** Products this channel offers, e.g. `qr`, `page`, `wap`. */
  readonly products: readonly string[];
  /** The merchant that is paid; evidence naming another is a mismatch. */
  readonly merchantId: string;
  /** Longest time one call may take before it is given up as unknown, ms. Shorter than any activity timeout. */
  readonly timeoutMs: number;

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
   * Reads a callback from its raw bytes. Verifies the signature before anything in it is believed, then merchant and
   * application. Never throws on what a stranger may send.
   */
  readNotification(request: RawNotification): NotificationReading;
  /** The channel's own words for "received" and for "send it again". */
  acknowledgement(result: 'received' | 'failed'): Acknowledgement;
}

/** Names one order at the channel; `orderedAt` is part of the identity on some channels. ISO-8601 UTC. */
export interface ChargeRef {
  outTradeNo: string;
  orderedAt: string;
}

export interface ChargeOrder extends ChargeRef {
  product: string;
  amountFen: Fen;
  subject: string;
  /** After this the channel itself must refuse payment. ISO-8601 UTC. */
  expiresAt: string;
}

export type OpenResult =
  | { kind: 'opened'; cashier: Cashier }
  /** Definitively not opened and never payable under this number. */
  | { kind: 'refused'; code: string; message: string }
  | { kind: 'unknown'; code: string };

/** A channel's answer with the bytes it was read from. */
export interface ChannelReading {
  outcome: ChargeOutcome;
  /** The merchant named in the answer, empty when it names none. */
  merchantId: string;
  raw: RawAnswer;
}

/** Bytes as received, kept as evidence. `signature` says what the check of them gave. */
export interface RawAnswer {
  body: Buffer;
  signature: 'valid' | 'invalid' | 'absent';
}

export type CloseResult =
  | { kind: 'closed' }
  /** The channel has no such order; it may still appear and be paid until it expires. */
  | { kind: 'absent' }
  /** Not waiting for payment: it may have been paid. Query. */
  | { kind: 'notClosable'; code: string }
  | { kind: 'unknown'; code: string };

export interface RefundOrder {
  charge: ChargeRef;
  /** Whole amount that was paid under the charge. */
  chargedFen: Fen;
  refundNo: string;
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
  | { kind: 'refused'; code: string; message: string; raw: RawAnswer }
  | { kind: 'unknown'; code: string; raw: RawAnswer | null };

export interface RawNotification {
  /** Exactly as received. */
  body: Buffer;
  /** Lower-case names. */
  headers: Readonly<Record<string, string>>;
  /** Path with query string, as received. */
  url: string;
}

export type NotificationReading =
  /** About a charge: `notificationId` is the channel's, the same across its retries. */
  | {
      kind: 'charge';
      notificationId: string;
      outTradeNo: string;
      merchantId: string;
      outcome: ChargeOutcome;
    }
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

/** The channels in offer, by name. */
export type Channels = ReadonlyMap<string, Channel>;
