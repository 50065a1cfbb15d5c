import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  BY_LIFE,
  childrenNamed,
  combined,
  LIFE,
  lifeChild,
  MCH_ID,
  opened,
  ownChild,
  PLATFORM_SERIAL,
  signerOf,
  startMerchant,
} from '../support/wechatpay.js';
import type { TestMerchant } from '../support/wechatpay.js';

let merchant: TestMerchant;
beforeEach(async () => {
  merchant = await startMerchant();
});
afterEach(() => merchant.stop());

const bothAre = (state: string) => [
  { mchid: MCH_ID, out_trade_no: ownChild.out_trade_no, trade_state: state },
  { mchid: LIFE.mchId, out_trade_no: lifeChild.out_trade_no, trade_state: state },
];

describe('a combined order', () => {
  it('waits, and one payment pays each merchant its own', async () => {
    expect(await merchant.combine()).toMatchObject({ status: 200, body: { code_url: expect.any(String) as string } });
    const waiting = await merchant.queryCombined();
    expect(waiting).toMatchObject({ status: 200, signedWith: PLATFORM_SERIAL });
    expect(waiting.body).toMatchObject({ combine_mchid: MCH_ID, sub_orders: bothAre('NOTPAY') });
    expect(await merchant.payChild()).toMatchObject({ status: 200 });
    const { body: paid } = await merchant.queryCombined();
    expect(paid).toMatchObject({ combine_transaction_id: expect.any(String) as string });
    expect(paid['sub_orders']).toMatchObject([
      { attach: ownChild.attach, trade_state: 'SUCCESS', amount: { total_amount: 1_280_00, payer_amount: 1_280_00 } },
      { attach: lifeChild.attach, trade_state: 'SUCCESS', amount: { total_amount: 320_00, payer_amount: 320_00 } },
    ]);
    const numbers = (paid['sub_orders'] as { transaction_id: string }[]).map(({ transaction_id: id }) => id);
    expect(new Set(numbers).size).toBe(2);
  });

  it.each([
    ['jsapi', { combine_payer_info: { openid: 'oPayer' } }, 'prepay_id'],
    ['h5', { scene_info: { payer_client_ip: '127.0.0.1', h5_info: { type: 'Wap' } } }, 'h5_url'],
  ])('by %s is answered with what that way needs, and refused without it', async (way, content, answered) => {
    expect((await merchant.combine(content, {}, way)).body).toHaveProperty(answered);
    expect(await merchant.combine({ combine_out_trade_no: 'K2' }, {}, way)).toMatchObject({
      status: 400,
      body: { code: 'PARAM_ERROR' },
    });
  });

  it('asked for again is the same while it waits, and nothing else under its number', async () => {
    await merchant.combine();
    expect(await merchant.combine()).toMatchObject({ status: 200, body: { code_url: expect.any(String) as string } });
    expect(await merchant.combine({ sub_orders: [lifeChild, ownChild] })).toMatchObject({
      status: 403,
      body: { code: 'OUT_TRADE_NO_USED' },
    });
    await merchant.payChild();
    expect(await merchant.combine()).toMatchObject({ status: 400, body: { code: 'ORDER_PAID' } });
  });

  it('takes no child number that stands for another order, and then takes no child at all', async () => {
    await merchant.order({ out_trade_no: lifeChild.out_trade_no });
    expect(await merchant.combine()).toMatchObject({ status: 403, body: { code: 'OUT_TRADE_NO_USED' } });
    expect(await merchant.control('GET', `/orders/${ownChild.out_trade_no}`)).toMatchObject({ status: 404 });
  });

  it('has children whose numbers no plain order takes, before the payment or after it', async () => {
    await merchant.combine();
    const asked = { out_trade_no: ownChild.out_trade_no };
    const refusal = { status: 403, body: { code: 'OUT_TRADE_NO_USED' } };
    expect(await merchant.order(asked)).toMatchObject(refusal);
    await merchant.payChild();
    expect(await merchant.order(asked)).toMatchObject(refusal);
  });

  it.each([
    ['names a merchant nobody knows', { sub_orders: [{ ...ownChild, mchid: '1900000009' }] }, 'MCH_NOT_EXISTS'],
    ['is combined by another than who asks', { combine_mchid: LIFE.mchId }, 'APPID_MCHID_NOT_MATCH'],
    ['names an application of another', { combine_appid: LIFE.appId }, 'APPID_MCHID_NOT_MATCH'],
    ['has no children', { sub_orders: [] }, 'PARAM_ERROR'],
    ['would live for less than a minute', { time_expire: '2030-01-01T10:00:59+08:00' }, 'PARAM_ERROR'],
    ['has one child twice', { sub_orders: [ownChild, ownChild] }, 'PARAM_ERROR'],
    [
      "writes a child's amount as a plain order does",
      { sub_orders: [{ ...ownChild, amount: { total: 1, currency: 'CNY' } }] },
      'PARAM_ERROR',
    ],
    [
      'has more than fifty children',
      { sub_orders: Array.from({ length: 51 }, (_, at) => ({ ...ownChild, out_trade_no: `K1I000${at}` })) },
      'PARAM_ERROR',
    ],
  ])('that %s is refused', async (_why, content, code) => {
    expect(await merchant.combine(content)).toMatchObject({ status: 400, body: { code } });
  });

  it('is closed as a whole, by exactly its children, in any order', async () => {
    await merchant.combine();
    expect(await merchant.closeCombined([...childrenNamed].reverse())).toMatchObject({
      status: 204,
      body: {},
      signedWith: PLATFORM_SERIAL,
    });
    expect((await merchant.queryCombined()).body).toMatchObject({ sub_orders: bothAre('CLOSED') });
    expect(await merchant.payChild()).toMatchObject({ status: 409, body: { error: 'closed' } });
    expect(await merchant.combine()).toMatchObject({ status: 400, body: { code: 'ORDER_CLOSED' } });
  });

  it.each([
    ['a part of its children', childrenNamed.slice(0, 1)],
    ['a child of another merchant', childrenNamed.map((each) => ({ ...each, mchid: MCH_ID }))],
    ['one child more', [...childrenNamed, { mchid: MCH_ID, out_trade_no: 'K2026112500000001K1I03' }]],
  ])('is not closed by %s', async (_what, children) => {
    await merchant.combine();
    expect(await merchant.closeCombined(children)).toMatchObject({ status: 400, body: { code: 'INVALID_REQUEST' } });
    expect((await merchant.queryCombined()).body).toMatchObject({ sub_orders: bothAre('NOTPAY') });
  });

  it('is not closed in the name of another application', async () => {
    await merchant.combine();
    const path = `/v3/combine-transactions/out-trade-no/${combined.combine_out_trade_no}/close`;
    expect(await merchant.call('POST', path, { combine_appid: LIFE.appId, sub_orders: childrenNamed })).toMatchObject({
      status: 400,
      body: { code: 'APPID_MCHID_NOT_MATCH' },
    });
  });

  it('is not closed once it is paid, nor by half when the payer races the close', async () => {
    await merchant.combine();
    await merchant.control('POST', '/faults', { fault: 'payDuringClose', prefix: combined.combine_out_trade_no });
    expect(await merchant.closeCombined()).toMatchObject({ status: 400, body: { code: 'ORDER_PAID' } });
    expect((await merchant.queryCombined()).body).toMatchObject({ sub_orders: bothAre('SUCCESS') });
  });

  it('runs out as a whole', async () => {
    await merchant.combine();
    merchant.moveTo('2030-01-01T02:30:00Z');
    expect((await merchant.queryCombined()).body).toMatchObject({ sub_orders: bothAre('CLOSED') });
    expect(await merchant.payChild()).toMatchObject({ status: 409, body: { error: 'expired' } });
  });

  it('has children that are queried and closed with it only', async () => {
    await merchant.combine();
    const path = `/v3/pay/transactions/out-trade-no/${ownChild.out_trade_no}`;
    const refusal = { status: 400, body: { code: 'INVALID_REQUEST' } };
    expect(await merchant.call('GET', `${path}?mchid=${MCH_ID}`)).toMatchObject(refusal);
    expect(await merchant.call('POST', `${path}/close`, { mchid: MCH_ID })).toMatchObject(refusal);
    expect((await merchant.queryCombined()).body).toMatchObject({ sub_orders: bothAre('NOTPAY') });
  });

  it('is shown by its children, each with its merchant, its money and the calls it saw', async () => {
    await merchant.combine();
    await merchant.queryCombined();
    await merchant.payChild();
    const seen = { combineNo: combined.combine_out_trade_no, verbs: { open: 1, query: 1 } };
    expect(await merchant.childView(ownChild)).toMatchObject({ ...seen, merchantId: MCH_ID, paidFen: 1_280_00 });
    expect(await merchant.childView(lifeChild)).toMatchObject({ ...seen, merchantId: LIFE.mchId, paidFen: 320_00 });
  });

  it('is paid in one child only when somebody asks for what should never be', async () => {
    await merchant.combine();
    await merchant.payChild({ only: true });
    expect((await merchant.queryCombined()).body['sub_orders']).toMatchObject([
      { trade_state: 'SUCCESS' },
      { trade_state: 'NOTPAY' },
    ]);
    expect(await merchant.closeCombined()).toMatchObject({ status: 400, body: { code: 'ORDER_PAID' } });
  });

  it.each([combined.combine_out_trade_no, lifeChild.out_trade_no])('is troubled by a fault for %s', async (prefix) => {
    await merchant.control('POST', '/faults', { fault: 'errorBeforeEffect', method: 'open', prefix });
    await expect(merchant.combine()).rejects.toThrow(); // 503 in plain text
    expect((await merchant.control('GET', `/orders/${ownChild.out_trade_no}`)).status).toBe(404);
    expect((await merchant.combine()).status).toBe(200);
  });
});

