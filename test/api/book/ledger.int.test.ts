import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { policyIssued, premiumReceived, refundOwed, premiumReturned } from '../../../src/domain/book/entries.js';
import { fen, toSignedFen } from '../../../src/domain/money.js';
import { mongoSettlements } from '../../../src/ledger/mongo/mongoSettlements.js';
import { mongoLedger } from '../../../src/ledger/mongo/mongoLedger.js';
import type { Role } from '../../../src/records/apiKeys.js';
import { testDatabase } from '../../support/parts.js';
import { startTestApi, temporalAway, type TestApi } from '../testApi.js';

let database: Awaited<ReturnType<typeof testDatabase>>;
let api: TestApi;
/** Never closed: a call that was given up may still try once more. */
const client = temporalAway();
const paymentId = 'Pledger001';
const outTradeNo = `${paymentId}C1`;
const yesterday = '2026-11-21T06:00:00.000Z';
const today = '2026-11-22T06:00:00.000Z';

beforeAll(async () => {
  database = await testDatabase();
  api = await startTestApi(database.db, client);
  const ledger = mongoLedger(database.db);
  const money = { paymentId, outTradeNo, amountFen: fen(1_280_00) };
  const back = { paymentId, outTradeNo, refundNo: `${outTradeNo}R1`, refundFen: fen(80_00), at: today };
  await ledger.post(premiumReceived({ ...money, channel: 'alipay', at: yesterday }));
  await ledger.post(policyIssued({ coinsurance: null, ...money, policyNo: 'PL1', at: yesterday }));
  await ledger.post(refundOwed({ shared: null, ...back, source: 'premiumIncome', refundId: 'E1' }));
  await ledger.post(premiumReturned({ ...back, channel: 'alipay' }));
});

afterAll(async () => {
  await api.stop();
  await database.drop();
});

const get = (path: string, as: Role = 'finance') => api.call('GET', `/v1/ledger/${path}`, { as });

