import type { Evidence, EvidenceSource } from '../domain/evidence.js';
import type { Page, PageRequest } from './page.js';

/** One fact about a charge with the bytes it was read from. */
export interface EvidenceRecord {
  /** `evidenceIdOf` below. */
  evidenceId: string;
  channel: string;
  source: EvidenceSource;
  /** Null for an attempt that names no order. */
  outTradeNo: string | null;
  paymentId: string | null;
  /** What was read from it; null when it was rejected or is about something else than a charge. */
  evidence: Evidence | null;
  /** The channel's id of the notification, null for answers. */
  notificationId: string | null;
  /** Exactly as received. */
  body: Buffer;
  /** Path with query string of a callback; null for an answer. */
  url: string | null;
  /** Without authorisation values. Of an answer those its signature depends on. */
  headers: Readonly<Record<string, string>>;
  bodySha256: string;
  signature: 'valid' | 'invalid' | 'absent';
  /** The channel's key that made a valid signature. */
  keyId: string | null;
  /** Why it was not believed, or null. */
  rejected: string | null;
  /** When a workflow had it, ISO-8601 UTC; null while it has not, and for rejected attempts. */
  deliveredAt: string | null;
  receivedAt: string;
}

export type NewEvidence = Omit<EvidenceRecord, 'bodySha256' | 'deliveredAt'>;

/** Longer bodies of rejected attempts are cut to this when they are kept, bytes. */
export const rejectedBodyBytesMax = 16 * 1024;

export interface EvidenceStore {
  /**
   * Stores a fact before anything is done with it: unique per channel and notification id, and per content. Safe to
   * repeat; a fact stored before comes back as it was stored first, with `isNew` false and its `deliveredAt`.
   */
  keep(evidence: NewEvidence): Promise<{ isNew: boolean; evidenceId: string; deliveredAt: string | null }>;
  /**
   * Keeps a rejected attempt, bounded: at most a fixed number per channel and hour, and at most 16 KiB of each body;
   * beyond that only counted. Never raises for what a stranger sent.
   */
  keepRejected(evidence: NewEvidence): Promise<void>;
  markDelivered(evidenceId: string, at: string): Promise<void>;
  find(evidenceId: string): Promise<EvidenceRecord | null>;
  /** Oldest first, bodies left out of the lists by giving empty buffers. */
  ofPayment(paymentId: string): Promise<EvidenceRecord[]>;
  ofPayments(paymentIds: readonly string[]): Promise<EvidenceRecord[]>;
  list(filter: { channel?: string; rejected?: boolean }, page: PageRequest): Promise<Page<EvidenceRecord>>;
  /** Believed callbacks stored before `storedBefore` that no workflow has had. At most `limit`. */
  undelivered(storedBefore: string, limit: number): Promise<EvidenceRecord[]>;
}