describe('a fault for the number of the whole', () => {
  beforeEach(async () => {
    await merchant.combine();
  });

  it.each([
    ['query', () => merchant.queryCombined()],
    ['close', () => merchant.closeCombined()],
    ['refund', () => merchant.refundChild(lifeChild, {}, BY_LIFE)],
  ])('troubles its %s', async (method, call) => {
    if (method === 'refund') await merchant.payChild();
    const fault = { fault: 'systemError', method, outTradeNo: combined.combine_out_trade_no };
    await merchant.control('POST', '/faults', fault);
    expect(await call()).toMatchObject({ status: 500, body: { code: 'SYSTEM_ERROR' } });
    expect((await call()).status).toBeLessThan(300);
  });
});

describe('another merchant', () => {
  it('signs with its own key and sees its own orders only', async () => {
    const content = { appid: LIFE.appId, mchid: LIFE.mchId };
    expect(await merchant.order(content, BY_LIFE)).toMatchObject({ status: 200 });
    expect(await merchant.query()).toMatchObject({ status: 404, body: { code: 'ORDER_NOT_EXIST' } });
    expect(await merchant.close()).toMatchObject({ status: 404, body: { code: 'ORDER_NOT_EXIST' } });
    expect((await merchant.pay()).body).toMatchObject({
      merchantId: LIFE.mchId,
      verbs: { open: 1, query: 0, close: 0 },
    });
    expect(await merchant.refund('R1', 1_00)).toMatchObject({ status: 404, body: { code: 'RESOURCE_NOT_EXISTS' } });
  });

  it('is turned away with the certificate of the usual one', async () => {
    const change = { mchid: LIFE.mchId };
    expect(await merchant.order({}, change)).toMatchObject({ status: 401, body: { code: 'SIGN_ERROR' } });
  });

  it('neither queries nor closes what it has a child in, and does not combine under its number', async () => {
    await merchant.combine();
    expect(await merchant.queryCombined(BY_LIFE)).toMatchObject({ status: 404, body: { code: 'ORDER_NOT_EXIST' } });
    const path = `/v3/combine-transactions/out-trade-no/${combined.combine_out_trade_no}/close`;
    expect(
      await merchant.call('POST', path, { combine_appid: LIFE.appId, sub_orders: childrenNamed }, BY_LIFE),
    ).toMatchObject({ status: 404, body: { code: 'ORDER_NOT_EXIST' } });
    const asLife = { combine_appid: LIFE.appId, combine_mchid: LIFE.mchId };
    expect(await merchant.combine(asLife, BY_LIFE)).toMatchObject({ body: { code: 'OUT_TRADE_NO_USED' } });
    expect((await merchant.queryCombined()).body).toMatchObject({ sub_orders: bothAre('NOTPAY') });
    await merchant.payChild();
    expect(await merchant.combine(asLife, BY_LIFE)).toMatchObject({ body: { code: 'OUT_TRADE_NO_USED' } });
  });

  it('has a bill of its own, of which nobody else gets the file', async () => {
    await merchant.combine();
    await merchant.payChild();
    const applied = await merchant.call('GET', '/v3/bill/tradebill?bill_date=2030-01-01', undefined, BY_LIFE);
    const { pathname, search } = new URL(String(applied.body['download_url']));
    const file = await merchant.download(`${pathname}${search}`, BY_LIFE);
    expect(file).toContain(lifeChild.out_trade_no);
    expect(file).toContain(LIFE.mchId);
    expect(file).not.toContain(ownChild.out_trade_no);
    expect(await merchant.download(`${pathname}${search}`)).toContain('NO_AUTH');
  });
});

