import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hour, minute, SagaWorld } from '../../support/sagaWorld.js';
import { silentQuery } from '../../support/scriptedChannel.js';
import { unheard } from '../../support/twists.js';

/*
 | step    | fault                                     | must be undone          | ends                        |
 |---------|-------------------------------------------|-------------------------|-----------------------------|
 | await   | callback lost                             | nothing                 | issued, known by query      |
 | await   | callback repeated, reordered, with query  | nothing                 | issued once                 |
 | await   | queries unanswered                        | nothing                 | issued                      |
 | close   | never paid                                | the charge              | closed                      |
 | close   | paid before, during or in spite of it     | nothing                 | issued                      |
 | close   | no answer for hours                       | the charge              | closed                      |
 | close   | no answer for more than a day             | the charge              | person: recheck → closed    |
 | cancel  | before opened, before paid                | the charge              | closed                      |
 | cancel  | after paid                                | nothing                 | issued                      |
*/

let world: SagaWorld;
beforeAll(async () => {
  world = await SagaWorld.start();
});
beforeEach(() => world.calm());
afterAll(() => world.close());

describe('a payment whose money becomes known', () => {
  it('is issued without a single query when the callback comes first', async () => {
    const payment = await world.opened();
    await payment.paysAndCallsBack();
    await payment.endsAs('issued');
    expect(payment.channelCalls).toEqual(['open C1']);
    expect(await payment.steps()).toEqual(['openCharge', 'receivePremium', 'issuePolicy']);
    expect(await payment.timeline()).toEqual([
      'PaymentRegistered',
      'ChargeOpened',
      'ChargePaid',
      'PremiumReceived',
      'PolicyIssued',
    ]);
  });

  it('is issued when the callback is lost and the first query finds the money', async () => {
    const payment = await world.opened();
    await payment.pays();
    await payment.endsAs('issued');
    expect(payment.channelCalls).toEqual(['open C1', 'query C1']);
    expect((await payment.record()).timeline.find(({ type }) => type === 'ChargePaid')?.detail).toContain('query');
  });

  it('is issued once when callback and query say so at the same moment', async () => {
    const payment = await world.opened();
    await payment.pays();
    world.channel.onQuery.next(async (really) => {
      await payment.callback();
      return really();
    });
    await payment.endsAs('issued');
    expect(payment.channelCalls).toEqual(['open C1', 'query C1']);
    expect(payment.coreCalls).toEqual(['issue']);
  });

  it('is issued once however often and in whatever order callbacks come', async () => {
    const payment = await world.opened();
    await payment.pays();
    await payment.callback({ outcome: { kind: 'waiting' } });
    await payment.callback({ notificationId: 'same' });
    await payment.callback({ notificationId: 'same' });
    await payment.callback({ outcome: { kind: 'waiting' } });
    await payment.callback({ outcome: { kind: 'closed' } });
    await payment.endsAs('issued');
    expect(await payment.callback()).toBe('nothingNew');
    expect(payment.coreCalls).toEqual(['issue']);
  });

  it('is issued when the channel answers its queries only after a while', async () => {
    const payment = await world.opened();
    world.channel.onQuery.next(silentQuery, 4);
    await payment.pays();
    await payment.endsAs('issued');
    expect(payment.channelCalls.filter((call) => call === 'query C1')).toHaveLength(5);
  });

  it('is asked about at once when an operator wants to know', async () => {
    const payment = await world.opened({ terms: { queryGapsMs: [hour] } });
    await payment.pays();
    await payment.asksNow();
    await payment.endsAs('issued');
    expect(payment.channelCalls).toEqual(['open C1', 'query C1']);
  });

  it('is not started a second time, neither while it runs nor after it has ended', async () => {
    const payment = await world.opened();
    await payment.starts();
    await payment.paysAndCallsBack();
    await payment.endsAs('issued');
    await payment.starts();
    await payment.endsAs('issued');
    expect(payment.channelCalls).toEqual(['open C1']);
  });
});

