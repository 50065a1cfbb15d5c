import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { itemReceived, policyIssued, premiumReceived, premiumReturned } from '../../src/domain/book/entries.js';
import type { JournalEntry } from '../../src/domain/book/journal.js';
import { fen } from '../../src/domain/money.js';
import { settleAfterDays, type SettlementPace } from '../../src/domain/shape.js';
import { expectingLedger } from '../../src/ledger/expectingLedger.js';
import type { Ledger } from '../../src/ledger/ledger.js';
import { journalCollection } from '../../src/ledger/mongo/journalCollection.js';
import { mongoLedger } from '../../src/ledger/mongo/mongoLedger.js';
import { mongoSettlements, settlementCollection } from '../../src/ledger/mongo/mongoSettlements.js';
import type { Settlements } from '../../src/ledger/settlements.js';
import { migrate } from '../../src/platform/migrate.js';
import { testDatabase } from '../support/parts.js';

const paymentId = 'P2026112300000001';
const outTradeNo = `${paymentId}C1`;
const at = '2026-11-23T06:00:00.000Z';
const received = premiumReceived({ paymentId, outTradeNo, channel: 'alipay', amountFen: fen(1_280_00), at });
const calendar = { holidays: new Set<string>(), workdays: new Set<string>() };

describe('money a channel comes to owe us', () => {
  let database: Awaited<ReturnType<typeof testDatabase>>;
  let settlements: Settlements;
  let ledger: Ledger;
  let afterDays: number;
  beforeAll(async () => {
    database = await testDatabase();
    await migrate(database.db, [journalCollection, settlementCollection]);
    settlements = mongoSettlements(database.db);
  });
  beforeEach(async () => {
    for (const name of ['journals', 'settlements']) await database.db.collection(name).deleteMany({});
    afterDays = 1;
    ledger = expectingLedger(mongoLedger(database.db), settlements, {
      termsOf: (channel) => ({ afterDays, on: 'workingDays', cutoff: '24:00', account: `account of ${channel}` }),
      calendar,
    });
  });
  afterAll(() => database.drop());

  it('should arrive on its day, at its account; what went back is held back from the day it went', async () => {
    await ledger.post(received);
    const refund = { paymentId, outTradeNo, refundNo: `${outTradeNo}R1`, refundFen: fen(80_00), channel: 'alipay' };
    await ledger.post(premiumReturned({ ...refund, at: '2026-11-24T06:00:00.000Z' }));
    expect(await settlements.dueOn('2026-11-24')).toEqual([
      { channel: 'alipay', account: 'account of alipay', collectedFen: 1_280_00, givenBackFen: 0, count: 1 },
    ]);
    expect(await settlements.dueOn('2026-11-25')).toMatchObject([{ collectedFen: 0, givenBackFen: 80_00 }]);
    expect(await settlements.page({ day: '2026-11-24', afterKey: '', limit: 10 })).toEqual([
      {
        key: received.key,
        channel: 'alipay',
        paymentId,
        outTradeNo,
        amountFen: 1_280_00,
        at,
        dueDay: '2026-11-24',
        account: 'account of alipay',
      },
    ]);
  });

  it('is expected once, however often it is told, and keeps the terms it began with', async () => {
    await ledger.post(received);
    afterDays = 2;
    await ledger.post(received);
    expect(await settlements.dueOn('2026-11-24')).toMatchObject([{ count: 1 }]);
    expect(await settlements.dueOn('2026-11-25')).toEqual([]);
  });

  it('is expected although we died between the journal and the expectation', async () => {
    await mongoLedger(database.db).post(received);
    expect(await settlements.dueOn('2026-11-24')).toEqual([]);
    await ledger.post(received); // The step is repeated.
    expect(await settlements.dueOn('2026-11-24')).toMatchObject([{ collectedFen: 1_280_00 }]);
  });

  it('is not expected any more where its journal is taken back', async () => {
    await ledger.post(received);
    const reversal = { key: received.key, at: '2026-11-25T06:00:00.000Z', reason: 'booked by mistake' };
    await ledger.reverse(reversal);
    await ledger.reverse(reversal);
    expect(await settlements.dueOn('2026-11-24')).toMatchObject([{ collectedFen: 1_280_00, givenBackFen: 1_280_00 }]);
  });

  describe('of a part that says when', () => {
    const part = { paymentId: `${paymentId}-S02`, outTradeNo: `${paymentId}S021`, channel: 'alipay-life', at };
    const ofPart = premiumReceived({ ...part, amountFen: fen(480_00) });
    const paced = (pace: SettlementPace) => ({ ...ofPart, settleAfterDays: settleAfterDays[pace] });
    const dueOn = async (day: string) => (await settlements.dueOn(day)).map(({ collectedFen }) => collectedFen);
    const fromFriday = (journal: JournalEntry) => ({ ...journal, at: '2026-11-27T06:00:00.000Z' });

    it('should arrive on the same day with T, and on the second with T+2, whatever its channel does', async () => {
      await ledger.post(paced('T'));
      expect(await dueOn('2026-11-23')).toEqual([480_00]);
      expect(await dueOn('2026-11-24')).toEqual([]);
      await database.db.collection('settlements').deleteMany({});
      await ledger.post(paced('T+2'));
      expect(await dueOn('2026-11-25')).toEqual([480_00]);
      expect(await dueOn('2026-11-24')).toEqual([]);
    });

    it('keeps the account and the working days of its channel', async () => {
      await ledger.post(fromFriday(paced('T+2')));
      expect(await settlements.dueOn('2026-12-01')).toEqual([
        {
          channel: 'alipay-life',
          account: 'account of alipay-life',
          collectedFen: 480_00,
          givenBackFen: 0,
          count: 1,
        },
      ]);
    });

    it('is due as its channel does it where it does not say', async () => {
      await ledger.post(ofPart);
      expect(await dueOn('2026-11-24')).toEqual([480_00]);
    });

    it('keeps the pace it began with: a repeat is neither another journal nor another expectation', async () => {
      await ledger.post(paced('T+2'));
      await ledger.post(paced('T+2'));
      await ledger.post(ofPart);
      expect(await settlements.dueOn('2026-11-25')).toMatchObject([{ count: 1 }]);
      expect(await dueOn('2026-11-24')).toEqual([]);
      expect(await ledger.ofPayment(part.paymentId)).toHaveLength(1);
      expect(JSON.stringify(await database.db.collection('journals').find().toArray())).not.toContain(
        'settleAfterDays',
      );
    });

    it.each(['T', 'T+2'] as const)('is missing where it was due when it is taken back, with %s', async (pace) => {
      await ledger.post(paced(pace));
      const reversal = { key: ofPart.key, at: '2026-11-30T06:00:00.000Z', reason: 'the channel gave it back' };
      await ledger.reverse(reversal);
      await ledger.reverse(reversal);
      const day = pace === 'T' ? '2026-11-23' : '2026-11-25';
      expect(await settlements.dueOn(day)).toMatchObject([{ collectedFen: 480_00, givenBackFen: 480_00, count: 2 }]);
      expect(await database.db.collection('settlements').countDocuments()).toBe(2);
    });

    it('is expected although we died between the journal and the expectation, at the pace it says', async () => {
      await mongoLedger(database.db).post(paced('T+2'));
      await ledger.post(paced('T+2'));
      expect(await dueOn('2026-11-25')).toEqual([480_00]);
    });

    it('is held back by its channel’s days when it goes back', async () => {
      await ledger.post(paced('T+2'));
      const { paymentId: of, outTradeNo: no, channel } = part;
      const refund = { paymentId: of, outTradeNo: no, refundNo: `${no}R11`, refundFen: fen(80_00), channel };
      await ledger.post(premiumReturned({ ...refund, at }));
      expect(await settlements.dueOn('2026-11-24')).toMatchObject([{ collectedFen: 0, givenBackFen: 80_00 }]);
    });
  });

  it('of a cart is expected payment by payment, together what was paid', async () => {
    for (const [id, amountFen] of [
      ['I2026112300000001', fen(800_00)],
      ['I2026112300000002', fen(480_00)],
    ] as const) {
      const money = { paymentId: id, outTradeNo: 'K2026112300000001K1', channel: 'alipay', amountFen, at };
      await ledger.post(itemReceived(money));
      await ledger.post(itemReceived(money));
    }
    expect(await settlements.dueOn('2026-11-24')).toMatchObject([{ collectedFen: 1_280_00, count: 2 }]);
  });

  it('is nothing that only moves between our own accounts', async () => {
    await ledger.post(
      policyIssued({ coinsurance: null, paymentId, outTradeNo, policyNo: 'PL1', amountFen: fen(1_280_00), at }),
    );
    expect(await database.db.collection('settlements').countDocuments()).toBe(0);
  });
});
