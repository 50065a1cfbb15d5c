import type { ChargeOutcome, Evidence, EvidenceSource } from '../../domain/evidence.js';
import { document, type StoredBy } from '../../platform/document.js';
import {
  anyOf,
  anyText,
  bytes,
  fenAmount,
  listOf,
  open,
  orNull,
  record,
  recordWith,
  sha256,
  text,
  time,
  type Field,
} from '../../platform/fields.js';
import type { CollectionContract } from '../../platform/migrate.js';
import type { EvidenceRecord, NewEvidence } from '../evidence.js';
import { sha256Hex } from '../evidenceId.js';

const source = anyOf<EvidenceSource>({ callback: true, query: true, statement: true, operator: true });
const outcomeKind = anyOf<ChargeOutcome['kind']>({
  paid: true,
  waiting: true,
  absent: true,
  closed: true,
  returned: true,
  refused: true,
  unknown: true,
});

const header = listOf(record({ name: anyText, value: anyText }));
/** Pairs, because a stranger chooses the names and a field's name may not hold everything a header's may. */
const headers: Field<Readonly<Record<string, string>>, { name: string; value: string }[]> = {
  schema: header.schema,
  store: (byName) => Object.entries(byName).map(([name, value]) => ({ name, value })),
  read: (pairs) => Object.fromEntries(pairs.map(({ name, value }) => [name, value])),
};

const evidenceDocument = document<EvidenceRecord>()('evidenceId', {
  evidenceId: text,
  channel: text,
  source,
  outTradeNo: orNull(anyText),
  paymentId: orNull(text),
  evidence: orNull(
    recordWith<Evidence>()({
      evidenceId: text,
      source,
      outTradeNo: text,
      merchantId: anyText,
      outcome: open<ChargeOutcome>()({ kind: outcomeKind }, { paidFen: fenAmount }),
      // Its times stay text: a fact that is delivered later must be word for word the fact that was stored.
      observedAt: text,
    }),
  ),
  notificationId: orNull(anyText),
  body: bytes,
  url: orNull(anyText),
  headers,
  bodySha256: sha256,
  signature: anyOf<EvidenceRecord['signature']>({ valid: true, invalid: true, absent: true }),
  keyId: orNull(text),
  rejected: orNull(text),
  deliveredAt: orNull(time),
  receivedAt: time,
});

export type EvidenceDocument = StoredBy<typeof evidenceDocument>;

/** A forged attempt must not take the place of the fact it imitates, so uniqueness holds among believed ones only. */
const believed = { rejected: null };

export const evidenceCollection: CollectionContract = {
  name: 'evidence',
  schema: evidenceDocument.schema,
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

export const storeEvidence = (fact: NewEvidence): EvidenceDocument =>
  evidenceDocument.store({ ...fact, bodySha256: sha256Hex(fact.body), deliveredAt: null });

/** With no bytes where they were left out of what was fetched. */
export const readEvidence = (stored: EvidenceDocument): EvidenceRecord =>
  Object.assign({ body: Buffer.alloc(0) }, evidenceDocument.read(stored));
