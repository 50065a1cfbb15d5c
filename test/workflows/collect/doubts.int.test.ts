import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ChargeOutcome } from '../../../src/domain/evidence.js';
import { minute, premiumFen, SagaWorld } from '../../support/sagaWorld.js';
import { silentQuery } from '../../support/scriptedChannel.js';
import { doneUnheard, unheard } from '../../support/twists.js';

/*
 | step    | fault                                     | must be undone          | ends                        |
 |---------|-------------------------------------------|-------------------------|-----------------------------|
 | open    | no answer, though it took effect          | nothing, same number    | issued                      |
 | open    | refused                                   | nothing                 | closed                      |
 | open    | no answer until expiry                    | the charge, if any      | closed                      |
 | await   | other amount said, channel holds the right| nothing                 | person: recheck → issued    |
 | await   | other amount paid                         | the money               | person: refund → refunded   |
 | await   | other merchant                            | nothing                 | person: recheck → issued    |
 | await   | paid and given back by the channel        | the booking             | person: settledOutside → closed |
 | receive | contradiction while it is recorded        | held, then by a person  | recheck → issued, or refunded|
*/

type PaidOutcome = Extract<ChargeOutcome, { kind: 'paid' }>;

let world: SagaWorld;
beforeAll(async () => {
  world = await SagaWorld.start();
});
beforeEach(() => world.calm());
afterAll(() => world.close());

describe('a payment with facts that do not fit', () => {
  it('waits for a person when a callback names another amount, and is issued when the channel knows better', async () => {
    const payment = await world.opened();
    const { tradeNo } = await payment.pays();
    await payment.callback({ outcome: payment.moneyOf(premiumFen - 1, tradeNo) });
    expect(await payment.untilAttention(minute)).toMatchObject({ reason: 'amountMismatch' });
    expect(payment.coreCalls).toEqual([]);
    await payment.resolve('recheck');
    await payment.endsAs('issued');
  });

  it('is held as long as the channel holds another amount, then refunded when a person says so', async () => {
    const payment = await world.opened();
    await payment.paysAndCallsBack({ paidFen: 1_00 });
    await payment.untilAttention(minute);
    await payment.resolve('recheck');
    await payment.untilAttention(minute);
    expect(await payment.timeline()).toContain('AttentionResolved');
    await payment.resolve('refund');
    await payment.endsAs('refunded');
    expect(payment.coreCalls).toEqual([]);
    expect(payment.channelCalls.at(-1)).toBe('refund C1R1');
  });

  it('takes no decision but to look again when another merchant was paid', async () => {
    const payment = await world.opened();
    await payment.callback({ outcome: payment.moneyOf(premiumFen), merchantId: '2088999999999999' });
    expect(await payment.untilAttention(minute)).toMatchObject({ reason: 'merchantMismatch', decisions: ['recheck'] });
    await expect(payment.resolve('refund')).rejects.toThrow();
    await payment.resolve('recheck');
    await world.pass(minute);
    expect((await payment.state()).status).toBe('awaitingPayment');
    await payment.paysAndCallsBack();
    await payment.endsAs('issued');
  });

  it.each([
    ['recheck', 'issued'],
    ['refund', 'refunded'],
  ] as const)('is held when the contradiction comes while the money is recorded; %s ends %s', async (decision, end) => {
    const payment = await paidButDoubted({ kind: 'refused', code: 'TRADE_HAS_FAILED' });
    expect(await payment.untilAttention(minute)).toMatchObject({ reason: 'contradictoryEvidence' });
    expect([payment.coreCalls, payment.channelCalls]).toEqual([[], ['open C1']]);
    await payment.resolve(decision);
    await payment.endsAs(end);
  });

  it('closes with nothing in the book when the channel gave the money back while it was recorded', async () => {
    const payment = await paidButDoubted((money) => ({ ...money, kind: 'returned' }));
    world.channel.returnMoney(payment.outTradeNo());
    expect(await payment.untilAttention(minute)).toMatchObject({ reason: 'returnedOutside' });
    await payment.resolve('settledOutside');
    await payment.endsAs('closed');
    expect(payment.coreCalls).toEqual([]);
  });

  it('closes with nothing in the book when the money was back before we heard of it', async () => {
    const payment = await world.opened();
    await payment.pays();
    world.channel.returnMoney(payment.outTradeNo());
    await payment.callback();
    expect(await payment.untilAttention(minute)).toMatchObject({ reason: 'returnedOutside' });
    await payment.resolve('settledOutside');
    await payment.endsAs('closed');
    expect(payment.coreCalls).toEqual([]);
  });

  it('asks the person again while the channel does not answer', async () => {
    const payment = await world.opened();
    await payment.paysAndCallsBack({ paidFen: 1_00 });
    await payment.untilAttention(minute);
    world.channel.onQuery.next(silentQuery);
    await payment.resolve('refund');
    await world.pass(minute);
    expect(await payment.attention()).toMatchObject({ reason: 'amountMismatch' });
    await payment.resolve('refund');
    await payment.endsAs('refunded');
  });

  /** Paid, and then doubted by a callback that arrives before the money is on record. */
  async function paidButDoubted(doubt: ChargeOutcome | ((money: PaidOutcome) => ChargeOutcome)) {
    const payment = await world.opened();
    world.paymentsAway = ({ status }) => status === 'paid';
    const { tradeNo } = await payment.pays();
    const money = payment.moneyOf(premiumFen, tradeNo);
    await payment.callback({ outcome: money });
    await payment.callback({ outcome: typeof doubt === 'function' ? doubt(money) : doubt });
    world.paymentsAway = null;
    return payment;
  }
});

describe('a payment that is being opened', () => {
  it('has one order when the first call took effect unheard', async () => {
    world.channel.onOpen.next(doneUnheard);
    const payment = await world.asked();
    await world.pass(2_000);
    expect((await payment.state()).charge?.cashier).toMatchObject({ kind: 'qr' });
    await payment.paysAndCallsBack();
    await payment.endsAs('issued');
    expect(payment.channelCalls).toEqual(['open C1', 'open C1']);
  });

  it('closes when the channel refuses to open it, and says why', async () => {
    world.channel.onOpen.next(() => ({ kind: 'refused', code: 'INVALID_PARAMETER', message: 'not so' }));
    const payment = await world.asked();
    expect((await payment.untilOpen()).refusal).toEqual({ code: 'INVALID_PARAMETER', message: 'not so' });
    await payment.endsAs('closed');
    expect(payment.channelCalls).toEqual(['open C1']);
  });

  it('closes when the channel does not say until expiry whether it is open, by query, close, query', async () => {
    world.channel.onOpen.next(unheard, 999);
    const payment = await world.asked({ expiresInMs: 5 * minute });
    await payment.endsAs('closed');
    expect(payment.channelCalls.slice(-4)).toEqual(['query C1', 'close C1', 'query C1', 'query C1']);
  });

  it('is issued when money proves that it was opened, whatever the channel answered', async () => {
    world.channel.onOpen.next(doneUnheard, 999);
    const payment = await world.asked();
    await world.pass(1_500); // Between two tries: the test server loses an activity that is called off during one.
    await payment.paysAndCallsBack();
    await payment.endsAs('issued');
  });

  it('answers the core in the one call that starts it', async () => {
    const payment = await world.asked({ start: false });
    expect(await world.openInOneCall(payment)).toMatchObject({
      status: 'awaitingPayment',
      charge: { outTradeNo: payment.outTradeNo(), cashier: { kind: 'qr' } },
    });
    await payment.paysAndCallsBack();
    await payment.endsAs('issued');
  });
});
