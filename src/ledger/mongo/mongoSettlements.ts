import type { Db } from 'mongodb';
import { sidesOf } from '../../domain/book/journal.js';
import { addFen, fen } from '../../domain/money.js';
import type { CollectionContract } from '../../platform/migration.js';
import { isDuplicate } from '../../platform/mongo.js';
import { readSignedFen, readTime, storeFen, storeTime, type StoredFen } from '../../platform/stored.js';
import { orNull, record, signedFen, text, time } from '../../platform/validator.js';
import type { ChannelSettlement, ExpectedSettlement, Settlements } from '../settlements.js';

type SettlementDocument = Omit<ExpectedSettlement, 'key' | 'amountFen' | 'at'> & {
  _id: string;
  amountFen: StoredFen;
  at: Date;
};

export const settlementCollection: CollectionContract = {
  name: 'settlements',
  schema: record({
    _id: text,
    channel: text,
    paymentId: text,
    outTradeNo: orNull(text),
    amountFen: signedFen,
    at: time,
    dueDay: { bsonType: 'string', pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' },
    account: text,
  }),
  indexes: [
    { name: 'byDueDay', key: { dueDay: 1, _id: 1 } },
    { name: 'byPayment', key: { paymentId: 1 } },
  ],
};

export function mongoSettlements(db: Db): Settlements {
  const settlements = db.collection<SettlementDocument>('settlements');

  return {
    expect: async ({ key, amountFen, at, ...expected }) => {
      try {
        await settlements.insertOne({ _id: key, ...expected, amountFen: storeFen(amountFen), at: storeTime(at) });
      } catch (error) {
        if (!isDuplicate(error)) throw error;
      }
    },

    find: async (key) => {
      const stored = await settlements.findOne({ _id: key });
      return stored === null ? null : readSettlement(stored);
    },

    dueOn: async (day) => {
      const sums = new Map<string, ChannelSettlement>();
      for await (const stored of settlements.find({ dueDay: day })) {
        const { channel, account, amountFen } = readSettlement(stored);
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

    page: async ({ day, channel, afterKey, limit }) => {
      const filter = { dueDay: day, _id: { $gt: afterKey }, ...(channel === undefined ? {} : { channel }) };
      return (await settlements.find(filter).sort({ _id: 1 }).limit(limit).toArray()).map(readSettlement);
    },
  };
}

function readSettlement({ _id, amountFen, at, ...stored }: SettlementDocument): ExpectedSettlement {
  const { channel, paymentId, outTradeNo, dueDay, account } = stored;
  return {
    key: _id,
    channel,
    paymentId,
    outTradeNo,
    amountFen: readSignedFen(amountFen),
    at: readTime(at),
    dueDay,
    account,
  };
}
