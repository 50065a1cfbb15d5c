import type { Cashier } from '../domain/cashier.js';
import type { ChargeOutcome } from '../domain/evidence.js';
import type { Fen } from '../domain/money.js';

/** Collecting: one charge, paid to the channel's own merchant, and its money back. */
export interface Collecting {
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
}

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
