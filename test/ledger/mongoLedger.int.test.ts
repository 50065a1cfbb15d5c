import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { premiumReceived, policyIssued } from '../../src/domain/book/entries.js';
import type { JournalEntry } from '../../src/domain/book/journal.js';
import { fen, toSignedFen } from '../../src/domain/money.js';
import type { Ledger } from '../../src/ledger/ledger.js';
import { journalCollection } from '../../src/ledger/mongo/journalCollection.js';
import { mongoLedger } from '../../src/ledger/mongo/mongoLedger.js';
import { migrate } from '../../src/platform/migrate.js';
import { testDatabase } from '../support/parts.js';

const paymentId = 'P2026112200000001';
const outTradeNo = `${paymentId}C1`;
const at = '2026-11-22T06:00:00.000Z';
const received = (amountFen = 1_280_00): JournalEntry =>
  premiumReceived({ paymentId, outTradeNo, channel: 'alipay', amountFen: fen(amountFen), at });

describe('the ledger', () => {
  let database: Awaited<ReturnType<typeof testDatabase>>;
  let ledger: Ledger;

  beforeAll(async () => {
    database = await testDatabase();
    await migrate(database.db, [journalCollection]);
    ledger = mongoLedger(database.db);
  });
  beforeEach(() => database.db.collection('journals').deleteMany({}));
  afterAll(() => database.drop());

  it('records a journal on its business date in China', async () => {
    await ledger.post({ ...received(), at: '2026-11-22T15:59:59.999Z' });
    await ledger.post({ ...received(), key: 'next', at: '2026-11-22T16:00:00.000Z' });
    const dates = (await ledger.ofPayment(paymentId)).map(({ bookDate }) => bookDate);
    expect(dates).toEqual(['2026-11-22', '2026-11-23']);
  });

  it('records an event once, however often and however many at once it is posted', async () => {
    await Promise.all(Array.from({ length: 20 }, () => ledger.post(received())));
    await ledger.post(received());
    expect(await ledger.ofPayment(paymentId)).toMatchObject([
      { ...received(), bookDate: '2026-11-22', reverses: null, chain: { sequence: 1 } },
    ]);
    expect(await ledger.ofPayment(paymentId)).toHaveLength(1);
  });

  it.each([
    ['amount', received(1)],
    ['account', premiumReceived({ paymentId, outTradeNo, channel: 'wechat', amountFen: fen(1_280_00), at })],
    ['payment', { ...received(), paymentId: 'P2026112200000002' }],
  ])('refuses another %s under a key that stands for something, and keeps what it stands for', async (_, other) => {
    await ledger.post(received());
    await expect(ledger.post(other)).rejects.toThrow(`journal ${outTradeNo}:received already records something else`);
    expect(await ledger.ofPayment(paymentId)).toMatchObject([received()]);
  });

  it('keeps the first time and memo of an event that a repeat tells in other words', async () => {
    await ledger.post(received());
    await ledger.post({ ...received(), at: '2026-11-22T06:00:01.000Z', memo: 'told again' });
    expect(await ledger.ofPayment(paymentId)).toMatchObject([received()]);
  });

  it('refuses lines that are off by one fen, and writes nothing', async () => {
    const [debit, credit] = received().lines;
    if (debit === undefined || credit === undefined) throw new Error('a receipt has two lines');
    const crooked = { ...received(), lines: [debit, { ...credit, amountFen: toSignedFen(credit.amountFen + 1) }] };
    await expect(ledger.post(crooked)).rejects.toThrow(RangeError);
    expect(await database.db.collection('journals').countDocuments()).toBe(0);
  });

  it.each([1, 2 ** 31, 10_000_000_000])('holds %d fen as whole numbers', async (amount) => {
    await ledger.post(received(amount));
    const [journal] = await ledger.ofPayment(paymentId);
    expect(journal?.lines.map(({ amountFen }) => amountFen)).toEqual([amount, -amount]);
    const types = await database.db
      .collection('journals')
      .aggregate([
        { $unwind: '$lines' },
        { $group: { _id: { $type: '$lines.amountFen' }, sum: { $sum: '$lines.amountFen' } } },
      ])
      .toArray();
    expect(types).toEqual([{ _id: 'long', sum: 0 }]);
  });

  it('takes back a journal by its mirror image, once', async () => {
    await ledger.post(received());
    const reversal = { key: received().key, at: '2026-11-23T02:00:00.000Z', reason: 'the channel gave the money back' };
    await ledger.reverse(reversal);
    await ledger.reverse(reversal);
    const journals = await ledger.ofPayment(paymentId);
    expect(journals).toHaveLength(2);
    expect(journals).toMatchObject([
      { ...received(), bookDate: '2026-11-22', reverses: null },
      {
        key: `${outTradeNo}:received:reversed`,
        kind: 'Reversal',
        paymentId,
        outTradeNo,
        at: reversal.at,
        bookDate: '2026-11-23',
        lines: received().lines.map((line) => ({ ...line, amountFen: 0 - line.amountFen })),
        memo: reversal.reason,
        reverses: received().key,
      },
    ]);
  });

  it('has nothing to take back where nothing was recorded', async () => {
    await expect(ledger.reverse({ key: 'none', at, reason: 'x' })).rejects.toThrow(
      'there is no journal none to reverse',
    );
  });

  it('tells the journals of a payment, oldest first', async () => {
    const issued = {
      paymentId,
      outTradeNo,
      policyNo: 'PL1',
      amountFen: fen(1_280_00),
      coinsurance: null,
      at: '2026-11-22T06:00:05.000Z',
    };
    await ledger.post(policyIssued(issued));
    await ledger.post(received());
    await ledger.post({ ...received(), key: 'other', paymentId: 'P2026112200000002' });
    expect((await ledger.ofPayment(paymentId)).map(({ kind }) => kind)).toEqual(['PremiumReceived', 'PolicyIssued']);
  });

  it('gives nobody a way to change or remove a journal', () => {
    expect(Object.keys(ledger).sort()).toEqual(['days', 'ofDay', 'ofPayment', 'page', 'post', 'reverse', 'touching']);
  });
});
