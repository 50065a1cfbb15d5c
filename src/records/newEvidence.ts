import type { ChargeOutcome, EvidenceSource } from '../domain/evidence.js';
import type { NewEvidence } from './evidence.js';
import { evidenceIdOf } from './evidenceId.js';

/** Something that was said of our money, with the bytes that said it. */
export interface Statement {
  channel: string;
  source: EvidenceSource;
  /** Null where it names no order. */
  outTradeNo: string | null;
  /** Null where it is nobody's we know. */
  paymentId: string | null;
  /** What it says of the charge; null where it is about something else. */
  reading: { merchantId: string; outcome: ChargeOutcome } | null;
  /** The channel's id of a notification; left out for what has none. */
  notificationId?: string | null;
  /** Exactly as received. */
  body: Buffer;
  headers: Readonly<Record<string, string>>;
  /** Path with query string of a callback. */
  url?: string | null;
  signature: NewEvidence['signature'];
  keyId: string | null;
  /** Why it is not believed; left out for what is. */
  rejected?: string | null;
  /** ISO-8601 UTC. */
  receivedAt: string;
}

/**
 * The one way in which something that was said becomes evidence, whoever said it: a callback, an answer to a query, a line of
 * a statement, an operator. The same statement always becomes evidence of the same id.
 */
export function newEvidence(statement: Statement): NewEvidence {
  const { reading, notificationId = null, url = null, rejected = null, ...kept } = statement;
  const { source, outTradeNo, receivedAt } = statement;
  const evidenceId = evidenceIdOf({ ...kept, notificationId });
  const isFact = reading !== null && outTradeNo !== null && rejected === null;
  const evidence = isFact ? { evidenceId, source, outTradeNo, ...reading, observedAt: receivedAt } : null;
  return { ...kept, evidenceId, notificationId, url, rejected, evidence };
}
