import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { premiumReceived } from '../../src/domain/book/entries.js';
import type { JournalEntry } from '../../src/domain/book/journal.js';
import { fen } from '../../src/domain/money.js';
import type { Balances } from '../../src/ledger/balances.js';
import type { Ledger } from '../../src/ledger/ledger.js';
import { journalCollection } from '../../src/ledger/mongo/journalCollection.js';
import { ledgerDayCollection, mongoBalances } from '../../src/ledger/mongo/mongoBalances.js';
import { mongoLedger } from '../../src/ledger/mongo/mongoLedger.js';
import { verifyBookDay } from '../../src/ledger/verifyBook.js';
import { migrate } from '../../src/platform/migrate.js';
import { testDatabase } from '../support/parts.js';

const day = '2026-11-22';
const entry = (number: number, changes: Partial<JournalEntry> = {}): JournalEntry => {
  const paymentId = `P20261122${String(number).padStart(8, '0')}`;
  const charge = { paymentId, outTradeNo: `${paymentId}C1`, channel: 'alipay', amountFen: fen(100 + number) };
  return { ...premiumReceived({ ...charge, at: '2026-11-22T06:00:00.000Z' }), ...changes };
};

describe('the journals of a day', () => {
  let database: Awaited<ReturnType<typeof testDatabase>>;
  let ledger: Ledger;
  let balances: Balances;
  beforeAll(async () => {
    database = await testDatabase();
    await migrate(database.db, [journalCollection, ledgerDayCollection]);
    balances = mongoBalances(database.db);
  });
  beforeEach(async () => {
    await database.db.collection('journals').deleteMany({});
    await balances.rebuild();
    ledger = mongoLedger(database.db);
  });
  afterAll(() => database.drop());

  const stored = () => database.db.collection<{ _id: string }>('journals');
  const check = async () => verifyBookDay(day, await ledger.ofDay(day));
  const posted = async (count: number) => {
    for (let number = 1; number <= count; number += 1) await ledger.post(entry(number));
  };

  it('form an unbroken chain, however many are posted at once, by however many processes', async () => {
    const processes = [ledger, mongoLedger(database.db), mongoLedger(database.db)];
    // A quarter of them twice.
    const posts = processes.flatMap((process, of) =>
      Array.from({ length: 20 }, (_, index) => process.post(entry((index * 3 + of) % 45))),
    );
    await Promise.all(posts);
    const journals = await ledger.ofDay(day);
    expect(journals.map(({ chain }) => chain.sequence)).toEqual(Array.from({ length: 45 }, (_, index) => index + 1));
    expect(await check()).toMatchObject({ journals: 45, problems: [] });
  });

  it('keep to their own days', async () => {
    await ledger.post(entry(1));
    await ledger.post(entry(2, { at: '2026-11-22T16:00:00.000Z' }));
    await ledger.post(entry(3));
    expect((await ledger.ofDay(day)).map(({ chain }) => chain.sequence)).toEqual([1, 2]);
    expect(await ledger.days({})).toEqual([day, '2026-11-23']);
    expect(await ledger.days({ from: '2026-11-23' })).toEqual(['2026-11-23']);
    expect(verifyBookDay('2026-11-23', await ledger.ofDay('2026-11-23')).problems).toEqual([]);
  });

  it.each([
    [
      'an amount on both sides',
      { 'lines.0.amountFen': 1, 'lines.1.amountFen': -1 },
      'was changed after it was recorded',
    ],
    ['an account', { 'lines.0.account': 'bank' }, 'was changed after it was recorded'],
    ['a time', { at: new Date('2026-11-22T07:00:00Z') }, 'was changed after it was recorded'],
    ['words', { memo: 'nothing to see' }, 'was changed after it was recorded'],
    ['its payment', { paymentId: 'P2026112299999999' }, 'was changed after it was recorded'],
  ])('one of which was edited is found: %s', async (_what, change, problem) => {
    await posted(3);
    await stored().updateOne({ _id: entry(2).key }, { $set: change });
    expect((await check()).problems).toEqual([{ bookDate: day, key: entry(2).key, problem }]);
  });

  it('one of which was edited and hashed anew is found by the one after it', async () => {
    await posted(3);
    await stored().updateOne({ _id: entry(2).key }, { $set: { memo: 'new', hash: 'f'.repeat(64) } });
    expect((await check()).problems.map(({ key }) => key)).toContain(entry(3).key);
  });

  it('one of which was removed is found', async () => {
    await posted(3);
    await stored().deleteOne({ _id: entry(2).key });
    const { problems } = await check();
    expect(problems.map(({ key }) => key)).toEqual([entry(3).key, entry(3).key]);
    expect(problems[0]?.problem).toContain('is number 3 where 2 is due');
  });

  it('whose end was cut off are told from the whole by the last hash', async () => {
    await posted(3);
    const { lastHash } = await check();
    await stored().deleteOne({ _id: entry(3).key });
    const after = await check();
    expect(after.problems).toEqual([]);
    expect(after.lastHash).not.toBe(lastHash);
  });

  it('that do not sum to zero are found', async () => {
    await posted(1);
    await stored().updateOne({ _id: entry(1).key }, { $set: { 'lines.0.amountFen': 102 } });
    expect((await check()).problems.map(({ problem }) => problem)).toContain('its lines sum to 1 fen');
  });

  it('are summed up as they come, and the sums made anew are the same', async () => {
    const posts = fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(posts, async (numbers) => {
        await Promise.all(numbers.map((number) => ledger.post(entry(number))));
        const kept = await balances.upTo(day);
        await balances.rebuild();
        expect(await balances.upTo(day)).toEqual(kept);
        const { totals } = await check();
        expect(new Map(kept.map(({ account, debitFen, creditFen }) => [account, debitFen - creditFen]))).toEqual(
          totals,
        );
      }),
      { numRuns: 15 },
    );
  });
});
