import { randomUUID } from 'node:crypto';
import type { Db, Filter } from 'mongodb';
import { document, type StoredBy } from '../../platform/document.js';
import { anyOf, asItIs, listOf, oneOf, text, time } from '../../platform/fields.js';
import type { CollectionContract } from '../../platform/migrate.js';
import type { Audit, AuditRecord } from '../audit.js';
import { newestFirst } from './newestFirst.js';

const auditDocument = document<AuditRecord>()('auditId', {
  auditId: text,
  actor: text,
  roles: listOf(text),
  act: anyOf<AuditRecord['act']>({
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
  }),
  target: text,
  detail: asItIs<AuditRecord['detail']>({ bsonType: 'object' }),
  outcome: oneOf(['accepted', 'rejected']),
  requestId: text,
  at: time,
});
type AuditDocument = StoredBy<typeof auditDocument>;

export const auditCollection: CollectionContract = {
  name: 'audit',
  schema: auditDocument.schema,
  indexes: [
    { name: 'newest', key: { at: -1, _id: -1 } },
    { name: 'byTarget', key: { target: 1, at: -1, _id: -1 } },
    { name: 'byActor', key: { actor: 1, at: -1, _id: -1 } },
  ],
};

export function mongoAudit(db: Db): Audit {
  const audit = db.collection<AuditDocument>('audit');

  return {
    record: async (act) => {
      await audit.insertOne(auditDocument.store({ auditId: randomUUID(), ...act }));
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
        read: auditDocument.read,
      };
      return newestFirst(list, filter, page);
    },
  };
}
