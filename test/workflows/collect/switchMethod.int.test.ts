import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { failures } from '../../../src/domain/failures.js';
import { searchAttributes } from '../../../src/workflows/saga/messages.js';
import { minute, premiumFen, SagaWorld } from '../../support/sagaWorld.js';
import { silentQuery } from '../../support/scriptedChannel.js';
import { unheard } from '../../support/twists.js';

/*
 | step       | fault                                   | must be undone  | ends                                  |
 |------------|-----------------------------------------|-----------------|---------------------------------------|
 | close old  | nobody paid it                          | the old charge  | the new one open, then issued         |
 | close old  | it was paid                             | the wish        | AlreadyPaid, issued                   |
 | close old  | it is paid while the channel is silent  | the wish        | AlreadyPaid, issued                   |
 | open new   | refused                                 | nothing         | NotPossibleNow, closed                |
 | afterwards | the old QR code is paid instead         | the new charge  | issued with the old                   |
 | afterwards | both are paid, at two channels          | the later money | issued, the later refunded there      |
 | close old  | its channel closes nothing              | nothing         | the new one open, the old one watched |
 | any        | the payment is not waiting to be paid   | nothing         | NotPossibleNow, nothing recorded      |
*/

let world: SagaWorld;
beforeAll(async () => {
  world = await SagaWorld.start();
});
beforeEach(() => world.calm());
afterAll(() => world.close());

const failsWith = (type: string) => ({ cause: { type } });

describe('a payer who wants another method', () => {
  it('gets it once the old charge is closed, and pays with it', async () => {
    const payment = await world.opened({ product: 'page' });
    expect((await payment.switchesTo('qr')).charge).toMatchObject({ outTradeNo: payment.outTradeNo(2), product: 'qr' });
    expect(payment.channelCalls).toEqual(['open C1', 'query C1', 'close C1', 'query C1', 'open C2']);
    await payment.paysAndCallsBack({ attempt: 2 });
    await payment.endsAs('issued');
    expect((await payment.record()).outTradeNo).toBe(payment.outTradeNo(2));
  });

  it('may change their mind again', async () => {
    const payment = await world.opened({ product: 'page' });
    await payment.switchesTo('qr');
    await payment.switchesTo('page');
    await payment.paysAndCallsBack({ attempt: 3 });
    await payment.endsAs('issued');
  });

  it('learns that they have paid already', async () => {
    const payment = await world.opened();
    await payment.pays();
    await expect(payment.switchesTo('page')).rejects.toMatchObject(failsWith(failures.alreadyPaid));
    await payment.endsAs('issued');
    expect(payment.channelCalls).toEqual(['open C1', 'query C1']);
  });

  it('learns at once that they paid while the channel did not answer, though the core is down', async () => {
    const payment = await world.opened({ product: 'page' });
    world.channel.onQuery.next(silentQuery, 99);
    world.channel.onClose.next(unheard, 99);
    world.core.downUntil((await world.nowMs()) + minute);
    const wish = payment.switchesTo('qr').catch((error: unknown) => error);
    await world.pass(1_000);
    await payment.paysAndCallsBack();
    expect(await wish).toMatchObject(failsWith(failures.alreadyPaid));
    expect(world.core.inForce(payment.paymentId)).toBeNull();
    await payment.endsAs('issued');
  });

  it('learns that it is not possible when the channel refuses, and the payment closes', async () => {
    const payment = await world.opened({ product: 'page' });
    world.channel.onOpen.next(() => ({ kind: 'refused', code: 'PRODUCT_NOT_SIGNED', message: 'no' }));
    await expect(payment.switchesTo('qr')).rejects.toMatchObject(failsWith(failures.notPossibleNow));
    await payment.endsAs('closed');
  });

  it('may still pay the old code: its money counts, and the new charge is closed', async () => {
    const payment = await world.opened();
    await payment.switchesTo('page');
    await payment.paysAndCallsBack({ attempt: 1 });
    await payment.endsAs('issued');
    expect((await payment.record()).outTradeNo).toBe(payment.outTradeNo(1));
    expect(payment.channelCalls.slice(-3)).toEqual(['query C2', 'close C2', 'query C2']);
  });

  it('is turned away, and nothing is recorded, when the payment waits for nobody to pay', async () => {
    const payment = await world.opened();
    world.core.downUntil((await world.nowMs()) + minute);
    await payment.paysAndCallsBack();
    await world.pass(1_000);
    const before = await payment.record();
    await expect(payment.switchesTo('page')).rejects.toMatchObject(failsWith(failures.notPossibleNow));
    expect(await payment.record()).toEqual(before);
    await payment.endsAs('issued');
  });

  it('gives way to a cancel that comes meanwhile', async () => {
    const payment = await world.opened({ product: 'page' });
    world.channel.onClose.next(unheard, 2);
    const wish = payment.switchesTo('qr').catch((error: unknown) => error);
    await payment.cancels();
    await world.pass(minute);
    expect(await wish).toMatchObject(failsWith(failures.notPossibleNow));
    await payment.endsAs('closed');
    expect(payment.channelCalls).not.toContain('open C2');
  });
});

