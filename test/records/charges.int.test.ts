import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { collections } from '../../src/collections.js';
import { fen } from '../../src/domain/money.js';
import { migrate } from '../../src/platform/migrate.js';
import { mongoRecords, type Records } from '../../src/records/mongo/index.js';
import { testDatabase } from '../support/parts.js';
import { aCharge, aRefund, at, later, paymentId } from './examples.js';

const outTradeNo = `${paymentId}C1`;

describe('charges on record', () => {
  let database: Awaited<ReturnType<typeof testDatabase>>;
  let records: Records;

  beforeAll(async () => {
    database = await testDatabase();
    await migrate(database.db, collections);
    records = mongoRecords(database.db);
  });
  beforeEach(() => database.db.collection('charges').deleteMany({}));
  afterAll(() => database.drop());

  it('are there before the channel is called, with nothing paid', async () => {
    await records.charges.register(aCharge());
    expect(await records.charges.find(outTradeNo)).toEqual({
      ...aCharge(),
      status: 'opening',
      version: 0,
      cashier: null,
      tradeNo: null,
      paidFen: 0,
      paidAt: null,
    });
  });

  it('stay as they were registered first, however often that is repeated', async () => {
    const repeats = Array.from({ length: 10 }, (_, index) => aCharge({ orderedAt: later(index) }));
    await records.charges.register(aCharge());
    await records.charges.advance({
      outTradeNo,
      version: 1,
      status: 'open',
      cashier: { kind: 'qr', code: 'https://qr' },
    });
    await Promise.all(repeats.map((charge) => records.charges.register(charge)));
    expect(await records.charges.find(outTradeNo)).toMatchObject({
      orderedAt: at,
      status: 'open',
      cashier: { kind: 'qr', code: 'https://qr' },
    });
  });

  it.each([
    ['payment', { paymentId: 'P2026112200000002', outTradeNo }],
    ['amount', { amountFen: fen(1) }],
    ['channel', { channel: 'wechat' }],
  ])('raise an Error when their number already belongs to another %s', async (_, changes) => {
    await records.charges.register(aCharge());
    await expect(records.charges.register(aCharge(changes))).rejects.toThrow('already stands for another charge');
  });

  it('change by newer steps only', async () => {
    await records.charges.register(aCharge());
    const paid = { tradeNo: '2026112222001', paidFen: fen(1_280_00), paidAt: later(60) };
    await records.charges.advance({ outTradeNo, version: 3, status: 'paid', ...paid });
    await records.charges.advance({ outTradeNo, version: 2, status: 'closing' });
    await records.charges.advance({ outTradeNo, version: 3, status: 'closed' });
    expect(await records.charges.find(outTradeNo)).toMatchObject({ status: 'paid', version: 3, ...paid });
  });

  it('keep the money promised to refunds when they take another step', async () => {
    await records.charges.register(aCharge());
    await records.charges.advance({ outTradeNo, version: 1, status: 'paid', paidFen: fen(1_280_00) });
    await records.refunds.reserve(aRefund({ amountFen: fen(1_280_00) }));
    await records.charges.register(aCharge());
    await records.charges.advance({ outTradeNo, version: 2, status: 'paid', paidFen: fen(1_280_00) });
    const second = await records.refunds.reserve(aRefund({ refundId: 'R2', amountFen: fen(1) }));
    expect(second).toEqual({ kind: 'tooMuch', refundableFen: 0 });
  });

  it('raise an Error for a step of a charge that nobody registered', async () => {
    await expect(records.charges.advance({ outTradeNo, version: 1, status: 'open' })).rejects.toThrow(
      `there is no charge ${outTradeNo}`,
    );
    expect(await records.charges.find(outTradeNo)).toBeNull();
  });

  it('of a payment come in the order they were made', async () => {
    for (const attempt of [2, 1, 3]) await records.charges.register(aCharge({ outTradeNo: `${paymentId}C${attempt}` }));
    await records.charges.register(aCharge({ paymentId: 'P2026112200000002' }));
    const numbers = (await records.charges.ofPayment(paymentId)).map((charge) => charge.outTradeNo);
    expect(numbers).toEqual([`${paymentId}C1`, `${paymentId}C2`, `${paymentId}C3`]);
  });
});
