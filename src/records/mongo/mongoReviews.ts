import type { Collection, Db, Filter } from 'mongodb';
import { decisions, decisionsFor, reviewKinds, type Review, type ReviewEnd } from '../../domain/review.js';
import type { CollectionContract } from '../../platform/migration.js';
import { readTime, storeTime } from '../../platform/stored.js';
import { anyText, listOf, oneOf, orNull, record, text, time } from '../../platform/validator.js';
import type { ReviewFilter, ReviewRecord, Reviews } from '../reviews.js';
import { newestFirst } from './paging.js';

export type ReviewDocument = Omit<ReviewRecord, 'reviewId' | 'raisedAt' | 'settled'> & {
  _id: string;
  raisedAt: Date;
  settled: (Omit<ReviewEnd, 'settledAt'> & { settledAt: Date }) | null;
};

export const reviewCollection: CollectionContract = {
  name: 'reviews',
  schema: record({
    _id: text,
    kind: oneOf(reviewKinds),
    paymentId: text,
    refundId: orNull(text),
    workflowId: text,
    channel: orNull(text),
    reason: oneOf(Object.keys(decisionsFor)),
    detail: anyText,
    decisions: listOf(oneOf(decisions)),
    raisedAt: time,
    assignedTo: orNull(text),
    settled: orNull(record({ settledAt: time, decision: orNull(oneOf(decisions)), by: orNull(text), reason: anyText })),
  }),
  indexes: [
    { name: 'newest', key: { raisedAt: -1, _id: -1 } },
    { name: 'openOfPayment', key: { paymentId: 1, raisedAt: 1 }, partialFilterExpression: { settled: null } },
    { name: 'byKind', key: { kind: 1, raisedAt: -1, _id: -1 } },
  ],
};

export function mongoReviews(db: Db): Reviews {
  const reviews = db.collection<ReviewDocument>('reviews');

  return {
    record: async (changes) => {
      for (const change of changes) {
        if (change.kind === 'raised') await raise(reviews, change.review);
        else await settle(reviews, { _id: change.reviewId }, change.end);
      }
    },

    find: async (reviewId) => {
      const stored = await reviews.findOne({ _id: reviewId });
      return stored === null ? null : readReview(stored);
    },

    openOf: async (paymentIds) => {
      const found = await reviews
        .find({ settled: null, paymentId: { $in: [...paymentIds] } })
        .sort({ raisedAt: 1, _id: 1 })
        .toArray();
      return found.map(readReview);
    },

    list: (filter, page) =>
      newestFirst(
        {
          collection: reviews,
          timeField: 'raisedAt',
          timeOf: (stored: ReviewDocument) => stored.raisedAt,
          read: readReview,
        },
        queryOf(filter),
        page,
      ),

    assign: async (reviewId, assignedTo) => {
      const { matchedCount } = await reviews.updateOne({ _id: reviewId, settled: null }, { $set: { assignedTo } });
      return matchedCount === 1;
    },
  };
}

async function raise(reviews: Collection<ReviewDocument>, review: Review): Promise<void> {
  const { reviewId, raisedAt, ...rest } = review;
  const { workflowId, paymentId } = review;
  const document = { ...rest, decisions: [...rest.decisions], raisedAt: storeTime(raisedAt), assignedTo: null };
  await reviews.updateOne({ _id: reviewId }, { $setOnInsert: { ...document, settled: null } }, { upsert: true });
  const earlier = { workflowId, paymentId, raisedAt: { $lt: storeTime(raisedAt) } };
  await settle(reviews, earlier, { settledAt: raisedAt, decision: null, by: null, reason: 'raised again' });
}

async function settle(
  reviews: Collection<ReviewDocument>,
  which: Filter<ReviewDocument>,
  { settledAt, ...end }: ReviewEnd,
): Promise<void> {
  await reviews.updateMany(
    { ...which, settled: null },
    { $set: { settled: { ...end, settledAt: storeTime(settledAt) } } },
  );
}

function queryOf({ status, kind, channel, olderThan }: ReviewFilter): Filter<ReviewDocument> {
  return {
    ...(status === undefined ? {} : { settled: status === 'open' ? null : { $ne: null } }),
    ...(kind === undefined ? {} : { kind }),
    ...(channel === undefined ? {} : { channel }),
    ...(olderThan === undefined ? {} : { raisedAt: { $lt: storeTime(olderThan) } }),
  };
}

function readReview({ _id, raisedAt, settled, ...stored }: ReviewDocument): ReviewRecord {
  return {
    reviewId: _id,
    ...stored,
    raisedAt: readTime(raisedAt),
    settled: settled === null ? null : { ...settled, settledAt: readTime(settled.settledAt) },
  };
}
