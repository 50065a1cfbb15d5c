import type { Fen } from './money.js';

/** Where a fact about a charge came from. A browser's return page is none of these: it proves nothing. */
export type EvidenceSource = 'callback' | 'query' | 'statement' | 'operator';

/** What a piece of evidence says about a charge. Silence and doubt are `unknown`, which is never failure. */
export type ChargeOutcome =
  /** Money arrived. `paidAt` is the channel's own time, ISO-8601 UTC. */
  | { kind: 'paid'; paidFen: Fen; tradeNo: string; paidAt: string }
  /** The channel has the order and the payer may still pay it. */
  | { kind: 'waiting' }
  /** The channel has no such order; it may appear later (an Alipay QR code nobody scanned). */
  | { kind: 'absent' }
  /** The order is closed at the channel without money. */
  | { kind: 'closed' }
  /** Money arrived and the channel has since given all of it back. */
  | { kind: 'returned'; paidFen: Fen; tradeNo: string; paidAt: string }
  /** Proven: no money moved under this number and none can. `code` is the channel's. */
  | { kind: 'refused'; code: string }
  /** Nobody can tell yet: ask again. */
  | { kind: 'unknown'; code: string };

/** One fact about one charge, signature already checked. Plain JSON without personal data: it stands in histories. */
export interface Evidence {
  /** Key of the stored raw bytes. The same fact delivered again has the same id. */
  evidenceId: string;
  source: EvidenceSource;
  outTradeNo: string;
  /** The merchant the channel says was paid. Empty where a channel's answer names none. */
  merchantId: string;
  outcome: ChargeOutcome;
  /** ISO-8601 UTC. */
  observedAt: string;
}
