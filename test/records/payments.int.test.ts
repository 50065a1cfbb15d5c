import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { collections } from '../../src/collections.js';
import { partRecordId } from '../../src/domain/ids.js';
import { fen } from '../../src/domain/money.js';
import { migrate } from '../../src/platform/migrate.js';
import { mongoRecords, type Records } from '../../src/records/mongo/index.js';
import { BadCursor } from '../../src/records/page.js';
import type { NewPayment, PaymentFilter } from '../../src/records/payments.js';
import { testDatabase } from '../support/parts.js';
import {
  aCart,
  aCharge,
  anItem,
  aPart,
  aPayment,
  aRefund,
  aSplit,
  at,
  cartId,
  later,
  paymentId,
  aReview,
  raised,
  settled,
} from './examples.js';

describe('payments on record', () => {
  let database: Awaited<ReturnType<typeof testDatabase>>;
  let records: Records;

  beforeAll(async () => {
    database = await testDatabase();
    await migrate(database.db, collections);
    records = mongoRecords(database.db);
  });
  beforeEach(async () => {
    await database.db.collection('payments').deleteMany({});
    await database.db.collection('charges').deleteMany({});
    await database.db.collection('refunds').deleteMany({});
  });
  afterAll(() => database.drop());

  describe('when the core asks for a premium', () => {
    it('keep what was asked for, waiting for its first step', async () => {
      const asked = aPayment();
      const { kind, payment } = await records.payments.register(asked);
      expect(kind).toBe('registered');
      expect(payment).toMatchObject({ ...asked, status: 'opening', versions: {}, paidFen: 0, policyNo: null });
      expect(await records.payments.find(paymentId)).toEqual(payment);
      expect(payment.timeline).toEqual([{ type: 'PaymentRegistered', at, detail: '1280.00 yuan' }]);
    });

    it('give the same payment for the same request, however often and however many at once', async () => {
      const asked = aPayment();
      const answers = await Promise.all(Array.from({ length: 20 }, () => records.payments.register(asked)));
      const kinds = answers.map(({ kind }) => kind).sort();
      expect(kinds).toEqual(['registered', ...Array.from({ length: 19 }, () => 'same')]);
    });

    it('refuse another request under the same id and keep the first', async () => {
      await records.payments.register(aPayment());
      const other = aPayment({ amountFen: fen(1), requestHash: 'c'.repeat(64) });
      const { kind, payment } = await records.payments.register(other);
      expect(kind).toBe('conflict');
      expect(payment.amountFen).toBe(1_280_00);
      expect((await records.payments.find(paymentId))?.amountFen).toBe(1_280_00);
    });

    it.each([1, 2 ** 31 - 1, 2 ** 31, 10_000_000_000])('store %d fen as a whole number', async (amount) => {
      await records.payments.register(aPayment({ amountFen: fen(amount) }));
      await records.payments.advance({
        paymentId,
        writer: 'payment' as const,
        version: 1,
        events: [],
        paidFen: fen(amount),
      });
      expect(await records.payments.find(paymentId)).toMatchObject({ amountFen: amount, paidFen: amount });
      const stored = await database.db
        .collection('payments')
        .aggregate([{ $project: { amount: { $type: '$amountFen' }, paid: { $type: '$paidFen' } } }])
        .toArray();
      expect(stored).toEqual([{ _id: paymentId, amount: 'long', paid: 'long' }]);
    });
  });

  describe('when a workflow takes a step', () => {
    const paidStep = {
      paymentId,
      writer: 'payment' as const,
      version: 2,
      status: 'paid' as const,
      events: [{ type: 'PremiumReceived' as const, at: later(60), detail: '1280.00 yuan' }],
      paidFen: fen(1_280_00),
      outTradeNo: `${paymentId}C1`,
    };

    it('change what the step names and nothing else, and append its events', async () => {
      await records.payments.register(aPayment());
      const before = await records.payments.find(paymentId);
      await records.payments.advance(paidStep);
      expect(await records.payments.find(paymentId)).toEqual({
        ...before,
        status: 'paid',
        versions: { payment: 2 },
        paidFen: 1_280_00,
        outTradeNo: `${paymentId}C1`,
        updatedAt: later(60),
        timeline: [...(before?.timeline ?? []), ...paidStep.events],
      });
    });

    it('are the same after the step is repeated', async () => {
      await records.payments.register(aPayment());
      await records.payments.advance(paidStep);
      const once = await records.payments.find(paymentId);
      await Promise.all([records.payments.advance(paidStep), records.payments.advance(paidStep)]);
      expect(await records.payments.find(paymentId)).toEqual(once);
    });

    it('never go back when an older attempt of the same workflow arrives late', async () => {
      await records.payments.register(aPayment());
      await records.payments.advance(paidStep);
      const paid = await records.payments.find(paymentId);
      await records.payments.advance({ ...paidStep, version: 1, status: 'awaitingPayment', paidFen: fen(0) });
      expect(await records.payments.find(paymentId)).toEqual(paid);
    });

    it('take the first step of late money though the payment itself took many', async () => {
      await records.payments.register(aPayment());
      await records.payments.advance({ ...paidStep, version: 7, status: 'closed' });
      await records.payments.advance({
        paymentId,
        writer: 'late-C1' as const,
        version: 1,
        status: 'refunding',
        events: [],
      });
      expect(await records.payments.find(paymentId)).toMatchObject({
        status: 'refunding',
        versions: { payment: 7, 'late-C1': 1 },
      });
    });

    it('say who waits for a person, and no longer once it is settled', async () => {
      await records.payments.register(aPayment());
      await records.payments.advance({ ...paidStep, status: 'needsAttention', reviews: [raised()] });
      expect(await records.reviews.openOf([paymentId])).toEqual([{ ...aReview(), assignedTo: null, settled: null }]);
      await records.payments.advance({ ...paidStep, version: 3, reviews: [settled()] });
      expect(await records.reviews.openOf([paymentId])).toEqual([]);
    });

    describe('that others follow', () => {
      const [first, second] = [anItem(1), anItem(2)];
      const followers = [first.paymentId, second.paymentId];
      const together = {
        ...paidStep,
        paymentId: aCart().paymentId,
        status: 'needsAttention' as const,
        outTradeNo: `${cartId}K1`,
        method: { channel: 'alipay', product: 'page' },
        policyNo: 'PL1',
        issuedAt: later(61),
        closeReason: 'expired unpaid',
        followers,
      };
      const registered = async () => {
        for (const each of [aCart(), first, second]) await records.payments.register(each);
        return records.payments.find(second.paymentId);
      };
      /** What a step says that is not of the one record alone: all but amounts and method. */
      const shared = {
        status: together.status,
        versions: { payment: 2 },
        outTradeNo: together.outTradeNo,
        policyNo: together.policyNo,
        issuedAt: together.issuedAt,
        closeReason: together.closeReason,
        updatedAt: later(60),
      };

      it('make them go the same way in all but amounts and method', async () => {
        const before = await registered();
        await records.payments.advance(together);
        const events = together.events;
        expect(await records.payments.find(second.paymentId)).toEqual({
          ...before,
          ...shared,
          timeline: [...(before?.timeline ?? []), ...events],
        });
        expect(await records.payments.find(aCart().paymentId)).toMatchObject({
          ...shared,
          paidFen: 1_280_00,
          method: together.method,
        });
      });

      it('touch no other record, and change once what is repeated', async () => {
        await registered();
        await records.payments.register(aPayment());
        await records.payments.advance(together);
        const once = await records.payments.findMany([...followers, paymentId]);
        await records.payments.advance(together);
        await records.payments.advance({ ...together, version: 1, status: 'opening' });
        expect(await records.payments.findMany([...followers, paymentId])).toEqual(once);
        expect(await records.payments.find(paymentId)).toMatchObject({ status: 'opening', versions: {} });
      });

      it('are followed by the repeat when the writer died between the two writes', async () => {
        await registered();
        await records.payments.advance({ ...together, followers: [] });
        expect(await records.payments.find(second.paymentId)).toMatchObject({ status: 'opening' });
        await records.payments.advance(together);
        expect(await records.payments.find(second.paymentId)).toMatchObject(shared);
        expect((await records.payments.find(aCart().paymentId))?.timeline).toHaveLength(2);
      });

      it('leave alone a follower that has gone further by itself', async () => {
        await registered();
        const own = { paymentId: second.paymentId, events: [], status: 'issued' as const };
        await records.payments.advance({ ...own, writer: 'payment' as const, version: 3 });
        await records.payments.advance(together);
        expect(await records.payments.find(second.paymentId)).toMatchObject({ status: 'issued' });
        expect(await records.payments.find(first.paymentId)).toMatchObject({ status: 'needsAttention' });
      });
    });

    it('raise an Error for a payment that nobody registered', async () => {
      await expect(records.payments.advance(paidStep)).rejects.toThrow(`there is no payment ${paymentId}`);
    });

    it('refuse a writer whose name would reach into other fields', async () => {
      await records.payments.register(aPayment());
      await expect(records.payments.advance({ ...paidStep, writer: 'late-payment.x' })).rejects.toThrow(RangeError);
    });
  });

  describe('when they are listed', () => {
    const ids = ['P0000001', 'P0000002', 'P0000003', 'P0000004', 'P0000005'];

    beforeEach(async () => {
      for (const [index, id] of ids.entries()) {
        const createdAt = index < 2 ? later(0) : later(index); // two of them in the same millisecond
        await records.payments.register(aPayment({ paymentId: id, createdAt, proposalNo: `TP${index}` }));
      }
    });

    const listed = async (filter: PaymentFilter) =>
      (await records.payments.list(filter, { limit: 10, cursor: null })).rows.map((row) => row.paymentId);

    it('show every one exactly once, newest first, however small the pages and whatever is added meanwhile', async () => {
      const seen: string[] = [];
      let cursor: string | null = null;
      do {
        const page = await records.payments.list({}, { limit: 2, cursor });
        seen.push(...page.rows.map((row) => row.paymentId));
        cursor = page.next;
        await records.payments.register(aPayment({ paymentId: `PNEW${seen.length}000`, createdAt: later(100) }));
      } while (cursor !== null);
      expect(seen).toEqual(['P0000005', 'P0000004', 'P0000003', 'P0000002', 'P0000001']);
    });

    it('end without a next page when the last page is exactly full', async () => {
      const { rows, next } = await records.payments.list({}, { limit: 5, cursor: null });
      expect([rows.length, next]).toEqual([5, null]);
    });

    it('are found by each of the filters, and by all of them together', async () => {
      const id = 'P0000003';
      await records.charges.register(aCharge({ paymentId: id, outTradeNo: `${id}C1` }));
      await records.charges.register(aCharge({ paymentId: id, outTradeNo: `${id}C2` }));
      const issued = { status: 'issued' as const, policyNo: 'PL3', outTradeNo: `${id}C2` };
      await records.payments.advance({ paymentId: id, writer: 'payment' as const, version: 1, events: [], ...issued });

      const filters: PaymentFilter = {
        status: 'issued',
        channel: 'alipay',
        proposalNo: 'TP2',
        policyNo: 'PL3',
        outTradeNo: `${id}C1`, // a former charge finds it too
        from: later(2),
        to: later(3),
      };
      expect(await listed(filters)).toEqual([id]);
      const others: Required<PaymentFilter> = {
        status: 'closed',
        channel: 'wechat',
        proposalNo: 'TP9',
        policyNo: 'PL9',
        outTradeNo: 'P0000004C1',
        from: later(2.001),
        to: later(2),
      };
      for (const [name, value] of Object.entries(others)) {
        expect(await listed({ ...filters, [name]: value }), name).toEqual([]);
      }
      expect(await listed({ from: later(0), to: later(2) })).toEqual(['P0000002', 'P0000001']);
      expect(await listed({ outTradeNo: `${id}C9` })).toEqual([]);
    });

    it('are in the queue of operations while anything of them waits for a person, whatever their status', async () => {
      const [itself, late, refunded, decided] = ids as [string, string, string, string];
      const step = { writer: 'payment' as const, version: 1, events: [] };
      await records.payments.advance({
        ...step,
        paymentId: itself,
        status: 'needsAttention',
        reviews: [raised({ paymentId: itself })],
      });
      await records.payments.advance({
        ...step,
        paymentId: late,
        status: 'issued',
        reviews: [raised({ paymentId: late })],
      });
      await records.payments.advance({
        ...step,
        paymentId: decided,
        status: 'needsAttention',
        reviews: [raised({ paymentId: decided })],
      });
      await records.payments.advance({
        ...step,
        version: 2,
        paymentId: decided,
        status: 'issued',
        reviews: [settled({ paymentId: decided })],
      });
      await records.charges.register(aCharge({ paymentId: refunded }));
      await records.charges.advance({ outTradeNo: `${refunded}C1`, version: 1, status: 'paid', paidFen: fen(200_00) });
      await records.refunds.reserve(aRefund({ paymentId: refunded }));
      expect(await listed({ status: 'needsAttention' })).toEqual([late, itself]);
      const about = {
        kind: 'refund',
        paymentId: refunded,
        refundId: 'R1',
        workflowId: `refund/${refunded}/R1`,
      } as const;
      const waiting = { paymentId: refunded, refundId: 'R1', version: 1, status: 'needsAttention' } as const;
      await records.refunds.advance({ ...waiting, reviews: [raised(about)] });
      expect(await listed({ status: 'needsAttention' })).toEqual([refunded, late, itself]);
      expect(await listed({ status: 'needsAttention', from: later(2) })).toEqual([refunded]);
      const first = await records.payments.list({ status: 'needsAttention' }, { limit: 1, cursor: null });
      const second = await records.payments.list({ status: 'needsAttention' }, { limit: 2, cursor: first.next });
      expect(second.rows.map((row) => row.paymentId)).toEqual([late, itself]);
      expect(second.next).toBeNull();
    });

    it('keep their filter from page to page', async () => {
      await records.payments.advance({
        paymentId: 'P0000001',
        writer: 'payment' as const,
        version: 1,
        events: [],
        status: 'paid',
      });
      const first = await records.payments.list({ status: 'opening' }, { limit: 3, cursor: null });
      const second = await records.payments.list({ status: 'opening' }, { limit: 3, cursor: first.next });
      expect(second.rows.map((row) => row.paymentId)).toEqual(['P0000002']);
    });

    const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    it.each([
      'x',
      '',
      'null',
      '!!!!',
      encoded({}),
      encoded([]),
      encoded(['P0000001', 1]),
      encoded([1, { $gt: '' }]),
      encoded([1, 'P0000001', 2]),
      encoded([8.64e15 + 1, 'P0000001']),
      `${encoded([1, 'P0000001'])}=`,
    ])('refuse a cursor that they did not give out: %s', async (cursor) => {
      await expect(records.payments.list({}, { limit: 2, cursor })).rejects.toThrow(BadCursor);
    });
  });

  describe('of parts, carts and items', () => {
    const other = 'P2026112200000002';
    const otherCart = 'K2026112200000002';
    const all = () => [
      aPart(2),
      anItem(2),
      aSplit(),
      aCart(),
      anItem(1),
      aPart(1),
      aSplit({ paymentId: other, createdAt: later(5), proposalNo: 'TP2' }),
      aPart(1, { of: other }),
      aCart({ id: otherCart }),
      anItem(1, { id: otherCart }),
      aPayment({ paymentId: 'P2026112200000003', createdAt: later(9) }),
    ];
    beforeEach(async () => {
      for (const each of all()) await records.payments.register(each);
    });
    const ids = (rows: readonly { paymentId: string }[]) => rows.map((row) => row.paymentId);
    const listed = async (filter: PaymentFilter) =>
      ids((await records.payments.list(filter, { limit: 20, cursor: null })).rows);
    const itemIds = [anItem(1).paymentId, anItem(2).paymentId];

    it('keep their shapes as they were asked for', async () => {
      for (const each of all()) expect((await records.payments.find(each.paymentId))?.shape).toEqual(each.shape);
    });

    it('give the parts of payments and the items of carts in their order', async () => {
      expect(ids(await records.payments.partsOf([paymentId]))).toEqual([`${paymentId}-S01`, `${paymentId}-S02`]);
      expect(ids(await records.payments.itemsOf([cartId]))).toEqual(itemIds);
      expect(ids(await records.payments.partsOf([paymentId, other])).filter((id) => id.startsWith(other))).toEqual([
        `${other}-S01`,
      ]);
      expect(await records.payments.itemsOf([otherCart])).toHaveLength(1);
      expect(await records.payments.partsOf([cartId])).toEqual([]);
      expect(await records.payments.itemsOf([aCart().paymentId])).toEqual([]);
    });

    it('give fifty of them in the order of their numbers, not of their registration', async () => {
      const parts = Array.from({ length: 12 }, (_, index) => 12 - index);
      for (const partNo of parts) {
        const shape = { ...aPart(1).shape, of: 'P2026112200000008', partNo } as NewPayment['shape'];
        const id = partRecordId({ paymentId: 'P2026112200000008', partNo });
        await records.payments.register(aPayment({ paymentId: id, shape }));
      }
      const found = await records.payments.partsOf(['P2026112200000008']);
      expect(found.map(({ shape }) => shape.kind === 'part' && shape.partNo)).toEqual([...parts].reverse());
    });

    it('are listed as callers asked for them: split payments and items, and neither parts nor carts', async () => {
      const shown = await listed({});
      expect([...shown].sort()).toEqual(
        [paymentId, other, 'P2026112200000003', ...itemIds, anItem(1, { id: otherCart }).paymentId].sort(),
      );
    });

    it('are found by the charge of a part or of a cart', async () => {
      for (const [outTradeNo, of] of [
        [`${paymentId}S021`, `${paymentId}-S02`],
        [`${cartId}K1`, aCart().paymentId],
        [`${otherCart}K1I01`, anItem(1, { id: otherCart }).paymentId],
      ] as const) {
        await records.charges.register(aCharge({ outTradeNo, paymentId: of }));
      }
      expect(await listed({ outTradeNo: `${paymentId}S021` })).toEqual([paymentId]);
      expect([...(await listed({ outTradeNo: `${cartId}K1` }))].sort()).toEqual(itemIds);
      expect(await listed({ outTradeNo: `${otherCart}K1I01` })).toEqual([anItem(1, { id: otherCart }).paymentId]);
      expect(await listed({ outTradeNo: `${paymentId}S021`, status: 'issued' })).toEqual([]);
    });

    it('are found by the channel of any part, as asked for and as it collects', async () => {
      expect(await listed({ channel: 'alipay-life' })).toEqual([other, paymentId]);
      expect(await listed({ channel: 'alipay', proposalNo: 'TP2' })).toEqual([other]);
      expect(await listed({ channel: 'wechatpay' })).toEqual([]);
    });

    it('wait for a person with any part, any refund of a part, and the cart', async () => {
      const waiting = () => listed({ status: 'needsAttention' });
      const step = { writer: 'payment' as const, version: 1, events: [], status: 'needsAttention' as const };
      const [otherPart, cart] = [`${other}-S01`, aCart().paymentId];
      expect(await waiting()).toEqual([]);
      await records.payments.advance({ ...step, paymentId: otherPart, reviews: [raised({ paymentId: otherPart })] });
      expect(await waiting()).toEqual([other]);
      const part = `${paymentId}-S01`;
      await records.charges.register(aCharge({ outTradeNo: `${paymentId}S011`, paymentId: part }));
      await records.charges.advance({
        outTradeNo: `${paymentId}S011`,
        version: 1,
        status: 'paid',
        paidFen: fen(800_00),
      });
      await records.refunds.reserve(aRefund({ paymentId: part, outTradeNo: `${paymentId}S011` }));
      expect(await waiting()).toEqual([other]);
      const refunding = { paymentId: part, refundId: 'R1', version: 1, status: 'needsAttention' } as const;
      await records.refunds.advance({ ...refunding, reviews: [raised({ paymentId: part, refundId: 'R1' })] });
      expect(await waiting()).toEqual([other, paymentId]);
      await records.payments.advance({ ...step, paymentId: cart, reviews: [raised({ paymentId: cart })] });
      expect([...(await waiting())].sort()).toEqual([...itemIds, other, paymentId].sort());
      for (const each of [cart, otherPart]) {
        const reviews = [settled({ paymentId: each })];
        await records.payments.advance({ ...step, paymentId: each, version: 2, status: 'closed', reviews });
      }
      expect(await waiting()).toEqual([paymentId]);
    });

    it('are not among those that were never started: their payment or cart sees to parts and items', async () => {
      const unstarted = ids(await records.payments.unstarted(later(60), 20));
      expect([...unstarted].sort()).toEqual(
        [paymentId, other, 'P2026112200000003', aCart().paymentId, aCart({ id: otherCart }).paymentId].sort(),
      );
    });

    it('are all walked through once, whatever is added meanwhile', async () => {
      const seen: string[] = [];
      for await (const { paymentId: id } of records.payments.walk()) {
        if (seen.length === 0)
          await records.payments.register(aPayment({ paymentId: 'P0000000', createdAt: later(99) }));
        seen.push(id);
      }
      const registered = ids(all()).sort();
      expect(seen).toEqual(registered);
    });

    it('are walked through page by page', async () => {
      const many = Array.from({ length: 450 }, (_, index) =>
        aPayment({ paymentId: `Pwalk${String(index).padStart(5, '0')}` }),
      );
      await Promise.all(many.map((each) => records.payments.register(each)));
      const seen: string[] = [];
      for await (const { paymentId: id } of records.payments.walk()) seen.push(id);
      expect(seen).toEqual([...ids(many), ...ids(all())].sort());
      const rest: string[] = [];
      for await (const { paymentId: id } of records.payments.walk(seen[199])) rest.push(id);
      expect(rest).toEqual(seen.slice(200));
    });

    it.each([2 ** 31, 10_000_000_000])('store %d fen of each as whole numbers', async (amount) => {
      const [part, item] = [fen(amount), fen(amount)];
      const { shape: split } = aSplit();
      const { shape: cart } = aCart();
      if (split.kind !== 'split' || cart.kind !== 'cart') throw new Error('the examples have these shapes');
      const big = [
        aSplit({ paymentId: 'Pbig00001' }, { parts: split.parts.map((each) => ({ ...each, amountFen: part })) }),
        aPart(2, { of: 'Pbig00001', shape: { ...aPart(2).shape, offsetFen: part } as NewPayment['shape'] }),
        aCart({ id: 'Kbig00001', shape: { ...cart, items: cart.items.map((each) => ({ ...each, amountFen: item })) } }),
      ];
      for (const each of big) {
        await records.payments.register(each);
        expect((await records.payments.find(each.paymentId))?.shape).toEqual(each.shape);
      }
      const types = await database.db
        .collection<{ _id: string }>('payments')
        .aggregate([
          { $match: { _id: /big/ } },
          {
            $project: {
              _id: 0,
              types: {
                $concatArrays: [
                  { $map: { input: { $ifNull: ['$shape.parts.amountFen', []] }, in: { $type: '$$this' } } },
                  { $map: { input: { $ifNull: ['$shape.items.amountFen', []] }, in: { $type: '$$this' } } },
                  [{ $type: '$shape.offsetFen' }],
                ],
              },
            },
          },
        ])
        .toArray();
      expect(new Set(types.flatMap((each) => each['types'] as string[]))).toEqual(new Set(['long', 'missing']));
      expect(types).toHaveLength(3);
    });

    it.each([
      ['an unknown kind', { 'shape.kind': 'bundle' }],
      ['a part of a fraction of a fen', { 'shape.parts.0.amountFen': 0.5 }],
      ['a part of nothing', { 'shape.parts.0.amountFen': 0 }],
      ['no parts', { 'shape.parts': [] }],
      ['a part without its channel', { 'shape.parts.0.channel': '' }],
    ])('are refused by the database with %s', async (_what, change) => {
      const payments = database.db.collection<{ _id: string }>('payments');
      await expect(payments.updateOne({ _id: paymentId }, { $set: change })).rejects.toThrow(
        'Document failed validation',
      );
    });

    it('are refused by the database under an id that is no part’s and no cart’s', async () => {
      for (const id of [`${paymentId}-S1`, `${paymentId}-X`, `${paymentId}-K1`]) {
        await expect(records.payments.register(aPayment({ paymentId: id }))).rejects.toThrow(
          'Document failed validation',
        );
      }
    });
  });

  it('name those that were registered a while ago and never took a step, oldest first', async () => {
    for (const [id, seconds] of [
      ['P0000001', 20],
      ['P0000002', 10],
      ['P0000003', 5],
      ['P0000004', 60],
    ] as const) {
      await records.payments.register(aPayment({ paymentId: id, createdAt: later(seconds) }));
    }
    await records.payments.advance({ paymentId: 'P0000003', writer: 'payment' as const, version: 1, events: [] });
    const unstarted = await records.payments.unstarted(later(60), 10);
    expect(unstarted.map((payment) => payment.paymentId)).toEqual(['P0000002', 'P0000001']);
    expect(await records.payments.unstarted(later(60), 1)).toHaveLength(1);
  });
});