describe('a refund of a child', () => {
  beforeEach(async () => {
    await merchant.combine();
    await merchant.payChild();
  });

  it('is made by its merchant, of its own amount, and told to that merchant', async () => {
    await merchant.hasReceived(1);
    expect(await merchant.refundChild(lifeChild, {}, BY_LIFE)).toMatchObject({ body: { status: 'PROCESSING' } });
    expect((await merchant.queryCombined()).body['sub_orders']).toMatchObject([
      { trade_state: 'SUCCESS' },
      { trade_state: 'REFUND' },
    ]);
    expect(await merchant.childView(lifeChild)).toMatchObject({ refundedFen: 100_00 });
    expect(await merchant.childView(ownChild)).toMatchObject({ refundedFen: 0 });
    await merchant.hasReceived(2);
    const told = merchant.received[1]?.body ?? '';
    expect(() => opened(told)).toThrow();
    expect(opened(told, LIFE.apiV3Key)).toMatchObject({
      event: 'REFUND.SUCCESS',
      content: { mchid: LIFE.mchId, out_trade_no: lifeChild.out_trade_no },
    });
  });

  it('is made by nobody else', async () => {
    const refusal = { status: 404, body: { code: 'RESOURCE_NOT_EXISTS' } };
    expect(await merchant.refundChild(lifeChild, {})).toMatchObject(refusal);
    expect(await merchant.refundChild(ownChild, {}, BY_LIFE)).toMatchObject(refusal);
    await merchant.refundChild(lifeChild, {}, BY_LIFE);
    const path = `/v3/refund/domestic/refunds/${lifeChild.out_trade_no}R1`;
    expect(await merchant.call('GET', path)).toMatchObject(refusal);
    expect(await merchant.call('GET', path, undefined, BY_LIFE)).toMatchObject({ body: { status: 'SUCCESS' } });
  });

  it('is measured by the child and not by the whole', async () => {
    const whole = { total: 1_600_00 };
    expect(await merchant.refundChild(ownChild, whole)).toMatchObject({
      status: 400,
      body: { code: 'INVALID_REQUEST' },
    });
  });

  it('is troubled by a fault for its sibling not at all', async () => {
    const fault = { fault: 'refundRefused', prefix: lifeChild.out_trade_no };
    await merchant.control('POST', '/faults', fault);
    expect(await merchant.refundChild(ownChild, {})).toMatchObject({ status: 200 });
    expect(await merchant.refundChild(lifeChild, {}, BY_LIFE)).toMatchObject({ body: { code: 'NOT_ENOUGH' } });
  });
});