describe('finance', () => {
  it('sees what each account is called', async () => {
    const { body } = await get('accounts');
    expect(body['accounts']).toContainEqual({
      account: 'premiumInAdvance',
      code: '2203',
      chinese: '预收保费',
      english: 'Premium received in advance',
      grows: 'credit',
    });
  });

  it('sees what stands on each account at the end of a day, as it was then', async () => {
    expect((await get('trial-balance?date=2026-11-21')).body).toMatchObject({
      date: '2026-11-21',
      balanced: true,
      accounts: [
        { account: 'channelReceivable:alipay', code: '1122', debitFen: 1_280_00, creditFen: 0, balanceFen: 1_280_00 },
        { account: 'premiumInAdvance', debitFen: 1_280_00, creditFen: 1_280_00, balanceFen: 0 },
        { account: 'premiumIncome', debitFen: 0, creditFen: 1_280_00, balanceFen: 1_280_00 },
      ],
    });
    expect((await get('trial-balance?date=2026-11-22')).body).toMatchObject({
      balanced: true,
      debitFen: 2_720_00,
      creditFen: 2_720_00,
      accounts: [
        { account: 'channelReceivable:alipay', balanceFen: 1_200_00 },
        { account: 'premiumInAdvance', balanceFen: 0 },
        { account: 'premiumIncome', balanceFen: 1_200_00 },
        { account: 'refundPayable', balanceFen: 0 },
      ],
    });
    expect((await get('trial-balance?date=2026-11-20')).body).toMatchObject({ accounts: [], balanced: true });
  });

  it('reads the journals of a day page by page, each with the hash of the one before', async () => {
    const first = (await get('journals?bookDate=2026-11-21&limit=1')).body;
    const second = (await get(`journals?bookDate=2026-11-21&limit=1&cursor=${String(first['next'])}`)).body;
    const [one] = first['journals'] as { hash: string }[];
    expect(one).toMatchObject({
      kind: 'PremiumReceived',
      sequence: 1,
      lines: [
        { account: 'channelReceivable:alipay', debitFen: 1_280_00, creditFen: 0 },
        { account: 'premiumInAdvance', debitFen: 0, creditFen: 1_280_00 },
      ],
    });
    expect(second).toMatchObject({ journals: [{ sequence: 2, previousHash: one?.hash }], next: null });
  });

  it('reads what touched one account', async () => {
    const { body } = await get('journals?bookDate=2026-11-22&account=channelReceivable:alipay');
    expect(body).toMatchObject({ journals: [{ kind: 'PremiumReturned' }], next: null });
    expect(body['journals']).toHaveLength(1);
  });

  it('sees what should arrive on a day, by channel and amount by amount', async () => {
    const settlements = mongoSettlements(database.db);
    for (const [number, amountFen] of [100_00, 50_00, -30_00].entries()) {
      const key = `key-${number}`;
      const channel = number === 1 ? 'pos' : 'alipay';
      const money = {
        key,
        channel,
        paymentId,
        outTradeNo,
        amountFen: toSignedFen(amountFen),
        at: today,
        account: 'main',
      };
      await settlements.expect({ ...money, dueDay: '2026-11-23' });
    }
    const expected = (query: string) =>
      api.call('GET', `/v1/settlements/expected?date=2026-11-23${query}`, { as: 'finance' });
    expect((await expected('')).body).toMatchObject({
      channels: [
        { channel: 'alipay', account: 'main', collectedFen: 100_00, givenBackFen: 30_00, netFen: 70_00, count: 2 },
        { channel: 'pos', account: 'main', collectedFen: 50_00, givenBackFen: 0, netFen: 50_00, count: 1 },
      ],
      next: null,
    });
    const first = (await expected('&channel=alipay&limit=1')).body;
    expect(first).toMatchObject({ channels: [{ channel: 'alipay' }], amounts: [{ key: 'key-0', amountFen: 100_00 }] });
    const second = (await expected(`&channel=alipay&limit=1&cursor=${String(first['next'])}`)).body;
    expect(second).toMatchObject({ amounts: [{ key: 'key-2', amountFen: -30_00 }], next: null });
  });

  it.each([
    'journals',
    'journals?bookDate=2026-11-31',
    'journals?bookDate=2026-11-21&cursor=x',
    'journals?bookDate=2026-11-21&account=a%20b',
    'trial-balance?date=today',
    'trial-balance',
  ])('is told what is wrong with %s', async (path) => {
    expect(await get(path)).toMatchObject({ status: 422, body: { type: '/problems/validation' } });
  });

  describe('of a follower', () => {
    const coinsurance = {
      lead: { insurer: 'LEAD', shareBp: 6_000 },
      followers: [
        { insurer: 'CPIC', shareBp: 2_500 },
        { insurer: 'TPIC', shareBp: 1_500 },
      ],
      leadFeeBp: 500,
    };
    const statement = (query: string, as: Role = 'finance') =>
      api.call('GET', `/v1/coinsurance/statements?${query}`, { as });
    beforeAll(async () => {
      const ledger = mongoLedger(database.db);
      const shared = { paymentId: 'Pshared001', outTradeNo: 'Pshared001C1' };
      const money = { ...shared, amountFen: fen(1_000_01) };
      await ledger.post(policyIssued({ ...money, policyNo: 'PL2', coinsurance, at: yesterday }));
      const back = { ...shared, refundNo: 'Pshared001C1R1', refundId: 'E1', refundFen: fen(100_01), at: today };
      await ledger.post(refundOwed({ ...back, source: 'premiumIncome', shared: { coinsurance, beforeFen: fen(0) } }));
    });

    it('sees each share, the lead’s fee, what went back, and sums equal to the journals', async () => {
      expect((await statement('insurer=CPIC&from=2026-11-21&to=2026-11-22')).body).toEqual({
        insurer: 'CPIC',
        from: '2026-11-21',
        to: '2026-11-22',
        lines: [
          {
            bookDate: '2026-11-21',
            key: 'Pshared001:issued',
            kind: 'PolicyIssued',
            paymentId: 'Pshared001',
            grossFen: 250_00,
            feeFen: 12_50,
            netFen: 237_50,
          },
          {
            bookDate: '2026-11-22',
            key: 'Pshared001C1:E1:owed',
            kind: 'RefundOwed',
            paymentId: 'Pshared001',
            grossFen: -25_00,
            feeFen: -1_25,
            netFen: -23_75,
          },
        ],
        totals: { grossFen: 225_00, feeFen: 11_25, netFen: 213_75 },
      });
      const { accounts } = (await get('trial-balance?date=2026-11-22')).body as {
        accounts: { account: string; balanceFen: number }[];
      };
      expect(accounts).toContainEqual(
        expect.objectContaining({ account: 'coinsurancePayable:CPIC', balanceFen: 213_75 }),
      );
    });

    it('sees the days asked for only, and nothing where there is nothing', async () => {
      expect((await statement('insurer=TPIC&from=2026-11-22&to=2026-11-22')).body).toMatchObject({
        lines: [{ kind: 'RefundOwed', grossFen: -15_00 }],
      });
      expect((await statement('insurer=NOBODY&from=2026-11-22&to=2026-11-22')).body).toMatchObject({
        lines: [],
        totals: { grossFen: 0, feeFen: 0, netFen: 0 },
      });
    });

    it('reads the same lines as CSV', async () => {
      const { headers, body } = await statement('insurer=CPIC&from=2026-11-21&to=2026-11-22&format=csv');
      expect(headers.get('content-type')).toContain('text/csv');
      expect(body['text']).toBe(
        'bookDate,key,kind,paymentId,grossFen,feeFen,netFen\r\n' +
          '2026-11-21,Pshared001:issued,PolicyIssued,Pshared001,25000,1250,23750\r\n' +
          '2026-11-22,Pshared001C1:E1:owed,RefundOwed,Pshared001,-2500,-125,-2375\r\n' +
          'total,,,,22500,1125,21375\r\n',
      );
    });

    it.each([
      'insurer=CPIC&from=2026-11-22&to=2026-11-21',
      'from=2026-11-21&to=2026-11-22',
      'insurer=CPIC&from=x&to=y',
    ])('is told what is wrong with %s', async (query) => {
      expect(await statement(query)).toMatchObject({ status: 422, body: { type: '/problems/validation' } });
    });
  });
});
