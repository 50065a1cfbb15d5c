import type { ChargeOutcome } from '../domain/evidence.js';
import type { SignatureCheck } from './collecting.js';
import type { CombinedFact } from './combining.js';

/** What the channel brings by itself. Nothing here calls it. */
export interface Callbacks {
  /**
   * Reads a callback from its raw bytes. Verifies the signature before anything in it is believed, with the keys that are
   * valid when it was received, then merchant and application. Never throws on what a stranger may send.
   */
  readNotification(request: RawNotification): NotificationReading;
  /** The channel's own words for "received" and for "send it again". */
  acknowledgement(result: 'received' | 'failed'): Acknowledgement;
  /** Checks kept bytes once more, with the keys that were valid when they were received. Pure. */
  verify(message: KeptMessage): SignatureCheck;
}

/** A message of the channel as it was kept. */
export interface KeptMessage {
  kind: 'callback' | 'answer';
  body: Buffer;
  headers: Readonly<Record<string, string>>;
  /** ISO-8601 UTC. */
  receivedAt: string;
}

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
