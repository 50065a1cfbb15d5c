import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  closeCombined,
  openCombined,
  queryCombined,
  type CombinedOrderRef,
} from '../../../src/activities/collect/combinedCharges.js';
import type { CloseResult } from '../../../src/channels/channel.js';
import { collections } from '../../../src/collections.js';
import type { ChargeOutcome } from '../../../src/domain/evidence.js';
import { fen } from '../../../src/domain/money.js';
import { migrate } from '../../../src/platform/migrate.js';
import { TestChannel } from '../../api/testChannel.js';
import { aCart, anItem, at, cartId, later } from '../../records/examples.js';
import { testDatabase } from '../../support/parts.js';
import { dyingAfter, run, stepDependencies } from '../activityWorld.js';

let database: Awaited<ReturnType<typeof testDatabase>>;

beforeAll(async () => {
  database = await testDatabase();
  await migrate(database.db, collections);
});
afterAll(() => database.drop());

const combineNo = `${cartId}K1`;
const childNo = (no: number) => `${combineNo}I${String(no).padStart(2, '0')}`;
/** An order whose nth child is paid to the company's own merchant or to life's. */
const orderOf = (payees: readonly ('own' | 'life')[]): CombinedOrderRef => ({
  combineNo,
  channel: 'testpay',
  merchantId: 'M0001',
  orderedAt: at,
  expiresAt: later(1_800),
  children: payees.map((payee, index) => ({
    paymentId: `I2026112200000001${index + 1}`,
    outTradeNo: childNo(index + 1),
    channel: payee === 'own' ? 'testpay' : 'testpay-life',
    merchantId: payee === 'own' ? 'M0001' : 'M0002',
    amountFen: index === 0 ? fen(800_00) : fen(480_00),
    subject: '保险费',
  })),
});
const order = orderOf(['own', 'life']);
const terms = { queryGapsMs: [10_000], refundGapsMs: [10_000], closeMarginMs: 120_000 };
const opened = {
  order,
  product: 'qr',
  terms,
  step: {
    paymentId: aCart().paymentId,
    writer: 'payment',
    version: 1,
    status: 'awaitingPayment',
    events: [{ type: 'ChargeOpened', at, detail: combineNo }],
    followers: [anItem(1).paymentId, anItem(2).paymentId],
  },
} as const;

const channelsOf = (combines: 'together' | 'oneByOne') => ({
  own: new TestChannel({ combines }),
  life: new TestChannel({ name: 'testpay-life', merchantId: 'M0002', combines }),
});
const outcomes: fc.Arbitrary<ChargeOutcome> = fc.oneof(
  fc.constant({ kind: 'waiting' } as const),
  fc.constant({ kind: 'closed' } as const),
  fc.constant({ kind: 'unknown', code: 'TIMEOUT' } as const),
  fc
    .integer({ min: 1, max: 1_000 })
    .map((paid) => ({ kind: 'paid', paidFen: fen(paid), tradeNo: `T${paid}`, paidAt: at }) as const),
);
const someChildren = fc.array(
  fc.record({ payee: fc.constantFrom('own' as const, 'life' as const), outcome: outcomes }),
  { minLength: 2, maxLength: 5 },
);
const ways = ['together', 'oneByOne'] as const;

