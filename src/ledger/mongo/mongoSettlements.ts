import type { Db } from 'mongodb';
import { sidesOf } from '../../domain/book/journal.js';
import { addFen, fen } from '../../domain/money.js';
import { document, type StoredBy } from '../../platform/document.js';
import { day, orNull, signedFen, text, time } from '../../platform/fields.js';
import type { CollectionContract } from '../../platform/migrate.js';
import { isDuplicate } from '../../platform/mongo.js';
import type { ChannelSettlement, ExpectedSettlement, Settlements } from '../settlements.js';

const settlementDocument = document<ExpectedSettlement>()('key', {
  key: text,
  channel: text,
  paymentId: text,
  outTradeNo: orNull(text),
  amountFen: signedFen,
  at: time,
  dueDay: day,
  account: text,
});

export const settlementCollection: CollectionContract = {
  name: 'settlements',
  schema: settlementDocument.schema,
  indexes: [
    { name: 'byDueDay', key: { dueDay: 1, _id: 1 } },
    { name: 'byPayment', key: { paymentId: 1 } },
  ],
};

export function mongoSettlements(db: Db): Settlements {
  const settlements = db.collection<StoredBy<typeof settlementDocument>>('settlements');

  return {
    expect: async (expected) => {
      try {
        await settlements.insertOne(settlementDocument.store(expected));
      } catch (error) {
        if (!isDuplicate(error)) throw error;
      }
    },

    find: async (key) => {
      const stored = await settlements.findOne({ _id: key });
      return stored === null ? null : settlementDocument.read(stored);
    },

    dueOn: async (dueDay) => {
      const sums = new Map<string, ChannelSettlement>();
      for await (const stored of settlements.find({ dueDay })) {
        const { channel, account, amountFen } = settlementDocument.read(stored);
        const place = `${channel}/${account}`;
        const sum = sums.get(place) ?? { channel, account, collectedFen: fen(0), givenBackFen: fen(0), count: 0 };
        const { debitFen, creditFen } = sidesOf(amountFen);
        sums.set(place, {
          ...sum,
          collectedFen: addFen(sum.collectedFen, debitFen),
          givenBackFen: addFen(sum.givenBackFen, creditFen),
          count: sum.count + 1,
        });
      }
      return [...sums].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, sum]) => sum);
    },

    page: async ({ day: dueDay, channel, afterKey, limit }) => {
      const filter = { dueDay, _id: { $gt: afterKey }, ...(channel === undefined ? {} : { channel }) };
      return (await settlements.find(filter).sort({ _id: 1 }).limit(limit).toArray()).map((stored) =>
        settlementDocument.read(stored),
      );
    },
  };
}
