import type { Collection, Db, Filter } from 'mongodb';
import { isDuplicate } from '../../platform/mongo.js';
import { time } from '../../platform/fields.js';
import { rejectedBodyBytesMax } from '../evidence.js';
import type { EvidenceRecord, EvidenceStore, NewEvidence } from '../evidence.js';
import { sha256Hex } from '../evidenceId.js';
import { readEvidence, storeEvidence, type EvidenceDocument } from './evidenceCollection.js';
import { newestFirst } from './newestFirst.js';
import { RejectedAttempts } from './rejectedAttempts.js';

/** Enough to see what somebody is trying, too little to fill a disk with. */
const rejectedPerHourMax = 200;
const rejectedTextMax = 128;

const withoutBody = { projection: { body: 0 } };

export function mongoEvidence(db: Db): EvidenceStore {
  const evidence = db.collection<EvidenceDocument>('evidence');
  const attempts = new RejectedAttempts(db);

  return {
    keep: async (fact) => {
      const stored = storeEvidence(fact);
      try {
        await evidence.insertOne(stored);
        return { isNew: true, evidenceId: fact.evidenceId, deliveredAt: null };
      } catch (error) {
        if (!isDuplicate(error)) throw error;
      }
      const first = await evidence.findOne(sameFact(stored), withoutBody);
      if (first === null) throw new Error(`evidence ${fact.evidenceId} is stored and yet cannot be read`);
      return { isNew: false, evidenceId: first._id, deliveredAt: readEvidence(first).deliveredAt };
    },

    keepRejected: async (attempt) => {
      const { channel } = attempt;
      const seen = await attempts.count({ channel, at: time.store(attempt.receivedAt) });
      if (seen > rejectedPerHourMax) return;
      try {
        await evidence.insertOne(storeEvidence(bounded(attempt)));
      } catch (error) {
        if (!isDuplicate(error)) throw error; // the same attempt again: counted, and kept once
      }
    },

    markDelivered: async (evidenceId, at) => {
      await evidence.updateOne({ _id: evidenceId, deliveredAt: null }, { $set: { deliveredAt: time.store(at) } });
    },

    find: async (evidenceId) => {
      const stored = await evidence.findOne({ _id: evidenceId });
      return stored === null ? null : readEvidence(stored);
    },

    ofPayment: (paymentId) => oldestFirst(evidence, [paymentId]),

    ofPayments: (paymentIds) => oldestFirst(evidence, paymentIds),

    list: ({ channel, rejected }, page) => {
      const filter: Filter<EvidenceDocument> = {
        ...(channel === undefined ? {} : { channel }),
        ...(rejected === undefined ? {} : { rejected: rejected ? { $ne: null } : null }),
      };
      const list = {
        collection: evidence,
        timeField: 'receivedAt',
        timeOf: (stored: EvidenceDocument) => stored.receivedAt,
        read: readEvidence,
        without: ['body'],
      };
      return newestFirst(list, filter, page);
    },

    undelivered: async (storedBefore, limit) => {
      const waiting: Filter<EvidenceDocument> = { source: 'callback', deliveredAt: null, rejected: null };
      const found = await evidence
        .find({ ...waiting, receivedAt: { $lt: time.store(storedBefore) } }, withoutBody)
        .sort({ receivedAt: 1 })
        .limit(limit)
        .toArray();
      return found.map(readEvidence);
    },
  };
}

async function oldestFirst(
  evidence: Collection<EvidenceDocument>,
  paymentIds: readonly string[],
): Promise<EvidenceRecord[]> {
  const wanted = { paymentId: { $in: [...paymentIds] } };
  const found = await evidence.find(wanted, withoutBody).sort({ receivedAt: 1, _id: 1 }).toArray();
  return found.map(readEvidence);
}

/** The stored fact that stood in the way, by whichever of the three keys it was. */
function sameFact({ _id, channel, source, outTradeNo, notificationId, bodySha256 }: EvidenceDocument) {
  const sameNotification = notificationId === null ? [] : [{ channel, notificationId, rejected: null }];
  const sameContent = { bodySha256, channel, source, outTradeNo, rejected: null };
  return { $or: [{ _id }, ...sameNotification, sameContent] } satisfies Filter<EvidenceDocument>;
}

/**
 * An attempt cut to size. Its key is of its own kind: what a stranger sent must never take the id of the true
 * notification that it imitates.
 */
function bounded(attempt: NewEvidence): NewEvidence {
  return {
    ...attempt,
    evidenceId: `rejected-${sha256Hex([attempt.channel, sha256Hex(attempt.body)].join('\n')).slice(0, 32)}`,
    outTradeNo: cut(attempt.outTradeNo),
    notificationId: cut(attempt.notificationId),
    rejected: cut(attempt.rejected) ?? 'rejected',
    body: attempt.body.subarray(0, rejectedBodyBytesMax),
    evidence: null,
  };
}

const cut = (claimed: string | null): string | null => claimed?.slice(0, rejectedTextMax) ?? null;
