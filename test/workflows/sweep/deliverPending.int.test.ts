import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { minute, SagaWorld } from '../../support/sagaWorld.js';

/*
 | step           | fault                                     | must be undone | ends                               |
 |----------------|-------------------------------------------|----------------|------------------------------------|
 | start          | we die between storing and starting       | nothing        | issued                             |
 | callback       | we die between storing and telling        | nothing        | issued, without a query            |
 | late callback  | the same, after the payment had ended     | the money      | refunded                           |
 | refund         | we die between reserving and starting     | nothing        | refunded                           |
 | sweep          | all of it a second time                   | nothing        | as before                          |
*/

let world: SagaWorld;
beforeAll(async () => {
  world = await SagaWorld.start();
});
beforeEach(() => world.calm());
afterAll(() => world.close());

const nothing = { payments: 0, refunds: 0, evidence: 0 };

describe('the sweep', () => {
  it('starts a payment that was registered and never started', async () => {
    const payment = await world.asked({ start: false });
    await world.pass(minute);
    expect(await world.sweep()).toEqual({ ...nothing, payments: 1 });
    await payment.untilOpen();
    await payment.paysAndCallsBack();
    await payment.endsAs('issued');
    expect(await world.sweep()).toMatchObject({ payments: 0 });
  });

  it('brings a callback that was stored and never told', async () => {
    const payment = await world.opened({ terms: { queryGapsMs: [10 * minute] } });
    await payment.pays();
    await payment.storesCallback();
    await world.pass(minute);
    await world.sweep();
    await payment.endsAs('issued');
    expect(payment.channelCalls).toEqual(['open C1']);
    await world.pass(minute);
    expect(await world.sweep()).toEqual(nothing);
  });

  it('brings each callback to its own channel’s charge', async () => {
    const terms = { queryGapsMs: [20 * minute] };
    const [stayed, changed] = [await world.opened({ terms }), await world.opened({ terms, product: 'page' })];
    await changed.switchesTo('page', { channel: world.otherChannel, terms });
    await stayed.pays();
    await changed.pays({ attempt: 2, channel: world.otherChannel });
    await stayed.storesCallback();
    await changed.storesCallback({ attempt: 2, channel: world.otherChannel });
    await world.pass(minute);
    expect(await world.sweep()).toEqual({ ...nothing, evidence: 2 });
    await stayed.endsAs('issued');
    await changed.endsAs('issued');
    expect(await changed.bookFen()).toMatchObject({ 'channelReceivable:wechatpay': 1_280_00 });
  });

  it('leaves what is fresh to the request that stored it', async () => {
    const payment = await world.opened();
    await payment.pays();
    await payment.storesCallback();
    expect(await world.sweep()).toEqual(nothing);
    await payment.endsAs('issued');
  });

  it('brings late money to its own workflow', async () => {
    const payment = await world.opened({ product: 'page' });
    await payment.cancels();
    await payment.endsAs('closed');
    await payment.pays({ anyway: true });
    await payment.storesCallback();
    await world.pass(minute);
    await world.sweep();
    await payment.endsAs('refunded');
  });

  it('starts a refund that was reserved and never started', async () => {
    const payment = await world.opened();
    await payment.paysAndCallsBack();
    await payment.endsAs('issued');
    await payment.refunds({ refundId: 'A', amountFen: 100_00, start: false });
    await world.pass(minute);
    expect(await world.sweep()).toMatchObject({ refunds: 1 });
    await payment.endsAs('issued');
    expect(payment.channelCalls.at(-1)).toBe('refund C1R1');
  });
});
