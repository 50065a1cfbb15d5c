import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { PaymentTerms } from '../../../src/domain/terms.js';
import { refundNewsSignal } from '../../../src/workflows/refund/messages.js';
import { runsOf } from '../../support/runsOf.js';
import { day, hour, minute, SagaWorld } from '../../support/sagaWorld.js';
import { doneUnheard } from '../../support/twists.js';

/*
 | step    | fault                                 | must be undone | ends                                         |
 |---------|---------------------------------------|----------------|----------------------------------------------|
 | reserve | more than is left                     | nothing        | turned away before any channel is called     |
 | refund  | no answer, though it took effect      | nothing        | refunded once                                |
 | refund  | no answer, and not executed           | nothing        | refunded under the same number               |
 | refund  | stuck for a day                       | nothing        | refunded                                     |
 | refund  | silent for days                       | nothing        | person told once; refunded when it is        |
 | refund  | refused                               | nothing        | person: retryRefund → refunded, new number   |
 | refund  | refused for good                      | nothing        | person: settledOutside                       |
 | refund  | refused, nine times                   | nothing        | person: settledOutside is all that is left   |
 | undo    | refund refused                        | nothing        | the payment waits; retryRefund → refunded    |
 | refund  | refused, yet an earlier call went through | nothing    | refunded once, not sent again                |
 | undo    | the payment's workflow is terminated  | nothing        | the refund goes on by itself                 |
 | refund  | unknown beyond one history            | nothing        | goes on in a new run, and is refunded once   |
*/

let world: SagaWorld;
beforeAll(async () => {
  world = await SagaWorld.start();
});
beforeEach(() => world.calm());
afterAll(() => world.close());

const noAnswer = () => ({ kind: 'unknown', code: 'TIMEOUT', raw: null }) as const;

async function issued(terms: Partial<PaymentTerms> = {}) {
  const payment = await world.opened({ terms });
  await payment.paysAndCallsBack();
  await payment.endsAs('issued');
  return payment;
}

const refundCalls = (calls: string[]) => calls.filter((call) => /refund/i.test(call));

