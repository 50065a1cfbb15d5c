import type { Collection, Db, Filter } from 'mongodb';
import {
  decisions,
  decisionsFor,
  reviewKinds,
  type Review,
  type ReviewEnd,
  type ReviewReason,
} from '../../domain/review.js';
import { document, type StoredBy } from '../../platform/document.js';
import { anyText, listOf, oneOf, orNull, record, text, time } from '../../platform/fields.js';
import type { CollectionContract } from '../../platform/migrate.js';
import type { ReviewFilter, ReviewRecord, Reviews } from '../reviews.js';
import { newestFirst } from './newestFirst.js';

const decision = oneOf(decisions);
const settledField = orNull(record({ settledAt: time, decision: orNull(decision), by: orNull(text), reason: anyText }));

const reviewDocument = document<ReviewRecord>()('reviewId', {
  reviewId: text,
  kind: oneOf(reviewKinds),
  paymentId: text,
  refundId: orNull(text),
  workflowId: text,
  channel: orNull(text),
  reason: oneOf(Object.keys(decisionsFor) as ReviewReason[]),
  detail: anyText,
  decisions: listOf(decision),
  raisedAt: time,
  assignedTo: orNull(text),
  settled: settledField,
});

export type ReviewDocument = StoredBy<typeof reviewDocument>;

export const reviewCollection: CollectionContract = {
  name: 'reviews',
  schema: reviewDocument.schema,
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
      return stored === null ? null : reviewDocument.read(stored);
    },

    openOf: async (paymentIds) => {
      const found = await reviews
        .find({ settled: null, paymentId: { $in: [...paymentIds] } })
        .sort({ raisedAt: 1, _id: 1 })
        .toArray();
      return found.map((stored) => reviewDocument.read(stored));
    },

    list: (filter, page) =>
      newestFirst(
        {
          collection: reviews,
          timeField: 'raisedAt',
          timeOf: (stored: ReviewDocument) => stored.raisedAt,
          read: reviewDocument.read,
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
  const { _id, ...raised } = reviewDocument.store({ ...review, assignedTo: null, settled: null });
  await reviews.updateOne({ _id }, { $setOnInsert: raised }, { upsert: true });
  const { workflowId, paymentId, raisedAt } = review;
  const earlier = { workflowId, paymentId, raisedAt: { $lt: time.store(raisedAt) } };
  await settle(reviews, earlier, { settledAt: raisedAt, decision: null, by: null, reason: 'raised again' });
}

async function settle(
  reviews: Collection<ReviewDocument>,
  which: Filter<ReviewDocument>,
  end: ReviewEnd,
): Promise<void> {
  await reviews.updateMany({ ...which, settled: null }, { $set: { settled: settledField.store(end) } });
}

function queryOf({ status, kind, channel, olderThan }: ReviewFilter): Filter<ReviewDocument> {
  return {
    ...(status === undefined ? {} : { settled: status === 'open' ? null : { $ne: null } }),
    ...(kind === undefined ? {} : { kind }),
    ...(channel === undefined ? {} : { channel }),
    ...(olderThan === undefined ? {} : { raisedAt: { $lt: time.store(olderThan) } }),
  };
}
