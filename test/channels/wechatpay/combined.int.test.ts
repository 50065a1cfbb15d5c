import { generateKeyPairSync, randomInt } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWechatpaySim } from '../../../sim/wechatpay/startWechatpaySim.js';
import type { Channel, CombinedOrder, RawNotification } from '../../../src/channels/channel.js';
import { wechatpayChannel } from '../../../src/channels/wechatpay/adapter.js';
import { fen } from '../../../src/domain/money.js';
import { callbackReceiver } from '../callbackReceiver.js';
import type { CallbackReceiver } from '../callbackReceiver.js';
import { controlOf } from '../controlOf.js';
import {
  apiV3Key,
  appId,
  keys,
  mchId,
  merchantSerial,
  nextSerial,
  platformSerial,
  wechatpaySettings,
} from './support.js';

/** Long enough for a loaded machine to answer within, short enough to wait out. */
const timeoutMs = 1_500;
const life = generateKeyPairSync('rsa', { modulusLength: 2048 });
const lifeMerchant = {
  mchId: '1900000002',
  appId,
  merchantSerial: '7A00000000000000000000000000000000000002',
  apiV3Key: 'fedcba9876543210fedcba9876543210',
};

describe('combined payment against the simulator of WeChat Pay', () => {
  let sim: Awaited<ReturnType<typeof startWechatpaySim>>;
  let receiver: CallbackReceiver;
  let property: Channel;
  let lifeChannel: Channel;
  let control: ReturnType<typeof controlOf>;
  beforeAll(async () => {
    sim = await startWechatpaySim({
      port: 0,
      ...{ mchId, appId, apiV3Key, merchantSerial, merchantPublicKey: keys.publicKey('merchant') },
      otherMerchants: [{ ...lifeMerchant, merchantPublicKey: life.publicKey }],
      keys: [
        { serial: platformSerial, privateKey: keys.privateKey('platform') },
        { serial: nextSerial, privateKey: keys.privateKey('next-platform') },
      ],
    });
    receiver = await callbackReceiver(() => property.acknowledgement('received'));
    const clock = { now: () => new Date() };
    const reached = { gatewayUrl: sim.url, timeoutMs, notifyUrl: `${receiver.url}/v1/callbacks/wechatpay` };
    property = wechatpayChannel(wechatpaySettings(reached), clock);
    const another = { ...lifeMerchant, apiV3Key: Buffer.from(lifeMerchant.apiV3Key), name: 'wechatpay-life' };
    lifeChannel = wechatpayChannel(
      wechatpaySettings({ ...reached, ...another, merchantPrivateKey: life.privateKey }),
      clock,
    );
    control = controlOf(sim);
  });
  afterAll(async () => {
    await sim.close();
    await receiver.close();
  });

  const accountOf = (channel: Channel) => {
    if (channel.combining === null) throw new Error(`${channel.name} has combined payment`);
    return channel.combining.account;
  };
  const newOrder = (product = 'qr'): CombinedOrder => {
    const combineNo = `P${Date.now()}${randomInt(1_000, 9_999)}K1`;
    return {
      ...{ combineNo, product, subject: '保险组合' },
      orderedAt: new Date().toISOString(),
      expiresAt: new Date(Date.now() + 30 * 60_000).toISOString(),
      payer: { openid: 'oUpF8uMuAJO0M2pxb1Q9zNjWeS6o', clientIp: '203.0.113.7' },
      children: [
        { outTradeNo: `${combineNo}I01`, payee: accountOf(property), amountFen: fen(1_280_00), subject: '机动车 100%' },
        { outTradeNo: `${combineNo}I02`, payee: accountOf(lifeChannel), amountFen: fen(300_01), subject: '意外险' },
      ],
    };
  };
  const opened = async (product?: string): Promise<CombinedOrder> => {
    const order = newOrder(product);
    const result = await property.combining?.open(order);
    if (result?.kind !== 'opened') throw new Error(`${order.combineNo} was not opened`);
    return order;
  };
  const [first, second] = [0, 1].map((index) => (order: CombinedOrder) => order.children[index]?.outTradeNo ?? '') as [
    (order: CombinedOrder) => string,
    (order: CombinedOrder) => string,
  ];
  const factsOf = async (order: CombinedOrder) => (await property.combining?.together?.query(order))?.facts;
  const kindsOf = async (order: CombinedOrder) => (await factsOf(order))?.map(({ outcome }) => outcome.kind);
  const pay = (outTradeNo: string, how = {}) => control.control('POST', `/orders/${outTradeNo}/pay`, how);
  /** The channel seals what it tells: only a reader with the key knows what it is about. */
  const toldOf = ({ combineNo }: CombinedOrder): Promise<RawNotification> =>
    receiver.next((told) => {
      const read = property.readNotification(told);
      return read.kind === 'combined' && read.combineNo === combineNo;
    });

  it.each(['qr', 'jsapi', 'h5'])(
    '%s: paid once, each child arrives at its merchant, told and asked alike',
    async (product) => {
      const order = await opened(product);
      expect(await kindsOf(order)).toEqual(['waiting', 'waiting']);
      await pay(first(order));
      const facts = await factsOf(order);
      expect(facts).toMatchObject([
        { outTradeNo: first(order), merchantId: mchId, outcome: { kind: 'paid', paidFen: 1_280_00 } },
        { outTradeNo: second(order), merchantId: lifeMerchant.mchId, outcome: { kind: 'paid', paidFen: 300_01 } },
      ]);
      const told = await toldOf(order);
      expect(property.readNotification(told)).toMatchObject({ kind: 'combined', combineNo: order.combineNo, facts });
      expect(lifeChannel.readNotification(told)).toMatchObject({ kind: 'rejected' });
    },
  );

  it('opened twice under one number is one order, and stays closed once it is', async () => {
    const order = await opened();
    expect(await property.combining?.open(order)).toMatchObject({ kind: 'opened' });
    expect(await property.combining?.together?.close(order)).toEqual({ kind: 'closed' });
    expect(await kindsOf(order)).toEqual(['closed', 'closed']);
    expect(await property.combining?.open(order)).toMatchObject({ kind: 'refused' });
  });

  it('paid, or not as it was made, is not closed', async () => {
    const order = await opened();
    const part = { ...order, children: order.children.slice(1) };
    expect(await property.combining?.together?.close(part)).toMatchObject({ kind: 'notClosable' });
    expect(await kindsOf(order)).toEqual(['waiting', 'waiting']);
    await pay(second(order));
    expect(await property.combining?.together?.close(order)).toMatchObject({ kind: 'notClosable' });
    expect(await kindsOf(order)).toEqual(['paid', 'paid']);
  });

  it('that was never made is absent', async () => {
    expect(await kindsOf(newOrder())).toEqual(['absent', 'absent']);
    expect(await property.combining?.together?.close(newOrder())).toEqual({ kind: 'absent' });
  });

  it('whose children fared differently is told apart', async () => {
    const order = await opened();
    await pay(second(order), { only: true });
    expect(await kindsOf(order)).toEqual(['waiting', 'paid']);
  });

  it.each(['timeoutBeforeEffect', 'timeoutAfterEffect', 'errorAfterEffect', 'badAnswerSignature', 'unsignedError'])(
    'in trouble is unknown, and asking again settles it: %s',
    async (trouble) => {
      const delay = trouble.startsWith('timeout') ? { delayMs: 10 * timeoutMs } : {};
      const order = newOrder();
      await control.fault(order.combineNo, { fault: trouble, method: 'open', ...delay });
      expect(await property.combining?.open(order)).toMatchObject({ kind: 'unknown' });
      expect(await property.combining?.open(order)).toMatchObject({ kind: 'opened' });
      await control.fault(order.combineNo, { fault: trouble, method: 'query', ...delay });
      expect(await kindsOf(order)).toEqual(['unknown', 'unknown']);
      expect(await kindsOf(order)).toEqual(['waiting', 'waiting']);
    },
  );

  it('is refunded child by child, each by its own merchant', async () => {
    const order = await opened();
    await pay(first(order));
    const paid = (await factsOf(order))?.[1]?.outcome;
    const child = order.children[1];
    if (paid?.kind !== 'paid' || child === undefined) throw new Error('the second child was paid');
    const refund = {
      charge: { ...child, orderedAt: order.orderedAt, expiresAt: order.expiresAt },
      chargedFen: child.amountFen,
      ...{ tradeNo: paid.tradeNo, paidAt: paid.paidAt, requestedAt: new Date().toISOString() },
      ...{ refundNo: `${child.outTradeNo}R11`, refundFen: child.amountFen, reason: 'the core refused the policy' },
    };
    expect(await property.refund(refund)).not.toMatchObject({ kind: 'pending' });
    expect(await lifeChannel.refund(refund)).toMatchObject({ kind: 'pending' });
    expect(await lifeChannel.queryRefund(refund)).toMatchObject({ kind: 'refunded' });
    expect(await kindsOf(order)).toEqual(['paid', 'returned']);
  });
});