describe('a refund the core asks for', () => {
  it('goes back in parts, each under its own number', async () => {
    const payment = await issued();
    await payment.refunds({ refundId: 'A', amountFen: 100_00 });
    await payment.refunds({ refundId: 'B', amountFen: 80_00 });
    await payment.endsAs('issued');
    expect(refundCalls(payment.channelCalls).sort()).toEqual(['refund C1R1', 'refund C1R2']);
    expect(await payment.bookFen()).toEqual({ 'channelReceivable:alipay': 1_100_00, premiumIncome: -1_100_00 });
  });

  it('of a shared policy goes back by the shares, exactly in the end, whatever the parts', async () => {
    const payment = await world.opened({
      coinsurance: {
        lead: { insurer: 'LEAD', shareBp: 3_334 },
        followers: [
          { insurer: 'ONE', shareBp: 3_333 },
          { insurer: 'TWO', shareBp: 3_333 },
        ],
        leadFeeBp: 500,
      },
    });
    await payment.paysAndCallsBack();
    await payment.endsAs('issued');
    expect(await payment.bookFen()).toEqual({
      'channelReceivable:alipay': 1_280_00,
      premiumIncome: -426_76,
      'coinsurancePayable:ONE': -405_29,
      'coinsurancePayable:TWO': -405_29,
      leadFeeIncome: -42_66,
    });
    // Two at once, and then the rest.
    await Promise.all([
      payment.refunds({ refundId: 'A', amountFen: 1 }),
      payment.refunds({ refundId: 'B', amountFen: 333_33 }),
    ]);
    await payment.refunds({ refundId: 'C', amountFen: 946_66 });
    await payment.endsAs('issued');
    expect(await payment.bookFen()).toEqual({});
  });

  it('is one refund however often it is asked for', async () => {
    const payment = await issued();
    await payment.refunds({ refundId: 'A', amountFen: 100_00 });
    expect((await payment.refunds({ refundId: 'A', amountFen: 100_00 })).kind).toBe('same');
    await payment.endsAs('issued');
    expect((await payment.refunds({ refundId: 'A', amountFen: 100_00 })).kind).toBe('same');
    await payment.endsAs('issued');
    expect(refundCalls(payment.channelCalls)).toEqual(['refund C1R1']);
  });

  it('never takes more than was paid', async () => {
    const payment = await issued();
    await payment.refunds({ refundId: 'A', amountFen: 1_000_00 });
    expect(await payment.refunds({ refundId: 'B', amountFen: 280_01 })).toEqual({
      kind: 'tooMuch',
      refundableFen: 280_00,
    });
    await payment.refunds({ refundId: 'C', amountFen: 280_00 });
    await payment.endsAs('issued');
    expect(await payment.bookFen()).toEqual({});
  });

  it('happens once when the channel did it and could not say so', async () => {
    const payment = await issued();
    world.channel.onRefund.next((really) => ({ ...doneUnheard(really), raw: null }));
    await payment.refunds({ refundId: 'A', amountFen: 100_00 });
    await payment.endsAs('issued');
    expect(refundCalls(payment.channelCalls)).toEqual(['refund C1R1', 'queryRefund C1R1']);
  });

  it('is asked about until known while the channel does not answer', async () => {
    const payment = await issued();
    world.channel.onRefund.next((really) => ({ ...doneUnheard(really), raw: null }));
    world.channel.onQueryRefund.next(noAnswer, 4);
    await payment.refunds({ refundId: 'A', amountFen: 100_00 });
    await payment.endsAs('issued');
    expect(refundCalls(payment.channelCalls)).toHaveLength(6);
  });

  it('is sent again under the same number when the channel has not executed it', async () => {
    const payment = await issued();
    world.channel.onRefund.next(noAnswer, 2);
    await payment.refunds({ refundId: 'A', amountFen: 100_00 });
    await payment.endsAs('issued');
    expect(refundCalls(payment.channelCalls)).toEqual([
      'refund C1R1',
      'queryRefund C1R1',
      'refund C1R1',
      'queryRefund C1R1',
      'refund C1R1',
    ]);
  });

  it('has one time in every repeat, on record before the channel hears of it; a new number has its own', async () => {
    const payment = await issued();
    const timesOnRecord: (string | undefined)[] = [];
    const noting = async <Result>(answer: Result): Promise<Result> => {
      const [refund] = await world.records.refunds.ofPayment(payment.paymentId);
      timesOnRecord.push(refund?.attempts.at(-1)?.requestedAt);
      return answer;
    };
    world.channel.onRefund.next(() => noting(noAnswer()), 2);
    world.channel.onRefund.next(() => noting(world.channel.refusing('CLOSED')()));
    await payment.refunds({ refundId: 'A', amountFen: 100_00 });
    await payment.untilAttention(hour);
    await world.pass(hour);
    await payment.resolve('retryRefund');
    await payment.endsAs('issued');
    const sent = world.channel.refundOrders.filter(({ refundNo }) => refundNo.startsWith(payment.paymentId));
    const timesOf = (refundNo: string) => [
      ...new Set(sent.filter((order) => order.refundNo === refundNo).map(({ requestedAt }) => requestedAt)),
    ];
    const first = timesOf(`${payment.outTradeNo()}R1`);
    const second = timesOf(`${payment.outTradeNo()}R1T2`);
    expect(first).toHaveLength(1);
    expect(second).toHaveLength(1);
    expect(Date.parse(second[0] ?? '') - Date.parse(first[0] ?? '')).toBeGreaterThanOrEqual(hour);
    expect(timesOnRecord).toEqual([first[0], first[0], first[0]]);
  });

  it('is waited for when it is stuck for a day', async () => {
    const payment = await issued();
    const doneMs = (await world.nowMs()) + day;
    world.channel.executesRefundsAt(doneMs);
    await payment.refunds({ refundId: 'A', amountFen: 100_00 });
    await payment.endsAs('issued');
    const [refund] = await world.records.refunds.ofPayment(payment.paymentId);
    expect(refund).toMatchObject({ status: 'refunded', refundedAt: new Date(doneMs).toISOString() });
    expect(refundCalls(payment.channelCalls).filter((call) => call.startsWith('refund '))).toHaveLength(1);
  });

  it('is asked about at once when the channel has news of it', async () => {
    const payment = await issued();
    world.channel.executesRefundsAt((await world.nowMs()) + 1_000);
    await payment.refunds({ refundId: 'A', amountFen: 100_00 });
    await world.pass(2_000);
    await world.client.workflow.getHandle(`refund/${payment.paymentId}/A`).signal(refundNewsSignal);
    await payment.endsAs('issued');
    const [refund] = await world.records.refunds.ofPayment(payment.paymentId);
    expect(refund?.status).toBe('refunded');
    expect(refundCalls(payment.channelCalls)).toEqual(['refund C1R1', 'queryRefund C1R1']);
  });

  it('is shown to a person when it is unknown for days, and ends by itself when it is known', async () => {
    const payment = await issued();
    world.channel.executesRefundsAt((await world.nowMs()) + 5 * day);
    await payment.refunds({ refundId: 'A', amountFen: 100_00 });
    expect(await payment.untilAttention(4 * day, 6 * hour)).toMatchObject({ reason: 'channelSilent' });
    await payment.endsAs('issued');
  });

  it('is sent under a new number on a decision when the channel has refused the first for good', async () => {
    const payment = await issued();
    world.channel.onRefund.next(world.channel.refusing('SELLER_BALANCE_NOT_ENOUGH'));
    await payment.refunds({ refundId: 'A', amountFen: 100_00 });
    expect(await payment.untilAttention(minute)).toMatchObject({
      reason: 'refundRefused',
      decisions: ['retryRefund', 'settledOutside'],
    });
    await expect(payment.resolve('retryIssue')).rejects.toThrow();
    await payment.resolve('retryRefund');
    await payment.endsAs('issued');
    // Before a second number is sent, the channel has said once more that the first moved nothing.
    expect(refundCalls(payment.channelCalls)).toEqual(['refund C1R1', 'queryRefund C1R1', 'refund C1R1T2']);
  });

  it('is not sent again when the number that was refused turns out to be paid back', async () => {
    const payment = await issued();
    world.channel.onRefund.next((really) => {
      really();
      return world.channel.refusing('SYSTEM_BUSY')();
    });
    await payment.refunds({ refundId: 'A', amountFen: 100_00 });
    await payment.untilAttention(minute);
    await payment.resolve('retryRefund');
    await payment.endsAs('issued');
    expect(refundCalls(payment.channelCalls)).toEqual(['refund C1R1', 'queryRefund C1R1']);
  });

  it('is booked from the bank when a person has paid it outside the channel', async () => {
    const payment = await issued();
    world.channel.onRefund.next(world.channel.refusing('TRADE_HAS_FINISHED'));
    await payment.refunds({ refundId: 'A', amountFen: 100_00 });
    await payment.untilAttention(minute);
    await payment.resolve('settledOutside');
    await payment.endsAs('issued');
    expect(await payment.bookFen()).toEqual({
      'channelReceivable:alipay': 1_280_00,
      premiumIncome: -1_180_00,
      bank: -100_00,
    });
  });

  it('can only be settled outside when nine numbers were refused', async () => {
    const payment = await issued();
    world.channel.onRefund.next(world.channel.refusing('TRADE_HAS_FINISHED'), 9);
    await payment.refunds({ refundId: 'A', amountFen: 100_00 });
    for (let refused = 1; refused < 9; refused += 1) {
      await payment.untilAttention(minute);
      await payment.resolve('retryRefund');
    }
    expect(await payment.untilAttention(minute)).toMatchObject({ decisions: ['settledOutside'] });
    await payment.resolve('settledOutside');
    await payment.endsAs('issued');
  });
});

