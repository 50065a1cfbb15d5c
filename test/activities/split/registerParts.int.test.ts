import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Dependencies } from '../../../src/activities/saga/dependencies.js';
import { registerItems, registerParts } from '../../../src/activities/split/registerParts.js';
import { collections } from '../../../src/collections.js';
import { fen } from '../../../src/domain/money.js';
import { migrate } from '../../../src/platform/migrate.js';
import type { PaymentRecord } from '../../../src/records/payments.js';
import { aCart, anItem, aPayment, aSplit, cartId, later, paymentId } from '../../records/examples.js';
import { testDatabase } from '../../support/parts.js';
import { dyingAfter, run, stepDependencies } from '../activityWorld.js';

let database: Awaited<ReturnType<typeof testDatabase>>;
let deps: Dependencies;

beforeAll(async () => {
  database = await testDatabase();
  await migrate(database.db, collections);
  deps = stepDependencies(database.db);
});
const forgetAll = () => database.db.collection('payments').deleteMany({});
beforeEach(forgetAll);
afterAll(() => database.drop());

const at = later(2);
const cartRecordId = aCart().paymentId;
const [first, second] = [anItem(1).paymentId, anItem(2).paymentId];

describe('the parts of a payment', () => {
  const parts = () => deps.payments.partsOf([paymentId]);

  it('are written down with what is theirs of the whole, each beginning where the one before it ends', async () => {
    const { payment: whole } = await deps.payments.register(aSplit());
    await run(registerParts(deps), { paymentId, at });
    const { proposalNo, subject, payer, requestHash, currency } = whole;
    const ofWhole = { proposalNo, subject, payer, requestHash, currency, status: 'opening', versions: {} };
    expect(await parts()).toMatchObject([
      {
        ...ofWhole,
        paymentId: `${paymentId}-S01`,
        amountFen: 800_00,
        shape: {
          kind: 'part',
          of: paymentId,
          partId: 'property',
          partNo: 1,
          payee: null,
          settlement: null,
          offsetFen: 0,
        },
        method: { channel: 'alipay', product: 'qr' },
        merchantId: '2088000000000001',
      },
      {
        ...ofWhole,
        paymentId: `${paymentId}-S02`,
        amountFen: 480_00,
        shape: { partId: 'life', payee: 'life', settlement: 'T+2', offsetFen: 800_00 },
        method: { channel: 'alipay-life', product: 'qr' },
        merchantId: '2088000000000002',
        createdAt: at,
      },
    ]);
  });

  it('revive nothing by late money, whatever the product says: only all of them are a premium', async () => {
    await deps.payments.register(aSplit({ terms: { ...aPayment().terms, latePayment: 'revive' } }));
    await run(registerParts(deps), { paymentId, at });
    expect((await parts()).map(({ terms }) => terms.latePayment)).toEqual(['refund', 'refund']);
  });

  it('are the same after any death in between and any number of repeats, at whatever time', async () => {
    await deps.payments.register(aSplit());
    await run(registerParts(deps), { paymentId, at });
    const once = await parts();
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 4 }), async (deaths) => {
        await database.db.collection('payments').deleteMany({ 'shape.kind': 'part' });
        for (const calls of deaths) {
          await run(registerParts(dyingAfter(deps, calls)), { paymentId, at }).catch(() => undefined);
        }
        await run(registerParts(deps), { paymentId, at });
        await run(registerParts(deps), { paymentId, at: later(60) });
        expect(await parts()).toEqual(once);
      }),
      { numRuns: 20 },
    );
  });

  it('stay as they stand when they are registered once more after they have moved', async () => {
    await deps.payments.register(aSplit());
    await run(registerParts(deps), { paymentId, at });
    const step = { paymentId: `${paymentId}-S01`, writer: 'payment', version: 1, events: [], status: 'paid' } as const;
    await deps.payments.advance(step);
    await run(registerParts(deps), { paymentId, at });
    expect((await parts()).map(({ status }) => status)).toEqual(['paid', 'opening']);
  });

  it('are not made of what is no payment in parts, nor of parts that do not come to the whole', async () => {
    await expect(run(registerParts(deps), { paymentId, at })).rejects.toThrow(`there is no split payment ${paymentId}`);
    await deps.payments.register(aPayment());
    await expect(run(registerParts(deps), { paymentId, at })).rejects.toThrow(`there is no split payment ${paymentId}`);
    await forgetAll();
    await deps.payments.register(aSplit({ amountFen: fen(1_280_01) }));
    await expect(run(registerParts(deps), { paymentId, at })).rejects.toThrow('come to 1280.00 of 1280.01 yuan');
  });
});

describe('the items of a cart', () => {
  const items = () => deps.payments.itemsOf([cartId]);
  const register = (to: Dependencies = deps) => run(registerItems(to), { cartRecordId, at });

  it('are written down as payments of their own, in their order', async () => {
    const { payment: cart } = await deps.payments.register(aCart());
    expect(await register()).toEqual({ conflicting: [] });
    expect(await items()).toMatchObject([
      {
        paymentId: first,
        proposalNo: 'TP2026110001',
        amountFen: 800_00,
        shape: { kind: 'item', cartId, itemNo: 1, payee: null },
        requestHash: cart.requestHash,
        payer: cart.payer,
        terms: cart.terms,
        expiresAt: cart.expiresAt,
      },
      { paymentId: second, amountFen: 480_00, shape: { itemNo: 2 }, createdAt: at },
    ]);
  });

  it('name those whose id stands for something else, and leave that as it was', async () => {
    await deps.payments.register(aCart());
    const { payment: other } = await deps.payments.register(
      aPayment({ paymentId: second, requestHash: 'c'.repeat(64) }),
    );
    expect(await register()).toEqual({ conflicting: [second] });
    expect(await register()).toEqual({ conflicting: [second] });
    expect(await deps.payments.find(second)).toEqual(other);
    expect(await items()).toHaveLength(1);
  });

  it('are the same after any death in between, and name the same conflicts', async () => {
    const state = async (): Promise<PaymentRecord[]> => deps.payments.findMany([first, second]);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 4 }),
        fc.subarray([first, second]),
        async (deaths, taken) => {
          await forgetAll();
          await deps.payments.register(aCart());
          for (const id of taken)
            await deps.payments.register(aPayment({ paymentId: id, requestHash: 'c'.repeat(64) }));
          for (const calls of deaths) await register(dyingAfter(deps, calls)).catch(() => undefined);
          expect(await register()).toEqual({ conflicting: taken });
          const once = await state();
          expect(await register()).toEqual({ conflicting: taken });
          expect(await state()).toEqual(once);
          expect(once.map(({ shape }) => shape.kind)).toEqual(
            expect.arrayContaining([first, second].map((id) => (taken.includes(id) ? 'plain' : 'item'))),
          );
        },
      ),
      { numRuns: 20 },
    );
  });

  it('are not made of what is no cart', async () => {
    await deps.payments.register(aPayment());
    const of = (id: string) => run(registerItems(deps), { cartRecordId: id, at });
    await expect(of(cartRecordId)).rejects.toThrow(`there is no cart ${cartRecordId}`);
    await expect(of(paymentId)).rejects.toThrow(`there is no cart ${paymentId}`);
  });
});
