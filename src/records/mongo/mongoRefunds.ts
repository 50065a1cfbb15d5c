import type { Collection, Db, Filter } from 'mongodb';
import { time } from '../../platform/fields.js';
import type { RefundRecord, Refunds, RefundStep } from '../refunds.js';
import type { ChargeDocument } from './chargeCollection.js';
import { mongoReviews } from './mongoReviews.js';
import { readRefund, refundDocument, refundKey, type RefundDocument } from './refundCollection.js';
import { reserveRefund } from './reserveRefund.js';

export function mongoRefunds(db: Db): Refunds {
  const charges = db.collection<ChargeDocument>('charges');
  const refunds = db.collection<RefundDocument>('refunds');
  const reviews = mongoReviews(db);

  return {
    reserve: (asked) => reserveRefund({ charges, refunds }, asked),

    advance: async (step) => {
      const { paymentId, refundId, reviews: raised = [], ...changes } = step;
      await reviews.record(raised);
      const { matchedCount } = await refunds.updateOne(
        { _id: refundKey(step), version: { $lt: step.version } },
        {
          $set: refundDocument.storeChanges(changes),
          ...(step.refundNo === undefined ? {} : { $addToSet: { refundNos: step.refundNo } }),
        },
      );
      if (matchedCount === 0) await assertKnown(refunds, step);
    },

    find: async (refund) => readOrNull(await refunds.findOne({ _id: refundKey(refund) })),

    findByNo: async (refundNo) => readOrNull(await refunds.findOne({ refundNos: refundNo })),

    ofPayment: (paymentId) => inOrderMade(refunds, { paymentId }),

    ofCharge: (outTradeNo) => inOrderMade(refunds, { outTradeNo }),

    ofPayments: (paymentIds) => inOrderMade(refunds, { paymentId: { $in: [...paymentIds] } }),

    unstarted: async (reservedBefore, limit) => {
      const found = await refunds
        .find({ version: 0, createdAt: { $lt: time.store(reservedBefore) } })
        .sort({ createdAt: 1 })
        .limit(limit)
        .toArray();
      return found.map(readRefund);
    },
  };
}

const readOrNull = (stored: RefundDocument | null): RefundRecord | null =>
  stored === null ? null : readRefund(stored);

async function inOrderMade(
  refunds: Collection<RefundDocument>,
  filter: Filter<RefundDocument>,
): Promise<RefundRecord[]> {
  const found = await refunds.find(filter).sort({ createdAt: 1, outTradeNo: 1, sequence: 1 }).toArray();
  return found.map(readRefund);
}

async function assertKnown(refunds: Collection<RefundDocument>, step: RefundStep): Promise<void> {
  const known = await refunds.findOne({ _id: refundKey(step) }, { projection: { _id: 1 } });
  if (known === null) throw new Error(`there is no refund ${refundKey(step)}`);
}