describe('the notification of a combined payment', () => {
  const firstContent = async () => {
    await merchant.hasReceived(1);
    return opened(merchant.received[0]?.body ?? '').content;
  };

  it('comes once, to who combines, with all that the combined query tells', async () => {
    await merchant.combine();
    await merchant.payChild();
    const content = await firstContent();
    expect(content).toEqual((await merchant.queryCombined()).body);
    const [{ headers, body } = { headers: {}, body: '' }] = merchant.received;
    expect(signerOf(headers, body)).toBe(PLATFORM_SERIAL);
    expect(opened(body).event).toBe('TRANSACTION.SUCCESS');
    const of = async (child: typeof ownChild) => (await merchant.childView(child))['notifications'];
    expect(await of(ownChild)).toHaveLength(1);
    expect(await of(lifeChild)).toEqual(await of(ownChild));
    expect(merchant.received).toHaveLength(1);
  });

  it.each([
    ['callbackWrongAmount', { amount: { total_amount: 320_01 } }],
    ['callbackWrongMerchant', { mchid: '1999999999' }],
  ])('is false by %s about the child it is asked of', async (fault, told) => {
    await merchant.control('POST', '/faults', { fault, prefix: lifeChild.out_trade_no });
    await merchant.combine();
    await merchant.payChild();
    expect((await firstContent())['sub_orders']).toMatchObject([
      { mchid: MCH_ID, amount: { total_amount: 1_280_00 } },
      told,
    ]);
  });

  it('tells of one child only when only that was paid', async () => {
    await merchant.combine();
    await merchant.payChild({ only: true });
    expect(await firstContent()).toMatchObject({ sub_orders: [{ trade_state: 'SUCCESS' }, { trade_state: 'NOTPAY' }] });
  });

  it('is lost by a fault for the number of the whole', async () => {
    await merchant.control('POST', '/faults', { fault: 'callbackLost', outTradeNo: combined.combine_out_trade_no });
    await merchant.combine();
    await merchant.payChild();
    expect((await merchant.childView(lifeChild))['notifications']).toMatchObject([{ state: 'lost' }]);
  });

  it('can be forged about an order nobody paid', async () => {
    await merchant.combine();
    await merchant.control('POST', `/orders/${lifeChild.out_trade_no}/notify`, { amountFen: 1 });
    expect(await firstContent()).toMatchObject({
      sub_orders: [{ trade_state: 'SUCCESS' }, { trade_state: 'SUCCESS', amount: { total_amount: 1 } }],
    });
    expect((await merchant.queryCombined()).body).toMatchObject({ sub_orders: bothAre('NOTPAY') });
  });
});