describe('a payer who changes to another channel', () => {
  const slowly = { queryGapsMs: [40_000], refundGapsMs: [20_000], closeMarginMs: 5 * minute };

  it('pays there: another merchant, the cadence of that channel, and found under its name', async () => {
    const channel = world.otherChannel;
    const payment = await world.opened({ product: 'page' });
    const switchedMs = await world.nowMs();
    const { charge } = await payment.switchesTo('page', { channel, terms: slowly });
    expect(charge).toMatchObject({ outTradeNo: payment.outTradeNo(2), channel: 'wechatpay' });
    expect(payment.channelCalls).toEqual(['open C1', 'query C1', 'close C1', 'query C1']);
    expect(channel.callsFor(payment.paymentId)).toEqual(['open C2']);

    await payment.pays({ attempt: 2, channel });
    await payment.endsAs('issued');
    expect(channel.callsFor(payment.paymentId)).toEqual(['open C2', 'query C2']);
    expect((await world.nowMs()) - switchedMs).toBeGreaterThanOrEqual(40_000);
    expect(await payment.record()).toMatchObject({ method: { channel: 'wechatpay', product: 'page' } });
    const [first, second] = await world.records.charges.ofPayment(payment.paymentId);
    expect(first).toMatchObject({ channel: 'alipay', status: 'closed' });
    expect(second).toMatchObject({
      channel: 'wechatpay',
      status: 'paid',
      merchantId: channel.merchantId,
      terms: slowly,
    });
    const { typedSearchAttributes } = await payment.workflow.describe();
    expect(typedSearchAttributes.get(searchAttributes.channel)).toBe('wechatpay');
  });

  it('and has paid at the first one in the meantime gets no new charge', async () => {
    const payment = await world.opened({ product: 'page' });
    await payment.pays();
    await expect(payment.switchesTo('page', { channel: world.otherChannel })).rejects.toMatchObject(
      failsWith(failures.alreadyPaid),
    );
    await payment.endsAs('issued');
    expect(world.otherChannel.callsFor(payment.paymentId)).toEqual([]);
  });

  it('and pays at both gets the later money back, at the channel it came by', async () => {
    const channel = world.otherChannel;
    const payment = await world.opened(); // Nobody has scanned the code, so it could not be closed.
    await payment.switchesTo('page', { channel });
    await payment.paysAndCallsBack({ attempt: 2, channel });
    await payment.paysAndCallsBack({ attempt: 1 });
    await payment.endsAs('issued');
    expect(channel.heldFen(payment.outTradeNo(2))).toBe(premiumFen);
    expect(world.channel.heldFen(payment.outTradeNo(1))).toBe(0);
    expect(payment.channelCalls).toContain('refund C1R1');
    expect(channel.callsFor(payment.paymentId)).not.toContain('refund C2R1');
  });

  it('gets the money back there when the core refuses the policy', async () => {
    const channel = world.otherChannel;
    const payment = await world.opened({ product: 'page' });
    await payment.switchesTo('page', { channel, terms: slowly });
    world.core.refusesToIssue();
    await payment.paysAndCallsBack({ attempt: 2, channel });
    await payment.endsAs('refunded');
    expect(channel.heldFen(payment.outTradeNo(2))).toBe(0);
    expect(channel.callsFor(payment.paymentId)).toContain('refund C2R1');
  });
});

describe('a channel that closes nothing', () => {
  it('holds nobody back who changes to another, and what it is paid all the same goes back', async () => {
    world.channel.closes = false;
    const channel = world.otherChannel;
    const payment = await world.opened({ product: 'page' });
    await payment.switchesTo('page', { channel });
    await payment.paysAndCallsBack({ attempt: 2, channel });
    await payment.paysAndCallsBack({ attempt: 1 });
    await payment.endsAs('issued');
    expect(world.channel.heldFen(payment.outTradeNo(1))).toBe(0);
  });
});