describe.each(ways)('a combined order that is asked about %s', (combines) => {
  let channels = channelsOf(combines);
  let deps = {} as ReturnType<typeof stepDependencies>;
  beforeEach(async () => {
    for (const name of ['payments', 'charges', 'evidence']) await database.db.collection(name).deleteMany({});
    channels = channelsOf(combines);
    deps = stepDependencies(database.db, [channels.own, channels.life]);
    for (const each of [aCart(), anItem(1), anItem(2)]) await deps.payments.register(each);
  });
  /** The calls channels had: by the one that speaks for all, and by the other. */
  const calls = () => ({ own: channels.own.calls, life: channels.life.calls });

  it('tells of each child, in their order, whatever the others say, and keeps each fact', async () => {
    await fc.assert(
      fc.asyncProperty(someChildren, async (children) => {
        await database.db.collection('evidence').deleteMany({});
        const asked = orderOf(children.map(({ payee }) => payee));
        const { own, life } = channels;
        children.forEach(({ payee, outcome }, index) => {
          // Who speaks for the child: the one asked for all, or its own merchant's channel.
          const answering = combines === 'together' || payee === 'own' ? own : life;
          answering.outcomes.set(childNo(index + 1), outcome);
        });
        const facts = await run(queryCombined(deps), { order: asked, step: null });
        expect(facts.map(({ outTradeNo, outcome, merchantId }) => ({ outTradeNo, outcome, merchantId }))).toEqual(
          children.map(({ outcome }, index) => ({
            outTradeNo: childNo(index + 1),
            outcome,
            merchantId: asked.children[index]?.merchantId,
          })),
        );
        const kept = await deps.evidence.ofPayments(asked.children.map(({ paymentId }) => paymentId));
        expect(kept.map((fact) => fact.outTradeNo).sort()).toEqual(facts.map((fact) => fact.outTradeNo).sort());
        // Under the channel whose keys verify the bytes.
        for (const fact of kept) {
          const child = asked.children.find(({ outTradeNo }) => outTradeNo === fact.outTradeNo);
          expect(fact.channel).toBe(combines === 'together' ? 'testpay' : child?.channel);
          expect(fact.paymentId).toBe(child?.paymentId);
        }
      }),
      { numRuns: 25 },
    );
  });

  it('asks as its channel has it: once for all, or each merchant’s own', async () => {
    await run(queryCombined(deps), { order, step: null });
    expect(calls()).toEqual(
      combines === 'together'
        ? { own: [`query ${combineNo}`], life: [] }
        : { own: [`query ${childNo(1)}`], life: [`query ${childNo(2)}`] },
    );
  });

  it('records first what the workflow has to say', async () => {
    const step = { ...opened.step, version: 5, status: 'closing' as const, events: [] };
    await run(queryCombined(deps), { order, step });
    expect(await deps.payments.find(aCart().paymentId)).toMatchObject({ status: 'closing' });
    expect(await deps.payments.find(anItem(2).paymentId)).toMatchObject({ status: 'closing' });
  });

  it('closes as its channel has it, and may be closed again', async () => {
    expect(await run(closeCombined(deps), { order })).toEqual({ kind: 'closed' });
    expect(await run(closeCombined(deps), { order })).toEqual({ kind: 'closed' });
    expect(calls().own).toContain(combines === 'together' ? `close ${combineNo}` : `close ${childNo(1)}`);
    expect(channels.own.outcomes.get(childNo(1))).toEqual({ kind: 'closed' });
    expect((combines === 'together' ? channels.own : channels.life).outcomes.get(childNo(2))).toEqual({
      kind: 'closed',
    });
  });

  it('is not closed while a child is paid', async () => {
    const paid = { kind: 'paid', paidFen: fen(480_00), tradeNo: 'T2', paidAt: at } as const;
    for (const channel of Object.values(channels)) channel.outcomes.set(childNo(2), paid);
    expect(await run(closeCombined(deps), { order })).toEqual({ kind: 'notClosable', code: 'PAID' });
  });

  it('is opened once, each child on record before the channel hears of it, and shown as open by all of them', async () => {
    const answer = await run(openCombined(deps), opened);
    expect(answer).toEqual({ kind: 'opened', cashier: { kind: 'qr', code: `https://pay.example/${combineNo}` } });
    expect(await deps.charges.find(childNo(2))).toMatchObject({
      paymentId: order.children[1]?.paymentId,
      channel: 'testpay-life',
      merchantId: 'M0002',
      combined: { combineNo, channel: 'testpay' },
      status: 'open',
      cashier: { kind: 'qr' },
    });
    expect(await deps.payments.find(anItem(2).paymentId)).toMatchObject({
      status: 'awaitingPayment',
      outTradeNo: childNo(2),
    });
    expect(await deps.payments.find(aCart().paymentId)).toMatchObject({ outTradeNo: combineNo });
    expect(await run(openCombined(deps), opened)).toEqual(answer);
    expect(calls()).toEqual({ own: [`open ${combineNo}`], life: [] });
  });

  it('is on record before the channel is called, and opened by the repeat after any death in between', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 12 }), async (callsBeforeDeath) => {
        for (const name of ['payments', 'charges']) await database.db.collection(name).deleteMany({});
        for (const each of [aCart(), anItem(1), anItem(2)]) await deps.payments.register(each);
        channels.own.calls.length = 0;
        await run(openCombined(dyingAfter(deps, callsBeforeDeath)), opened).catch(() => undefined);
        if (channels.own.calls.length > 0) expect(await deps.charges.find(childNo(2))).not.toBeNull();
        expect((await run(openCombined(deps), opened)).kind).toBe('opened');
        for (const no of [1, 2]) expect(await deps.charges.find(childNo(no))).toMatchObject({ status: 'open' });
        expect(await deps.payments.find(anItem(1).paymentId)).toMatchObject({
          outTradeNo: childNo(1),
          status: 'awaitingPayment',
        });
      }),
      { numRuns: 20 },
    );
  });

  it('that is refused leaves every child refused', async () => {
    channels.own.refuses.add(combineNo);
    expect(await run(openCombined(deps), opened)).toMatchObject({ kind: 'refused', code: 'PRODUCT_NOT_SIGNED' });
    for (const no of [1, 2]) expect(await deps.charges.find(childNo(no))).toMatchObject({ status: 'refused' });
  });

  it('waits while configuration has no combined payment there, or another merchant', async () => {
    const without = { ...deps, channels: new Map([['testpay', new TestChannel()]]) };
    await expect(run(queryCombined(without), { order, step: null })).rejects.toThrow('has no combined payment');
    const foreign = new TestChannel({ name: 'testpay-life', merchantId: 'M0009', combines });
    const other = {
      ...deps,
      channels: new Map([
        ['testpay', channels.own],
        ['testpay-life', foreign],
      ]),
    };
    await expect(run(queryCombined(other), { order, step: null })).rejects.toThrow('another merchant');
  });
});

it('of children closed one by one, what could not be closed is what is told', async () => {
  const kinds: readonly CloseResult[] = [
    { kind: 'unknown', code: 'TIMEOUT' },
    { kind: 'notClosable', code: 'PAID' },
    { kind: 'absent' },
    { kind: 'closed' },
  ];
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 5 }), async (results) => {
      const { own, life } = channelsOf('oneByOne');
      const byNo = new Map(results.map((result, index) => [childNo(index + 1), kinds[result]]));
      own.close = ({ outTradeNo }) => Promise.resolve(byNo.get(outTradeNo) as never);
      const deps = stepDependencies(database.db, [own, life]);
      const asked = orderOf(results.map(() => 'own' as const));
      expect(await run(closeCombined(deps), { order: asked })).toEqual(kinds[Math.min(...results)]);
    }),
    { numRuns: 50 },
  );
});