describe('a refund that is asked about for longer than one history should grow', () => {
  it('goes on in a new run under the same number, and is refunded once', async () => {
    const payment = await issued();
    world.channel.executesRefundsAt((await world.nowMs()) + day);
    await payment.refunds({ refundId: 'A', amountFen: 100_00, continueAfterEvents: 30 });
    await payment.endsAs('issued');
    expect(await runsOf(world.client, `refund/${payment.paymentId}/A`)).toBeGreaterThan(2);
    expect(payment.channelCalls.filter((call) => call.startsWith('refund '))).toEqual(['refund C1R1']);
  });

  it('is shown to a person once, whichever run they decide in', async () => {
    const payment = await issued({ refundGapsMs: [8 * hour] });
    world.channel.executesRefundsAt((await world.nowMs()) + 9 * day);
    await payment.refunds({ refundId: 'A', amountFen: 100_00, continueAfterEvents: 30 });
    const { reviewId } = await payment.untilAttention(4 * day, 6 * hour);
    await world.pass(2 * day);
    expect(await payment.attention()).toMatchObject({ reviewId, reason: 'channelSilent', settled: null });
    await payment.resolve('recheck');
    expect(await world.records.reviews.find(reviewId)).toMatchObject({ settled: { decision: 'recheck', by: 'ops' } });
    await payment.endsAs('issued');
  });

  it('knows the numbers of former runs: the one refused first is asked about before anything is decided', async () => {
    const payment = await issued();
    world.channel.onRefund.next(world.channel.refusing('SELLER_BALANCE_NOT_ENOUGH'));
    await payment.refunds({ refundId: 'A', amountFen: 100_00, continueAfterEvents: 30 });
    await payment.untilAttention(minute);
    world.channel.executesRefundsAt((await world.nowMs()) + day);
    await payment.resolve('retryRefund');
    await world.pass(12 * hour);
    expect(await runsOf(world.client, `refund/${payment.paymentId}/A`)).toBeGreaterThan(1);
    await payment.endsAs('issued');
    const [, ...attempts] =
      (await world.records.refunds.find({ paymentId: payment.paymentId, refundId: 'A' }))?.attempts ?? [];
    expect(attempts.map(({ refundNo }) => refundNo)).toEqual([`${payment.outTradeNo()}R1T2`]);
  });
});

