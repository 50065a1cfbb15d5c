import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { collections } from '../../src/collections.js';
import { fen } from '../../src/domain/money.js';
import { migrate } from '../../src/platform/migration.js';
import { mongoRecords, type Records } from '../../src/records/mongo/index.js';
import { BadCursor } from '../../src/records/page.js';
import type { PaymentFilter } from '../../src/records/payments.js';
import { testDatabase } from '../support/parts.js';
import { aCharge, aPayment, aRefund, at, later, paymentId } from './examples.js';

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
      await records.payments.advance({ paymentId, writer: 'payment', version: 1, events: [], paidFen: fen(amount) });
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
      writer: 'payment',
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
      await records.payments.advance({ paymentId, writer: 'late-C1', version: 1, status: 'refunding', events: [] });
      expect(await records.payments.find(paymentId)).toMatchObject({
        status: 'refunding',
        versions: { payment: 7, 'late-C1': 1 },
      });
    });

    it('say who waits for a person, and no longer once it is settled', async () => {
      await records.payments.register(aPayment());
      const attention = {
        workflowId: `payment/${paymentId}`,
        reason: 'issueOverdue' as const,
        detail: 'the core has been silent since 06:00',
        since: at,
        decisions: ['retryIssue', 'refund'] as const,
      };
      await records.payments.advance({ ...paidStep, status: 'needsAttention', attention });
      expect((await records.payments.find(paymentId))?.attention).toEqual(attention);
      await records.payments.advance({ ...paidStep, version: 3, attention: null });
      expect((await records.payments.find(paymentId))?.attention).toBeNull();
    });

    it('raise an Error for a payment that nobody registered', async () => {
      await expect(records.payments.advance(paidStep)).rejects.toThrow(`there is no payment ${paymentId}`);
    });

    it('refuse a writer whose name would reach into other fields', async () => {
      await records.payments.register(aPayment());
      await expect(records.payments.advance({ ...paidStep, writer: 'payment.x' })).rejects.toThrow(RangeError);
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
      await records.payments.advance({ paymentId: id, writer: 'payment', version: 1, events: [], ...issued });

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
      const [itself, late, refunded, settled] = ids as [string, string, string, string];
      const attention = {
        workflowId: 'payment/x',
        reason: 'issueOverdue' as const,
        detail: 'the core is silent',
        since: at,
        decisions: ['retryIssue'] as const,
      };
      const step = { writer: 'payment', version: 1, events: [] };
      await records.payments.advance({ ...step, paymentId: itself, status: 'needsAttention', attention });
      await records.payments.advance({ ...step, paymentId: late, status: 'issued', attention });
      await records.payments.advance({ ...step, paymentId: settled, status: 'needsAttention', attention });
      await records.payments.advance({ ...step, version: 2, paymentId: settled, status: 'issued', attention: null });
      await records.charges.register(aCharge({ paymentId: refunded }));
      await records.charges.advance({ outTradeNo: `${refunded}C1`, version: 1, status: 'paid', paidFen: fen(200_00) });
      await records.refunds.reserve(aRefund({ paymentId: refunded }));
      expect(await listed({ status: 'needsAttention' })).toEqual([late, itself]);
      await records.refunds.advance({ paymentId: refunded, refundId: 'R1', version: 1, status: 'needsAttention' });
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
        writer: 'payment',
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

  it('name those that were registered a while ago and never took a step, oldest first', async () => {
    for (const [id, seconds] of [
      ['P0000001', 20],
      ['P0000002', 10],
      ['P0000003', 5],
      ['P0000004', 60],
    ] as const) {
      await records.payments.register(aPayment({ paymentId: id, createdAt: later(seconds) }));
    }
    await records.payments.advance({ paymentId: 'P0000003', writer: 'payment', version: 1, events: [] });
    const unstarted = await records.payments.unstarted(later(60), 10);
    expect(unstarted.map((payment) => payment.paymentId)).toEqual(['P0000002', 'P0000001']);
    expect(await records.payments.unstarted(later(60), 1)).toHaveLength(1);
  });
});
