import type { Collection, Db } from 'mongodb';
import { fen } from '../../domain/money.js';
import { isDuplicate } from '../../platform/mongo.js';
import type { ChargeRecord, Charges } from '../charges.js';
import { chargeDocument, readCharge, type ChargeDocument } from './chargeCollection.js';

export function mongoCharges(db: Db): Charges {
  const charges = db.collection<ChargeDocument>('charges');

  const find = async (outTradeNo: string): Promise<ChargeRecord | null> => {
    const stored = await charges.findOne({ _id: outTradeNo });
    return stored === null ? null : readCharge(stored);
  };

  return {
    find,

    register: async (asked) => {
      const charge = registered(asked);
      try {
        await charges.insertOne(chargeDocument.store({ ...charge, reservations: [], reservationVersion: 0 }));
        return charge;
      } catch (error) {
        if (!isDuplicate(error)) throw error;
        const first = await find(asked.outTradeNo);
        if (first === null || !isSameCharge(first, asked)) {
          throw new Error(`charge number ${asked.outTradeNo} already stands for another charge`, { cause: error });
        }
        return first;
      }
    },

    advance: async (step) => {
      const { outTradeNo, ...changes } = step;
      const { matchedCount } = await charges.updateOne(
        { _id: outTradeNo, version: { $lt: step.version } },
        { $set: chargeDocument.storeChanges(changes) },
      );
      if (matchedCount === 0 && (await find(outTradeNo)) === null) throw new Error(`there is no charge ${outTradeNo}`);
    },

    ofPayment: (paymentId) => inOrderMade(charges, [paymentId]),

    ofPayments: (paymentIds) => inOrderMade(charges, paymentIds),
  };
}

async function inOrderMade(
  charges: Collection<ChargeDocument>,
  paymentIds: readonly string[],
): Promise<ChargeRecord[]> {
  // Numbers of one payment differ in their last digit only, so their order is that of the charges.
  const found = await charges
    .find({ paymentId: { $in: [...paymentIds] } })
    .sort({ _id: 1 })
    .toArray();
  return found.map(readCharge);
}

type NewCharge = Parameters<Charges['register']>[0];

const registered = (asked: NewCharge): ChargeRecord => ({
  ...asked,
  status: 'opening',
  version: 0,
  cashier: null,
  tradeNo: null,
  paidFen: fen(0),
  paidAt: null,
});

const isSameCharge = (one: ChargeRecord, other: NewCharge): boolean =>
  one.paymentId === other.paymentId && one.amountFen === other.amountFen && one.channel === other.channel;