describe('a premium that goes back because the core refused', () => {
  it('makes its payment wait for a person when the channel refuses the refund', async () => {
    const payment = await world.opened();
    world.core.refusesToIssue();
    world.channel.onRefund.next(world.channel.refusing('SELLER_BALANCE_NOT_ENOUGH'));
    await payment.paysAndCallsBack();
    await payment.untilAttention(minute);
    await world.pass(1_000);
    expect(await payment.record()).toMatchObject({ status: 'needsAttention' });
    const workflowId = `refund/${payment.paymentId}/undo-C1`;
    expect(await payment.attention()).toMatchObject({ kind: 'refund', reason: 'refundRefused', workflowId });
    await payment.resolve('retryRefund');
    await payment.endsAs('refunded');
    expect(await payment.timeline()).toEqual(expect.arrayContaining(['AttentionRaised', 'ChargeRefunded']));
  });

  it('may be settled outside, and then the payment is refunded too', async () => {
    const payment = await world.opened();
    world.core.refusesToIssue();
    world.channel.onRefund.next(world.channel.refusing('TRADE_HAS_FINISHED'));
    await payment.paysAndCallsBack();
    await payment.untilAttention(minute);
    await payment.resolve('settledOutside');
    await payment.endsAs('refunded');
    expect(await payment.bookFen()).toEqual({ 'channelReceivable:alipay': 1_280_00, bank: -1_280_00 });
  });

  it('goes back though the workflow of its payment was terminated from outside', async () => {
    const payment = await world.opened();
    world.core.refusesToIssue();
    world.channel.onRefund.next(() => ({ kind: 'pending', raw: null }));
    world.channel.onQueryRefund.next(noAnswer, 3);
    world.channel.onQueryRefund.next(world.channel.refusing('TRADE_NOT_ALLOW_REFUND'));
    await payment.paysAndCallsBack();
    await world.pass(minute);
    await payment.workflow.terminate('somebody should not have done this');
    expect(await payment.untilAttention(3 * hour)).toMatchObject({ reason: 'refundRefused' });
    await payment.resolve('retryRefund');
    const refund = world.client.workflow.getHandle(`refund/${payment.paymentId}/undo-C1`);
    expect(await refund.result()).toBe('refunded');
    expect(world.channel.heldFen(payment.outTradeNo())).toBe(0);
    expect(await payment.bookFen()).toEqual({});
  });
});
