import { generateKeyPairSync, randomInt } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startAlipaySim } from '../../../sim/alipay/startAlipaySim.js';
import { alipayChannel } from '../../../src/channels/alipay/adapter.js';
import type { Channel, ChargeRef, CombinedOrder, RawNotification } from '../../../src/channels/channel.js';
import { fen } from '../../../src/domain/money.js';
import { callbackReceiver } from '../callbackReceiver.js';
import type { CallbackReceiver } from '../callbackReceiver.js';
import { controlOf } from '../controlOf.js';
import { alipayConfig, appId, keys, sellerId } from './support.js';

/** Long enough for a loaded machine to answer within, short enough to wait out. */
const timeoutMs = 1_500;
const life = generateKeyPairSync('rsa', { modulusLength: 2048 });
const lifeMerchant = { appId: '2021000000000002', sellerId: '2088000000000002' };

describe('merge payment against the simulator of Alipay', () => {
  let sim: Awaited<ReturnType<typeof startAlipaySim>>;
  let receiver: CallbackReceiver;
  let property: Channel;
  let lifeChannel: Channel;
  let control: ReturnType<typeof controlOf>;
  beforeAll(async () => {
    sim = await startAlipaySim({
      port: 0,
      ...{ appId, sellerId, signingKey: keys.privateKey('channel'), appPublicKey: keys.publicKey('app') },
      otherMerchants: [{ ...lifeMerchant, appPublicKey: life.publicKey }],
    });
    receiver = await callbackReceiver(() => property.acknowledgement('received'));
    const clock = { now: () => new Date() };
    const gatewayUrl = `${sim.url}/gateway.do`;
    property = alipayChannel(
      alipayConfig({ gatewayUrl, timeoutMs, notifyUrl: `${receiver.url}/v1/callbacks/alipay` }),
      clock,
    );
    const another = { ...lifeMerchant, name: 'alipay-life', appPrivateKey: life.privateKey };
    lifeChannel = alipayChannel(
      alipayConfig({ gatewayUrl, timeoutMs, notifyUrl: `${receiver.url}/v1/callbacks/alipay-life`, ...another }),
      clock,
    );
    control = controlOf(sim);
  });
  afterAll(async () => {
    await sim.close();
    await receiver.close();
  });

  const accountOf = (channel: Channel) => {
    if (channel.combining === null) throw new Error(`${channel.name} has merge payment`);
    return channel.combining.account;
  };
  const newOrder = (): CombinedOrder => {
    const combineNo = `P${Date.now()}${randomInt(1_000, 9_999)}K1`;
    return {
      ...{ combineNo, product: 'wap' },
      orderedAt: new Date().toISOString(),
      expiresAt: new Date(Date.now() + 30 * 60_000).toISOString(),
      payer: { openid: null, clientIp: null },
      children: [
        { outTradeNo: `${combineNo}I01`, payee: accountOf(property), amountFen: fen(1_280_00), subject: '机动车/甲' },
        { outTradeNo: `${combineNo}I02`, payee: accountOf(lifeChannel), amountFen: fen(300_01), subject: '意外险' },
      ],
    };
  };
  /** The payer's browser has opened the page. */
  const browsed = async (): Promise<CombinedOrder> => {
    const order = newOrder();
    const result = await property.combining?.open(order);
    if (result?.kind !== 'opened' || result.cashier.kind !== 'redirect') throw new Error('expected a redirect');
    const page = await fetch(result.cashier.url);
    expect(page.status).toBe(200);
    return order;
  };
  const childOf = (order: CombinedOrder, index: 0 | 1): ChargeRef => {
    const { orderedAt, expiresAt } = order;
    return { outTradeNo: order.children[index]?.outTradeNo ?? '', orderedAt, expiresAt };
  };
  const kindsOf = async (order: CombinedOrder) => [
    (await property.query(childOf(order, 0))).outcome.kind,
    (await lifeChannel.query(childOf(order, 1))).outcome.kind,
  ];
  const pay = (outTradeNo: string, how = {}) => control.control('POST', `/orders/${outTradeNo}/pay`, how);
  const toldOf = (outTradeNo: string): Promise<RawNotification> =>
    receiver.next(({ body }) => body.includes(outTradeNo));

  it('paid once, each child arrives at its seller, asked and told by its own application', async () => {
    const order = await browsed();
    expect(await kindsOf(order)).toEqual(['waiting', 'waiting']);
    await pay(childOf(order, 0).outTradeNo);
    expect(await kindsOf(order)).toEqual(['paid', 'paid']);

    const ours = await toldOf(childOf(order, 0).outTradeNo);
    expect(property.readNotification(ours)).toMatchObject({
      kind: 'charge',
      merchantId: sellerId,
      outcome: { kind: 'paid', paidFen: 1_280_00 },
    });
    // It comes to the address of who made the whole, and names the child's application.
    const theirs = await toldOf(childOf(order, 1).outTradeNo);
    expect(theirs.url).toBe('/v1/callbacks/alipay');
    expect(property.readNotification(theirs)).toMatchObject({ kind: 'rejected', reason: 'wrongApp' });
    expect(lifeChannel.readNotification(theirs)).toMatchObject({
      kind: 'charge',
      outTradeNo: childOf(order, 1).outTradeNo,
      merchantId: lifeMerchant.sellerId,
      outcome: { kind: 'paid', paidFen: 300_01 },
    });
  });

  it('that nobody has looked at is no trade, and is the same when it is asked for again', async () => {
    const order = newOrder();
    const first = await property.combining?.open(order);
    expect(first).toMatchObject({ kind: 'opened', cashier: { kind: 'redirect' } });
    expect(await kindsOf(order)).toEqual(['absent', 'absent']);
    expect(await property.combining?.open(order)).toMatchObject({ kind: 'opened' });
  });

  it('is closed child by child', async () => {
    const order = await browsed();
    expect(await property.close(childOf(order, 0))).toEqual({ kind: 'closed' });
    expect(await lifeChannel.close(childOf(order, 1))).toEqual({ kind: 'closed' });
    expect(await kindsOf(order)).toEqual(['closed', 'closed']);
  });

  it('one of whose children is a trade of another kind is not opened, and neither is the other', async () => {
    const order = newOrder();
    const { outTradeNo } = childOf(order, 1);
    const { payer, orderedAt, expiresAt } = order;
    const plain = { subject: '意外险', payer, orderedAt, expiresAt, outTradeNo, amountFen: fen(1), terminalId: null };
    await lifeChannel.open({ ...plain, product: 'qr' });
    expect(await property.combining?.open(order)).toMatchObject({ kind: 'unknown' });
    expect((await property.query(childOf(order, 0))).outcome).toEqual({ kind: 'absent' });
  });

  it('for a merchant the channel does not know is refused', async () => {
    const order = newOrder();
    const children = order.children.map((child) => ({
      ...child,
      payee: { ...child.payee, appId: '2021999999999999' },
    }));
    expect(await property.combining?.open({ ...order, children })).toMatchObject({ kind: 'refused' });
  });

  it.each(['timeoutBeforeEffect', 'timeoutAfterEffect', 'errorAfterEffect', 'badAnswerSignature', 'systemError'])(
    'in trouble is unknown, and asking again settles it: %s',
    async (trouble) => {
      const delay = trouble.startsWith('timeout') ? { delayMs: 10 * timeoutMs } : {};
      const order = newOrder();
      await control.fault(order.combineNo, { fault: trouble, method: 'alipay.trade.merge.precreate', ...delay });
      expect(await property.combining?.open(order)).toMatchObject({ kind: 'unknown' });
      expect(await property.combining?.open(order)).toMatchObject({ kind: 'opened' });
    },
  );

  it('is refunded child by child, each by its own application', async () => {
    const order = await browsed();
    await pay(childOf(order, 1).outTradeNo);
    const charge = childOf(order, 1);
    const { outcome } = await lifeChannel.query(charge);
    if (outcome.kind !== 'paid') throw new Error('the second child was paid');
    const refund = {
      charge,
      chargedFen: fen(300_01),
      ...{ tradeNo: outcome.tradeNo, paidAt: outcome.paidAt, requestedAt: new Date().toISOString() },
      ...{ refundNo: `${charge.outTradeNo}R11`, refundFen: fen(300_01), reason: 'the core refused the policy' },
    };
    expect(await property.refund(refund)).not.toMatchObject({ kind: 'refunded' });
    expect(await lifeChannel.refund(refund)).toMatchObject({ kind: 'refunded' });
    expect(await kindsOf(order)).toEqual(['paid', 'returned']);
  });
});
