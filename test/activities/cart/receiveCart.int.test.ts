import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { receiveCart, type ReceiveCart } from '../../../src/activities/cart/receiveCart.js';
import { recordReturned } from '../../../src/activities/late/receiveLateMoney.js';
import { collections } from '../../../src/collections.js';
import { fen } from '../../../src/domain/money.js';
import { compareWithRecords } from '../../../src/activities/reconcile/compareBook.js';
import { migrate } from '../../../src/platform/migrate.js';
import type { PaymentStep } from '../../../src/records/payments.js';
import { aCart, aCharge, anItem, at, cartId, later } from '../../records/examples.js';
import { testDatabase } from '../../support/parts.js';
import { dyingAfter, run, stepDependencies } from '../activityWorld.js';

let database: Awaited<ReturnType<typeof testDatabase>>;
let deps: ReturnType<typeof stepDependencies>;

beforeAll(async () => {
  database = await testDatabase();
  await migrate(database.db, collections);
  deps = stepDependencies(database.db);
});
afterAll(() => database.drop());

const combineNo = `${cartId}K1`;
const cartRecordId = aCart().paymentId;
const [car, life] = [anItem(1), anItem(2)];
const receiptOf = (outTradeNo: string, paidFen: number) => ({
  tradeNo: `T-${outTradeNo}`,
  paidFen: fen(paidFen),
  paidAt: later(60),
});
const step: PaymentStep = {
  paymentId: cartRecordId,
  writer: 'payment',
  version: 3,
  status: 'paid',
  events: [{ type: 'PremiumReceived', at: later(61), detail: '128000 fen' }],
  followers: [car.paymentId, life.paymentId],
};
const charged = { outTradeNo: combineNo, channel: 'alipay', receipt: receiptOf(combineNo, 1_280_00) };
const together: ReceiveCart = {
  charges: [charged],
  items: [car, life].map(({ paymentId, amountFen }) => ({ paymentId, amountFen, outTradeNo: combineNo })),
  knownBy: 'callback',
  step,
};
const childNo = (itemNo: number) => `${combineNo}I0${itemNo}`;
const ofCar = { outTradeNo: childNo(1), channel: 'alipay', receipt: receiptOf(childNo(1), 800_00) };
const ofLife = { outTradeNo: childNo(2), channel: 'alipay-life', receipt: receiptOf(childNo(2), 480_00) };
const combined: ReceiveCart = {
  ...together,
  charges: [ofCar, ofLife],
  items: [car, life].map(({ paymentId, amountFen }, index) => ({
    paymentId,
    amountFen,
    outTradeNo: childNo(index + 1),
  })),
  step: { ...step, followers: [] },
};

const names = ['payments', 'charges', 'journals'] as const;
const forgetAll = async () => {
  for (const name of [...names, 'refunds']) await database.db.collection(name).deleteMany({});
};
const begin = async () => {
  await forgetAll();
  for (const each of [aCart(), car, life]) await deps.payments.register(each);
  await deps.charges.register(aCharge({ outTradeNo: combineNo, paymentId: cartRecordId }));
  for (const [index, { paymentId, amountFen }] of [car, life].entries())
    await deps.charges.register(aCharge({ outTradeNo: childNo(index + 1), paymentId, amountFen }));
};
beforeEach(begin);

/** All that is on record, without the places that journals have in the chain of their day. */
const state = async () => {
  const [payments, charges, journals] = await Promise.all(
    names.map((name) => database.db.collection<{ _id: string }>(name).find().sort({ _id: 1 }).toArray()),
  );
  return {
    payments,
    charges,
    journals: journals?.map(({ _id, lines, paymentId }: Record<string, unknown>) => ({ _id, lines, paymentId })),
  };
};
const journalKeys = async () => (await state()).journals?.map(({ _id }) => _id);
const differing = async () => {
  const told: string[] = [];
  await compareWithRecords(deps.ledger, deps, ({ paymentId, problem }) => told.push(`${paymentId} ${problem}`));
  return told;
};

