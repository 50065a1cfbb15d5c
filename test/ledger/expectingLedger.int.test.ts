import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { policyIssued, premiumReceived, premiumReturned } from '../../src/domain/journal.js';
import { fen } from '../../src/domain/money.js';
import { expectingLedger } from '../../src/ledger/expectingLedger.js';
import type { Ledger } from '../../src/ledger/ledger.js';
import { journalCollection } from '../../src/ledger/mongo/journalCollection.js';
import { mongoLedger } from '../../src/ledger/mongo/mongoLedger.js';
import { mongoSettlements, settlementCollection } from '../../src/ledger/mongo/mongoSettlements.js';
import type { Settlements } from '../../src/ledger/settlements.js';
import { migrate } from '../../src/platform/migration.js';
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

  it('is nothing that only moves between our own accounts', async () => {
    await ledger.post(
      policyIssued({ coinsurance: null, paymentId, outTradeNo, policyNo: 'PL1', amountFen: fen(1_280_00), at }),
    );
    expect(await database.db.collection('settlements').countDocuments()).toBe(0);
  });
});
