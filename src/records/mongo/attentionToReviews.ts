import type { Db, Document } from 'mongodb';
import { cartRecordId } from '../../domain/ids.js';
import { reviewIdFor, type ReviewKind } from '../../domain/review.js';
import { time } from '../../platform/fields.js';
import { mongoReviews } from './mongoReviews.js';

/** A case as records carried it themselves before there were reviews. */
interface Carried {
  _id: string;
  paymentId?: string;
  refundId?: string;
  channel?: string;
  method?: { channel: string };
  shape?: { kind: string; cartId?: string };
  attention: Document | null;
}

/**
 * Cases that stand in the records of payments and refunds become reviews, under the ids that their workflows know them by,
 * and leave the records. Safe to repeat; one sentence for each collection that was changed.
 */
export async function attentionToReviews(db: Db): Promise<string[]> {
  const changes: string[] = [];
  for (const name of ['refunds', 'payments']) {
    const carrying = { attention: { $exists: true } };
    const records = db.collection<Carried>(name);
    const reviews = mongoReviews(db);
    let moved = 0;
    for await (const record of records.find({ 'attention.reason': { $exists: true } })) {
      const review = reviewOf(record);
      if (review === null || (await isCarts(db, record))) continue;
      await reviews.record([{ kind: 'raised', review }]);
      moved += 1;
    }
    const { modifiedCount } = await records.updateMany(carrying, { $unset: { attention: '' } });
    if (modifiedCount > 0) changes.push(`${name}: ${moved} open cases moved to reviews`);
  }
  return changes;
}

/** An item went every step with its cart until they parted, the case of the cart included. */
async function isCarts(db: Db, { shape, attention }: Carried): Promise<boolean> {
  if (shape?.kind !== 'item' || shape.cartId === undefined) return false;
  const cart = await db.collection<Carried>('payments').findOne({ _id: cartRecordId(shape.cartId) });
  return cart?.attention?.['workflowId'] === attention?.['workflowId'] && isSameTime(cart?.attention, attention);
}

const isSameTime = (one: Document | null | undefined, other: Document | null): boolean =>
  (one?.['since'] as Date | undefined)?.getTime() === (other?.['since'] as Date | undefined)?.getTime();

function reviewOf(record: Carried) {
  const { attention } = record;
  if (attention === null) return null;
  const { workflowId, reason, detail, decisions } = attention as {
    workflowId: string;
    reason: never;
    detail: string;
    decisions: never[];
  };
  const raisedAt = time.read(attention['since'] as Date);
  const [type = ''] = workflowId.split('/');
  const paymentId = record.paymentId ?? record._id;
  // A payment showed the case of a refund too, and an item that of its cart; those are the refund's and the cart's.
  const isRefund = record.refundId !== undefined;
  if (!isRefund && type === 'refund') return null;
  const isItem = record.shape?.kind === 'item' && type === 'cart';
  const reviewId = reviewIdFor({ workflowId, item: isItem ? paymentId : null, raisedAt });
  return {
    reviewId,
    kind: kinds[type] ?? 'payment',
    paymentId,
    refundId: record.refundId ?? null,
    workflowId,
    channel: record.method?.channel ?? null,
    reason,
    detail,
    decisions,
    raisedAt,
  };
}

const kinds: Readonly<Record<string, ReviewKind>> = {
  payment: 'payment',
  part: 'part',
  cart: 'cart',
  refund: 'refund',
  late: 'latePayment',
};
