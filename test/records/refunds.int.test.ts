import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { collections } from '../../src/collections.js';
import { refundsMaxOf } from '../../src/domain/ids.js';
import { fen } from '../../src/domain/money.js';
import { migrate } from '../../src/platform/migrate.js';
import { mongoRecords, type Records } from '../../src/records/mongo/index.js';
import { testDatabase } from '../support/parts.js';
import type { ReserveRefund } from '../../src/records/refunds.js';
import {
  aCart,
  aCharge,
  anItem,
  aPart,
  aRefund,
  at,
  cartId,
  later,
  paymentId,
  aReview,
  raised,
  settled,
} from './examples.js';

const outTradeNo = `${paymentId}C1`;

describe('refunds on record', () => {
  let database: Awaited<ReturnType<typeof testDatabase>>;
  let records: Records;

  beforeAll(async () => {
    database = await testDatabase();
    await migrate(database.db, collections);
    records = mongoRecords(database.db);
  });
  beforeEach(async () => {
    await database.db.collection('charges').deleteMany({});
    await database.db.collection('refunds').deleteMany({});
  });
  afterAll(() => database.drop());

  const paidCharge = async (paidFen: number, number = outTradeNo) => {
    await records.charges.register(aCharge({ outTradeNo: number, amountFen: fen(paidFen) }));
    await records.charges.advance({
      outTradeNo: number,
      version: 1,
      status: 'paid',
      paidFen: fen(paidFen),
      paidAt: at,
    });
  };

  describe('when money is set aside', () => {
    it('hold what was asked for, under the first number of their charge', async () => {
      await paidCharge(1_280_00);
      const reserved = await records.refunds.reserve(aRefund());
      expect(reserved).toMatchObject({
        kind: 'reserved',
        refund: {
          ...aRefund(),
          sequence: 1,
          status: 'requested',
          version: 0,
          refundNo: `${outTradeNo}R1`,
          refundedAt: null,
        },
      });
      expect(await records.refunds.find({ paymentId, refundId: 'R1' })).toEqual(
        'refund' in reserved ? reserved.refund : null,
      );
    });

    it('may be parts of the premium up to the last fen, and not one more', async () => {
      await paidCharge(1_280_00);
      await records.refunds.reserve(aRefund({ refundId: 'R1', amountFen: fen(1_000_00) }));
      const tooMuch = await records.refunds.reserve(aRefund({ refundId: 'R2', amountFen: fen(280_01) }));
      expect(tooMuch).toEqual({ kind: 'tooMuch', refundableFen: 280_00 });
      const rest = await records.refunds.reserve(aRefund({ refundId: 'R2', amountFen: fen(280_00) }));
      expect(rest).toMatchObject({ kind: 'reserved', refund: { sequence: 2, refundNo: `${outTradeNo}R2` } });
      const more = await records.refunds.reserve(aRefund({ refundId: 'R3', amountFen: fen(1) }));
      expect(more).toEqual({ kind: 'tooMuch', refundableFen: 0 });
    });

    it('are refused for a charge that was never paid', async () => {
      await records.charges.register(aCharge());
      expect(await records.refunds.reserve(aRefund())).toEqual({ kind: 'tooMuch', refundableFen: 0 });
    });

    it('are the same when asked for again, and a conflict when the id stood for something else', async () => {
      await paidCharge(1_280_00);
      const first = await records.refunds.reserve(aRefund());
      expect(await records.refunds.reserve(aRefund())).toEqual({ ...first, kind: 'same' });
      const other = await records.refunds.reserve(aRefund({ amountFen: fen(1), requestHash: 'c'.repeat(64) }));
      expect(other).toEqual({ ...first, kind: 'conflict' });
      expect(await records.refunds.reserve(aRefund({ refundId: 'R2', amountFen: fen(1_180_00) }))).toMatchObject({
        kind: 'reserved',
      });
    });

    it('raise an Error for an unknown charge, and for the charge of another payment', async () => {
      await expect(records.refunds.reserve(aRefund())).rejects.toThrow(`has no charge ${outTradeNo}`);
      await paidCharge(1_280_00);
      await expect(records.refunds.reserve(aRefund({ paymentId: 'P2026112200000002', outTradeNo }))).rejects.toThrow(
        `payment P2026112200000002 has no charge ${outTradeNo}`,
      );
    });

    it.each([1, 2 ** 31, 10_000_000_000])('take %d fen as a whole number', async (amount) => {
      await paidCharge(amount);
      const reserved = await records.refunds.reserve(aRefund({ amountFen: fen(amount) }));
      expect(reserved).toMatchObject({ kind: 'reserved', refund: { amountFen: amount } });
    });

    it('end at ninety-nine of one charge', async () => {
      await paidCharge(1_280_00);
      for (let made = 1; made <= 99; made += 1) {
        await records.refunds.reserve(aRefund({ refundId: `R${made}`, amountFen: fen(1) }));
      }
      expect(await records.refunds.reserve(aRefund({ refundId: 'R100', amountFen: fen(1) }))).toEqual({
        kind: 'tooMany',
      });
      expect(await records.refunds.ofPayment(paymentId)).toHaveLength(99);
    });
  });

  describe('when many are asked for at once', () => {
    it('never exceed together what was paid, and refuse none that would have fitted', async () => {
      const asks = fc.array(fc.integer({ min: 1, max: 500_00 }), { minLength: 2, maxLength: 25 });
      let run = 0;
      await fc.assert(
        fc.asyncProperty(asks, fc.integer({ min: 1, max: 2_000_00 }), async (amounts, paidFen) => {
          run += 1;
          const number = `P20261122CC${run}C1`;
          const id = `P20261122CC${run}`;
          await records.charges.register(aCharge({ paymentId: id, outTradeNo: number, amountFen: fen(paidFen) }));
          await records.charges.advance({ outTradeNo: number, version: 1, status: 'paid', paidFen: fen(paidFen) });
          const answers = await Promise.all(
            amounts.map((amountFen, index) =>
              records.refunds.reserve(
                aRefund({ paymentId: id, outTradeNo: number, refundId: `R${index}`, amountFen: fen(amountFen) }),
              ),
            ),
          );
          const made = await records.refunds.ofPayment(id);
          const madeFen = made.reduce((sum, { amountFen }) => sum + amountFen, 0);
          expect(madeFen).toBeLessThanOrEqual(paidFen);
          expect(made.map(({ sequence }) => sequence)).toEqual(made.map((_, index) => index + 1));
          for (const [index, answer] of answers.entries()) {
            if (answer.kind === 'reserved') continue;
            expect(answer.kind).toBe('tooMuch');
            expect(amounts[index]).toBeGreaterThan(paidFen - madeFen);
          }
        }),
        { numRuns: 15 },
      );
    });

    it('are one refund when they are the same request', async () => {
      await paidCharge(1_280_00);
      const answers = await Promise.all(Array.from({ length: 30 }, () => records.refunds.reserve(aRefund())));
      expect(answers.filter(({ kind }) => kind === 'reserved').length).toBeLessThanOrEqual(1);
      expect(answers.every(({ kind }) => kind === 'reserved' || kind === 'same')).toBe(true);
      expect(await records.refunds.ofPayment(paymentId)).toHaveLength(1);
      const rest = await records.refunds.reserve(aRefund({ refundId: 'R2', amountFen: fen(1_180_00) }));
      expect(rest.kind).toBe('reserved');
    });

    it('are taken from one charge only when the same id is asked of two, and the other keeps its money', async () => {
      const second = `${paymentId}C2`;
      await paidCharge(1_280_00);
      await paidCharge(1_280_00, second);
      const answers = await Promise.all([
        records.refunds.reserve(aRefund({ amountFen: fen(1_280_00) })),
        records.refunds.reserve(aRefund({ amountFen: fen(1_280_00), outTradeNo: second })),
      ]);
      expect(answers.map(({ kind }) => kind).sort()).toEqual(['conflict', 'reserved']);
      const [refund] = await records.refunds.ofPayment(paymentId);
      const untouched = refund?.outTradeNo === second ? outTradeNo : second;
      const whole = aRefund({ refundId: 'R2', amountFen: fen(1_280_00), outTradeNo: untouched });
      expect((await records.refunds.reserve(whole)).kind).toBe('reserved');
    });
  });

  describe('of several payments that one charge pays', () => {
    const charged = `${cartId}K1`;
    const [first, second] = [anItem(1), anItem(2)];
    /** The nth item's share of the cart's one charge: 800 and 480 yuan of 1280. */
    const ofItem = (itemNo: 1 | 2, changes: Partial<ReserveRefund> = {}) => {
      const { paymentId: itemId, amountFen } = itemNo === 1 ? first : second;
      const shared = { chargedTo: aCart().paymentId, amountFen };
      return aRefund({ paymentId: itemId, outTradeNo: charged, amountFen, shared, ...changes });
    };
    const paidTogether = async (paidFen = 1_280_00, number = charged, chargedTo = aCart().paymentId) => {
      await records.charges.register(aCharge({ outTradeNo: number, paymentId: chargedTo, amountFen: fen(paidFen) }));
      await records.charges.advance({ outTradeNo: number, version: 1, status: 'paid', paidFen: fen(paidFen) });
    };

    it('are as much as the share of each, and not a fen of another’s', async () => {
      await paidTogether();
      const tooMuch = await records.refunds.reserve(ofItem(2, { amountFen: fen(480_01) }));
      expect(tooMuch).toEqual({ kind: 'tooMuch', refundableFen: 480_00 });
      expect((await records.refunds.reserve(ofItem(2, { refundId: 'R1', amountFen: fen(400_00) }))).kind).toBe(
        'reserved',
      );
      const more = await records.refunds.reserve(ofItem(2, { refundId: 'R2', amountFen: fen(80_01) }));
      expect(more).toEqual({ kind: 'tooMuch', refundableFen: 80_00 });
      expect((await records.refunds.reserve(ofItem(1))).kind).toBe('reserved');
      expect((await records.refunds.reserve(ofItem(2, { refundId: 'R2', amountFen: fen(80_00) }))).kind).toBe(
        'reserved',
      );
    });

    it('are never more than the charge holds, whatever the shares say', async () => {
      await paidTogether(1_000_00);
      await records.refunds.reserve(ofItem(1));
      expect(await records.refunds.reserve(ofItem(2))).toEqual({ kind: 'tooMuch', refundableFen: 200_00 });
    });

    it('have numbers of the one charge, and may have the same id for two payments', async () => {
      await paidTogether();
      const [one, other] = [await records.refunds.reserve(ofItem(1)), await records.refunds.reserve(ofItem(2))];
      expect(one).toMatchObject({ kind: 'reserved', refund: { refundNo: `${charged}R1`, sequence: 1, beforeFen: 0 } });
      expect(other).toMatchObject({
        kind: 'reserved',
        refund: { refundNo: `${charged}R2`, sequence: 2, beforeFen: 0 },
      });
      expect(await records.refunds.reserve(ofItem(2))).toMatchObject({ kind: 'same', refund: { sequence: 2 } });
      expect(await records.refunds.ofCharge(charged)).toHaveLength(2);
      expect(await records.refunds.ofPayment(second.paymentId)).toHaveLength(1);
    });

    it('begin each where the payment’s own before it ended, which its shares go by', async () => {
      await paidTogether();
      await records.refunds.reserve(ofItem(2, { amountFen: fen(100_00) }));
      await records.refunds.reserve(ofItem(1));
      const next = await records.refunds.reserve(ofItem(2, { refundId: 'R2', amountFen: fen(50_00) }));
      expect(next).toMatchObject({ refund: { beforeFen: 100_00, sequence: 3 } });
    });

    it('raise an Error for a charge that is not the cart’s, and without saying whose it is', async () => {
      await paidTogether();
      const foreign = { chargedTo: 'K2026112200000009-K', amountFen: fen(480_00) };
      await expect(records.refunds.reserve(ofItem(2, { shared: foreign }))).rejects.toThrow(`has no charge ${charged}`);
      const alone = aRefund({ paymentId: second.paymentId, outTradeNo: charged });
      await expect(records.refunds.reserve(alone)).rejects.toThrow(`has no charge ${charged}`);
    });

    it('are written by the repeat after the writer died, each its own', async () => {
      await paidTogether();
      const one = await records.refunds.reserve(ofItem(1));
      const other = await records.refunds.reserve(ofItem(2));
      await database.db.collection('refunds').deleteMany({});
      expect(await records.refunds.reserve(ofItem(2))).toEqual({ ...other, kind: 'same' });
      expect(await records.refunds.reserve(ofItem(1))).toEqual({ ...one, kind: 'same' });
    });

    it('asked for at once and again are never more than a share or the charge, and refuse none that would have fitted', async () => {
      const ask = fc.record({
        itemNo: fc.constantFrom(1 as const, 2 as const),
        id: fc.integer({ min: 1, max: 6 }),
        amount: fc.integer({ min: 1, max: 700_00 }),
      });
      let run = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(ask, { minLength: 2, maxLength: 16 }), async (asks) => {
          run += 1;
          const number = `K20261122C${run}K1`;
          const chargedTo = `K20261122C${run}-K`;
          await paidTogether(1_280_00, number, chargedTo);
          const itemIds = { 1: `I20261122C${run}A`, 2: `I20261122C${run}B` };
          const answers = await Promise.all(
            asks.map(({ itemNo, id, amount }) => {
              const shared = { chargedTo, amountFen: itemNo === 1 ? fen(800_00) : fen(480_00) };
              const of = { paymentId: itemIds[itemNo], outTradeNo: number, shared, amountFen: fen(amount) };
              return records.refunds.reserve(ofItem(itemNo, { ...of, refundId: `R${id}`, requestHash: `h${amount}` }));
            }),
          );
          const made = await records.refunds.ofCharge(number);
          const sumFen = (of: typeof made) => of.reduce((sum, { amountFen }) => sum + amountFen, 0);
          const left = (itemNo: 1 | 2) =>
            (itemNo === 1 ? 800_00 : 480_00) - sumFen(made.filter(({ paymentId: id }) => id === itemIds[itemNo]));
          expect(left(1)).toBeGreaterThanOrEqual(0);
          expect(left(2)).toBeGreaterThanOrEqual(0);
          expect(made.map(({ sequence }) => sequence).sort((one, other) => one - other)).toEqual(
            made.map((_, index) => index + 1),
          );
          for (const [index, answer] of answers.entries()) {
            const asked = asks[index];
            if (answer.kind === 'tooMuch' && asked !== undefined)
              expect(asked.amount).toBeGreaterThan(left(asked.itemNo));
          }
        }),
        { numRuns: 15 },
      );
    });
  });

  describe('of the parts of one payment', () => {
    const [first, second] = [aPart(1).paymentId, aPart(2).paymentId];
    const ofPart = (part: string, changes: Partial<ReserveRefund> = {}) =>
      aRefund({ paymentId: part, outTradeNo: `${part.replace('-', '')}1`, ...changes });
    beforeEach(async () => {
      for (const part of [first, second]) {
        const outTradeNo = `${part.replace('-', '')}1`;
        await records.charges.register(aCharge({ outTradeNo, paymentId: part }));
        await records.charges.advance({ outTradeNo, version: 1, status: 'paid', paidFen: fen(480_00) });
      }
    });

    it('have ids that stand for one of them only', async () => {
      const reserved = await records.refunds.reserve(ofPart(second));
      expect(reserved).toMatchObject({
        kind: 'reserved',
        refund: { paymentId: second, refundNo: `${paymentId}S021R11` },
      });
      expect(await records.refunds.reserve(ofPart(first))).toMatchObject({
        kind: 'conflict',
        refund: { paymentId: second },
      });
      expect(await records.refunds.reserve(ofPart(first, { refundId: 'R2' }))).toMatchObject({ kind: 'reserved' });
      await records.refunds.advance({ paymentId: second, refundId: 'R1', version: 1, status: 'refunding' });
      expect(await records.refunds.find({ paymentId: second, refundId: 'R1' })).toMatchObject({ status: 'refunding' });
      expect(await records.refunds.ofPayment(first)).toHaveLength(1);
    });

    it('are one refund when the same id is asked of two at once, and the other part keeps its money', async () => {
      const answers = await Promise.all(
        [first, second].map((part) => records.refunds.reserve(ofPart(part, { amountFen: fen(480_00) }))),
      );
      expect(answers.map(({ kind }) => kind).sort()).toEqual(['conflict', 'reserved']);
      const [made, ...others] = await records.refunds.ofPayments([first, second]);
      expect(others).toEqual([]);
      const untouched = made?.paymentId === first ? second : first;
      const whole = ofPart(untouched, { refundId: 'R2', amountFen: fen(480_00) });
      expect((await records.refunds.reserve(whole)).kind).toBe('reserved');
    });
  });

  it('of a part set aside by somebody who died are free again when the id came to stand for another part', async () => {
    const [first, second] = [`${paymentId}-S01`, `${paymentId}-S02`];
    const ofPart = (part: string, refundId: string) =>
      aRefund({ paymentId: part, refundId, outTradeNo: `${part.replace('-', '')}1`, amountFen: fen(480_00) });
    for (const part of [first, second]) {
      const outTradeNo = `${part.replace('-', '')}1`;
      await records.charges.register(aCharge({ outTradeNo, paymentId: part }));
      await records.charges.advance({ outTradeNo, version: 1, status: 'paid', paidFen: fen(480_00) });
    }
    await records.refunds.reserve(ofPart(second, 'R1'));
    await database.db.collection('refunds').deleteMany({});
    expect((await records.refunds.reserve(ofPart(first, 'R1'))).kind).toBe('reserved');
    expect((await records.refunds.reserve(ofPart(second, 'R1'))).kind).toBe('conflict');
    expect((await records.refunds.reserve(ofPart(second, 'R2'))).kind).toBe('reserved');
  });

  describe('of a charge whose number leaves fewer characters', () => {
    it.each([
      ['a part', `${paymentId}S011`],
      ['a child of a combined order', `${cartId}K1I01`],
    ])('are as many as one character counts: of %s', async (_what, number) => {
      await paidCharge(1_280_00, number);
      const max = refundsMaxOf(number);
      expect(max).toBeLessThanOrEqual(35);
      const reserve = (no: number) =>
        records.refunds.reserve(aRefund({ outTradeNo: number, refundId: `R${no}`, amountFen: fen(1) }));
      for (let no = 1; no <= max; no += 1) expect((await reserve(no)).kind).toBe('reserved');
      expect(await reserve(max + 1)).toEqual({ kind: 'tooMany' });
      const numbers = (await records.refunds.ofCharge(number)).map(({ refundNo }) => refundNo);
      expect(new Set(numbers).size).toBe(max);
      expect(numbers.every((each) => each.length === `${number}R11`.length)).toBe(true);
    });

    it('are ninety-nine of a cart’s one charge', async () => {
      const number = `${cartId}K1`;
      await paidCharge(1_280_00, number);
      for (let made = 1; made <= 36; made += 1) {
        await records.refunds.reserve(aRefund({ outTradeNo: number, refundId: `R${made}`, amountFen: fen(1) }));
      }
      expect((await records.refunds.ofCharge(number)).at(-1)?.refundNo).toBe(`${number}R36`);
    });
  });

  describe('when the writer died after setting the money aside', () => {
    const forgetRefund = () => database.db.collection('refunds').deleteMany({});

    it('are written by the repeat, as they were asked for first and without taking money twice', async () => {
      await paidCharge(1_280_00);
      const first = await records.refunds.reserve(aRefund({ amountFen: fen(1_280_00) }));
      await forgetRefund();
      const repeated = await records.refunds.reserve(aRefund({ amountFen: fen(1_280_00), createdAt: later(60) }));
      expect(repeated).toEqual({ ...first, kind: 'same' });
      expect(await records.refunds.find({ paymentId, refundId: 'R1' })).toMatchObject({ createdAt: at });
    });

    it('are a conflict when the repeat asks for something else', async () => {
      await paidCharge(1_280_00);
      await records.refunds.reserve(aRefund());
      await forgetRefund();
      const other = aRefund({ amountFen: fen(1), requestHash: 'c'.repeat(64) });
      expect(await records.refunds.reserve(other)).toMatchObject({ kind: 'conflict', refund: { amountFen: 100_00 } });
    });
  });

  describe('when a workflow takes a step', () => {
    const sent = { paymentId, refundId: 'R1', version: 2, status: 'refunding' as const };

    it('change by newer steps only', async () => {
      await paidCharge(1_280_00);
      await records.refunds.reserve(aRefund());
      const done = { ...sent, version: 3, status: 'refunded' as const, refundedAt: later(5) };
      await records.refunds.advance(done);
      await records.refunds.advance(sent);
      await records.refunds.advance(done);
      expect(await records.refunds.find(sent)).toMatchObject({ status: 'refunded', version: 3, refundedAt: later(5) });
    });

    it('are found by every number they were sent under, the current one being the last', async () => {
      await paidCharge(1_280_00);
      await records.refunds.reserve(aRefund());
      await records.refunds.advance({ ...sent, refundNo: `${outTradeNo}R1T2` });
      const former = await records.refunds.findByNo(`${outTradeNo}R1`);
      const current = await records.refunds.findByNo(`${outTradeNo}R1T2`);
      expect(former).toEqual(current);
      expect(current?.refundNo).toBe(`${outTradeNo}R1T2`);
      expect(await records.refunds.findByNo(`${outTradeNo}R1T3`)).toBeNull();
    });

    it('wait for a person until it is settled', async () => {
      await paidCharge(1_280_00);
      await records.refunds.reserve(aRefund());
      const about = { kind: 'refund', refundId: 'R1', workflowId: `refund/${paymentId}/R1` } as const;
      await records.refunds.advance({ ...sent, status: 'needsAttention', reviews: [raised(about)] });
      expect(await records.reviews.openOf([paymentId])).toMatchObject([{ ...aReview(about), settled: null }]);
      await records.refunds.advance({ ...sent, version: 3, status: 'settledOutside', reviews: [settled(about)] });
      expect(await records.reviews.openOf([paymentId])).toEqual([]);
      expect((await records.reviews.find(aReview(about).reviewId))?.settled?.decision).toBe('refund');
    });

    it('raise an Error for a refund that nobody reserved', async () => {
      await expect(records.refunds.advance(sent)).rejects.toThrow(`there is no refund ${paymentId}/R1`);
    });
  });

  it('of many payments come in the order they were made', async () => {
    await paidCharge(1_280_00);
    const other = 'P2026112200000002';
    await records.charges.register(aCharge({ paymentId: other }));
    await records.charges.advance({ outTradeNo: `${other}C1`, version: 1, status: 'paid', paidFen: fen(5_00) });
    await records.refunds.reserve(aRefund({ refundId: 'RB', createdAt: later(2) }));
    await records.refunds.reserve(aRefund({ refundId: 'RA', createdAt: later(3) }));
    await records.refunds.reserve(aRefund({ paymentId: other, amountFen: fen(1), createdAt: later(1) }));
    const ids = (await records.refunds.ofPayments([paymentId, other])).map(({ refundId }) => refundId);
    expect(ids).toEqual(['R1', 'RB', 'RA']);
    expect((await records.refunds.ofPayment(paymentId)).map(({ refundId }) => refundId)).toEqual(['RB', 'RA']);
    expect(await records.refunds.ofPayments([])).toEqual([]);
  });

  it('that were reserved a while ago and never took a step are named, oldest first', async () => {
    await paidCharge(1_280_00);
    await records.refunds.reserve(aRefund({ refundId: 'R1', createdAt: later(2) }));
    await records.refunds.reserve(aRefund({ refundId: 'R2', createdAt: later(1) }));
    await records.refunds.reserve(aRefund({ refundId: 'R3', createdAt: later(0) }));
    await records.refunds.advance({ paymentId, refundId: 'R3', version: 1, status: 'refunding' });
    const unstarted = await records.refunds.unstarted(later(2.001), 10);
    expect(unstarted.map(({ refundId }) => refundId)).toEqual(['R2', 'R1']);
    expect(await records.refunds.unstarted(later(2), 10)).toHaveLength(1);
  });
});
