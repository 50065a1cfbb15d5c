import { Binary } from 'mongodb';
import type { ChargeOutcome, Evidence, EvidenceSource } from '../../domain/evidence.js';
import type { CollectionContract } from '../../platform/migration.js';
import { readFen, readTime, readTimeOrNull, storeFen, storeTime, type StoredFen } from '../../platform/stored.js';
import {
  allOf,
  anyText,
  bytes,
  fenAmount,
  listOf,
  oneOf,
  openRecord,
  orNull,
  record,
  sha256,
  text,
  time,
} from '../../platform/validator.js';
import type { EvidenceRecord, NewEvidence } from '../evidence.js';
import { sha256Hex } from '../evidenceId.js';

type StoredOutcome<Outcome> = Outcome extends { paidFen: unknown }
  ? Omit<Outcome, 'paidFen'> & { paidFen: StoredFen }
  : Outcome;
/** Its times stay text: a fact that is delivered later must be word for word the fact that was stored. */
type StoredFact = Omit<Evidence, 'outcome'> & { outcome: StoredOutcome<ChargeOutcome> };

export type EvidenceDocument = Omit<
  EvidenceRecord,
  'evidenceId' | 'evidence' | 'body' | 'headers' | 'deliveredAt' | 'receivedAt'
> & {
  _id: string;
  evidence: StoredFact | null;
  /** Absent from what lists fetch. */
  body?: Binary;
  /** Pairs, because a stranger chooses the names and a field's name may not hold everything a header's may. */
  headers: { name: string; value: string }[];
  deliveredAt: Date | null;
  receivedAt: Date;
};

const sources = allOf<EvidenceSource>({ callback: true, query: true, statement: true, operator: true });
const signatures = allOf<EvidenceRecord['signature']>({ valid: true, invalid: true, absent: true });
const outcomes = allOf<ChargeOutcome['kind']>({
  paid: true,
  waiting: true,
  absent: true,
  closed: true,
  returned: true,
  refused: true,
  unknown: true,
});

/** A forged attempt must not take the place of the fact it imitates, so uniqueness holds among believed ones only. */
const believed = { rejected: null };

export const evidenceCollection: CollectionContract = {
  name: 'evidence',
  schema: record({
    _id: text,
    channel: text,
    source: oneOf(sources),
    outTradeNo: orNull(anyText),
    paymentId: orNull(text),
    evidence: orNull(
      record({
        evidenceId: text,
        source: oneOf(sources),
        outTradeNo: text,
        merchantId: anyText,
        outcome: {
          ...openRecord({ kind: oneOf(outcomes) }),
          properties: { kind: oneOf(outcomes), paidFen: fenAmount },
        },
        observedAt: text,
      }),
    ),
    notificationId: orNull(anyText),
    body: bytes,
    url: orNull(anyText),
    headers: listOf(record({ name: anyText, value: anyText })),
    bodySha256: sha256,
    signature: oneOf(signatures),
    keyId: orNull(text),
    rejected: orNull(text),
    deliveredAt: orNull(time),
    receivedAt: time,
  }),
  indexes: [
    {
      name: 'oneFactPerNotification',
      key: { channel: 1, notificationId: 1 },
      unique: true,
      partialFilterExpression: { notificationId: { $type: 'string' }, ...believed },
    },
    {
      name: 'oneFactPerContent',
      key: { bodySha256: 1, channel: 1, source: 1, outTradeNo: 1 },
      unique: true,
      partialFilterExpression: believed,
    },
    { name: 'byPayment', key: { paymentId: 1, receivedAt: 1 } },
    { name: 'newest', key: { receivedAt: -1, _id: -1 } },
    { name: 'byChannel', key: { channel: 1, receivedAt: -1, _id: -1 } },
    {
      name: 'undelivered',
      key: { receivedAt: 1 },
      partialFilterExpression: { source: 'callback', deliveredAt: null, ...believed },
    },
  ],
};

export function storeEvidence({ evidenceId, ...fact }: NewEvidence): EvidenceDocument & { body: Binary } {
  return {
    _id: evidenceId,
    ...fact,
    evidence: fact.evidence === null ? null : storeFact(fact.evidence),
    body: new Binary(fact.body),
    headers: Object.entries(fact.headers).map(([name, value]) => ({ name, value })),
    bodySha256: sha256Hex(fact.body),
    deliveredAt: null,
    receivedAt: storeTime(fact.receivedAt),
  };
}

export function readEvidence({ _id, ...stored }: EvidenceDocument): EvidenceRecord {
  return {
    evidenceId: _id,
    ...stored,
    evidence: stored.evidence === null ? null : readFact(stored.evidence),
    body: stored.body === undefined ? Buffer.alloc(0) : Buffer.from(stored.body.value()),
    headers: Object.fromEntries(stored.headers.map(({ name, value }) => [name, value])),
    deliveredAt: readTimeOrNull(stored.deliveredAt),
    receivedAt: readTime(stored.receivedAt),
  };
}

function storeFact({ outcome, ...fact }: Evidence): StoredFact {
  return { ...fact, outcome: 'paidFen' in outcome ? { ...outcome, paidFen: storeFen(outcome.paidFen) } : outcome };
}

function readFact({ outcome, ...fact }: StoredFact): Evidence {
  return { ...fact, outcome: 'paidFen' in outcome ? { ...outcome, paidFen: readFen(outcome.paidFen) } : outcome };
}
