import { randomUUID } from 'node:crypto';
import type { Db, Filter } from 'mongodb';
import type { CollectionContract } from '../../platform/migration.js';
import { readTime, storeTime } from '../../platform/stored.js';
import { allOf, listOf, oneOf, record, text, time } from '../../platform/validator.js';
import type { Audit, AuditRecord } from '../audit.js';
import { newestFirst } from './paging.js';

type AuditDocument = Omit<AuditRecord, 'auditId' | 'at'> & { _id: string; at: Date };

const acts = allOf<AuditRecord['act']>({
  cancel: true,
  query: true,
  resolution: true,
  assignment: true,
  refund: true,
  switchMethod: true,
  readEvidence: true,
  replayEvidence: true,
  keyAdded: true,
  keyRevoked: true,
});

export const auditCollection: CollectionContract = {
  name: 'audit',
  schema: record({
    _id: text,
    actor: text,
    roles: listOf(text),
    act: oneOf(acts),
    target: text,
    detail: { bsonType: 'object' },
    outcome: oneOf(['accepted', 'rejected']),
    requestId: text,
    at: time,
  }),
  indexes: [
    { name: 'newest', key: { at: -1, _id: -1 } },
    { name: 'byTarget', key: { target: 1, at: -1, _id: -1 } },
    { name: 'byActor', key: { actor: 1, at: -1, _id: -1 } },
  ],
};

export function mongoAudit(db: Db): Audit {
  const audit = db.collection<AuditDocument>('audit');

  return {
    record: async ({ at, ...act }) => {
      await audit.insertOne({ _id: randomUUID(), ...act, at: storeTime(at) });
    },

    list: ({ target, actor }, page) => {
      const filter: Filter<AuditDocument> = {
        ...(target === undefined ? {} : { target }),
        ...(actor === undefined ? {} : { actor }),
      };
      const list = {
        collection: audit,
        timeField: 'at',
        timeOf: (stored: AuditDocument) => stored.at,
        read: readAudit,
      };
      return newestFirst(list, filter, page);
    },
  };
}

const readAudit = ({ _id, ...stored }: AuditDocument): AuditRecord => ({
  auditId: _id,
  ...stored,
  at: readTime(stored.at),
});