describe('a payment that nobody pays', () => {
  it.each(['qr', 'page'])('closes at expiry by query, close, query, within 150 events: %s', async (product) => {
    const payment = await world.opened({ product });
    await payment.endsAs('closed');
    expect((await payment.history()).length).toBeLessThanOrEqual(150);
    expect(payment.channelCalls).toContain('close C1');
    expect(payment.channelCalls.at(-1)).toBe('query C1');
    expect((await payment.record()).closeReason).toBe('expired unpaid');
  });

  it('closes without being closed by us when the channel has closed it', async () => {
    const payment = await world.opened();
    await payment.callback({ outcome: { kind: 'closed' } });
    await payment.endsAs('closed');
    expect(payment.channelCalls).toEqual(['open C1']);
  });

  it('is issued when the payer pays between the query and the close', async () => {
    const payment = await world.opened({ product: 'page', expiresInMs: 5 * minute });
    world.channel.onClose.next(async (really) => {
      await payment.pays();
      return really();
    });
    await world.pass(4 * minute);
    await payment.cancels();
    await payment.endsAs('issued');
    expect(payment.channelCalls.slice(-3)).toEqual(['query C1', 'close C1', 'query C1']);
  });

  it('is issued when money raced a close that the channel confirmed', async () => {
    const payment = await world.opened({ product: 'page' });
    world.channel.onClose.next(async (really) => {
      const closed = really();
      await payment.pays({ anyway: true });
      return closed;
    });
    await payment.cancels();
    await payment.endsAs('issued');
  });

  it('is issued when the last query before the close finds the money', async () => {
    const payment = await world.opened({ terms: { queryGapsMs: [hour] } });
    await world.pass(29 * minute);
    await payment.pays();
    await payment.endsAs('issued');
    expect(payment.channelCalls).toEqual(['open C1', 'query C1']);
  });

  it('closes only when the channel has said so, after hours without an answer', async () => {
    const payment = await world.opened({ product: 'page' });
    const untilMs = (await world.nowMs()) + 6 * hour;
    world.channel.onClose.until(untilMs, unheard);
    world.channel.onQuery.until(untilMs, silentQuery);
    await world.pass(5 * hour);
    expect((await payment.record()).status).toBe('closing');
    await payment.endsAs('closed');
  });

  it('is issued when it was paid while the channel did not answer', async () => {
    const payment = await world.opened({ product: 'page' });
    await payment.pays();
    world.channel.onClose.until((await world.nowMs()) + 6 * hour, unheard);
    world.channel.onQuery.until((await world.nowMs()) + 6 * hour, silentQuery);
    await payment.endsAs('issued');
  });

  it('waits for a person after a day of silence, then closes when the channel answers again', async () => {
    const payment = await world.opened({ product: 'page' });
    const untilMs = (await world.nowMs()) + 72 * hour;
    world.channel.onClose.until(untilMs, unheard);
    world.channel.onQuery.until(untilMs, silentQuery);
    expect(await payment.untilAttention(48 * hour, hour)).toMatchObject({ reason: 'channelSilent' });
    world.channel.calm();
    await payment.resolve('recheck');
    await payment.endsAs('closed');
  });

  it('is issued without a person when money is seen while one is waited for', async () => {
    const payment = await world.opened({ product: 'page' });
    world.channel.onClose.until((await world.nowMs()) + 72 * hour, unheard);
    world.channel.onQuery.until((await world.nowMs()) + 72 * hour, silentQuery);
    await payment.pays();
    await payment.untilAttention(48 * hour, hour);
    await payment.callback();
    await payment.endsAs('issued');
  });
});

describe('a payment that is cancelled', () => {
  it('closes when the wish comes before the channel has opened it', async () => {
    world.channel.onOpen.next(unheard, 999);
    const payment = await world.asked();
    await world.pass(1_500); // Between two tries, as above.
    await payment.cancels();
    await payment.endsAs('closed');
    expect((await payment.record()).closeReason).toContain('cancelled');
  });

  it.each(['qr', 'page'])('closes when nobody has paid: %s', async (product) => {
    const payment = await world.opened({ product });
    expect((await payment.cancels()).status).toBe('awaitingPayment');
    await payment.cancels('once more');
    await payment.endsAs('closed');
    expect((await payment.record()).closeReason).toBe('cancelled: the customer changed their mind');
  });

  it('is issued when money was first, whether we knew or not', async () => {
    const payment = await world.opened();
    await payment.pays();
    await payment.cancels();
    await payment.endsAs('issued');
    expect(payment.channelCalls).toEqual(['open C1', 'query C1']);
  });

  it('is issued when the wish comes after the money is known', async () => {
    const payment = await world.opened();
    world.core.downUntil((await world.nowMs()) + minute);
    await payment.paysAndCallsBack();
    await world.pass(1_000);
    expect((await payment.cancels()).status).toBe('paid');
    await payment.endsAs('issued');
    expect(await payment.timeline()).not.toContain('CancelRequested');
  });

  it.each([
    ['nobody has paid', false, 'closed'],
    ['somebody has paid', true, 'issued'],
  ] as const)('by an engineer in Temporal ends by the same rules when %s', async (_, isPaid, end) => {
    const payment = await world.opened();
    if (isPaid) await payment.pays();
    await payment.workflow.cancel();
    await payment.endsAs(end);
  });
});