describe('the money of a cart', () => {
  it('is booked item by item, each under its own payment and key, and all are paid', async () => {
    await run(receiveCart(deps), together);
    expect(await journalKeys()).toEqual([
      `${combineNo}:${car.paymentId}:received`,
      `${combineNo}:${life.paymentId}:received`,
    ]);
    expect(await deps.ledger.ofPayment(life.paymentId)).toMatchObject([
      {
        outTradeNo: combineNo,
        at: later(60),
        lines: [
          { account: 'channelReceivable:alipay', amountFen: 480_00 },
          { account: 'premiumInAdvance', amountFen: -480_00 },
        ],
      },
    ]);
    expect(await deps.payments.find(life.paymentId)).toMatchObject({
      status: 'paid',
      paidFen: 480_00,
      outTradeNo: combineNo,
    });
    expect(await deps.payments.find(cartRecordId)).toMatchObject({ status: 'paid', paidFen: 1_280_00 });
    expect(await deps.charges.find(combineNo)).toMatchObject({
      status: 'paid',
      paidFen: 1_280_00,
      tradeNo: `T-${combineNo}`,
    });
    expect(await differing()).toEqual([]);
  });

  it('of a combined order is booked at each merchant’s channel, under the number of each child', async () => {
    await run(receiveCart(deps), combined);
    expect(await journalKeys()).toEqual([`${childNo(1)}:received`, `${childNo(2)}:received`]);
    expect(await deps.ledger.ofPayment(life.paymentId)).toMatchObject([
      { lines: [{ account: 'channelReceivable:alipay-life', amountFen: 480_00 }, {}] },
    ]);
    expect(await deps.payments.find(life.paymentId)).toMatchObject({ status: 'paid', outTradeNo: childNo(2) });
    expect(await differing()).toEqual([]);
  });

  it('of a combined order that only some have paid is theirs alone', async () => {
    const only: ReceiveCart = { ...combined, charges: combined.charges.slice(1), items: combined.items.slice(1) };
    await run(receiveCart(deps), only);
    expect(await deps.payments.find(car.paymentId)).toMatchObject({ status: 'opening', paidFen: 0 });
    expect(await deps.payments.find(cartRecordId)).toMatchObject({ paidFen: 480_00 });
    expect(await differing()).toEqual([]);
  });

  it.each<[string, ReceiveCart, string]>([
    [
      'another amount than its items come to',
      { ...together, charges: [{ ...charged, receipt: receiptOf(combineNo, 1_279_99) }] },
      `items of ${combineNo} come to 128000 fen, and 127999 were paid`,
    ],
    [
      'a charge without all of its items',
      { ...together, items: together.items.slice(1) },
      `items of ${combineNo} come to 48000 fen, and 128000 were paid`,
    ],
    [
      'the second child of another amount',
      { ...combined, charges: [ofCar, { ...ofLife, receipt: receiptOf(childNo(2), 1) }] },
      `items of ${childNo(2)} come to 48000 fen, and 1 were paid`,
    ],
  ])('is not booked for %s, and nothing is written', async (_what, input, message) => {
    const before = await state();
    await expect(run(receiveCart(deps), input)).rejects.toThrow(message);
    expect(await state()).toEqual(before);
  });

  it.each([
    ['one charge', together],
    ['a combined order', combined],
  ])('of %s is the same after any death in between and any number of repeats', async (_what, input) => {
    await run(receiveCart(deps), input);
    const once = await state();
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 8 }), { minLength: 1, maxLength: 4 }), async (deaths) => {
        await begin();
        for (const calls of deaths) await run(receiveCart(dyingAfter(deps, calls)), input).catch(() => undefined);
        await run(receiveCart(deps), input);
        expect(await state()).toEqual(once);
      }),
      { numRuns: 20 },
    );
  });

  it('takes no item back that has gone its own way since', async () => {
    await run(receiveCart(deps), together);
    const issued = { paymentId: life.paymentId, writer: 'item', version: 1, status: 'issued', events: [] } as const;
    await deps.payments.advance(issued);
    await run(receiveCart(deps), together);
    expect(await deps.payments.find(life.paymentId)).toMatchObject({ status: 'issued' });
  });

  it.each([1, 2])('that the channel itself gave back leaves nothing in the book, with %d items', async (count) => {
    const items = together.items.slice(0, count);
    const paidFen = items.reduce((sum, { amountFen }) => sum + amountFen, 0);
    const receipt = receiptOf(combineNo, paidFen);
    await run(receiveCart(deps), { ...together, charges: [{ ...charged, receipt }], items });
    const returned = {
      channel: 'alipay',
      outTradeNo: combineNo,
      receipt,
      booked: true,
      chargeVersion: 4,
      at: later(90),
      step: {
        ...step,
        version: 4,
        status: 'closed',
        events: [{ type: 'ChargeClosed', at: later(90), detail: 'gone' }],
      } as const,
      items: items.map(({ paymentId }) => paymentId),
    };
    await run(recordReturned(deps), returned);
    await run(recordReturned(deps), returned);
    for (const { paymentId } of items) {
      expect(await deps.payments.find(paymentId)).toMatchObject({ paidFen: 0, status: 'closed' });
    }
    expect(await differing()).toEqual([]);
    expect(at < returned.at).toBe(true);
  });
});
