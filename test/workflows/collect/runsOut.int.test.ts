import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { minute, SagaWorld } from '../../support/sagaWorld.js';

/*
 | step  | fault                        | must be undone | ends                                        |
 |-------|------------------------------|----------------|---------------------------------------------|
 | close | the channel closes nothing   | nothing        | closed; a last query once it cannot be paid |
 | after | it is paid before it expires | the payment    | refunded                                    |
*/

let world: SagaWorld;
beforeAll(async () => {
  world = await SagaWorld.start();
});
beforeEach(() => world.calm());
afterAll(() => world.close());

describe('a channel that closes nothing', () => {
  it('lets a cancelled order run out: closed at once, and watched until it can no longer be paid', async () => {
    world.channel.closes = false;
    const payment = await world.opened({ product: 'page' });
    await payment.cancels();
    await world.pass(1_000);
    expect(await payment.record()).toMatchObject({ status: 'closed' });
    const untilClosed = ['open C1', 'query C1', 'close C1', 'query C1'];
    await world.pass(20 * minute);
    expect(payment.channelCalls).toEqual(untilClosed);
    await world.pass(20 * minute);
    expect(payment.channelCalls).toEqual([...untilClosed, 'query C1']);
    await payment.endsAs('closed');
  });

  it('whose order is paid after that gives the money back by itself', async () => {
    world.channel.closes = false;
    const payment = await world.opened({ product: 'page' });
    await payment.cancels();
    await world.pass(1_000);
    await payment.paysAndCallsBack();
    await payment.ends();
    expect(await payment.record()).toMatchObject({ status: 'refunded' });
    expect(world.channel.heldFen(payment.outTradeNo())).toBe(0);
  });
});
