import { createVerify } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { noAnswer } from '../../../src/channels/channel.js';
import type { CombinedOrder, Combining } from '../../../src/channels/channel.js';
import type { WechatpaySettings } from '../../../src/channels/wechatpay/settings.js';
import { fen } from '../../../src/domain/money.js';
import {
  appId,
  keys,
  mchId,
  noon,
  notification,
  paidContent,
  platformSerial,
  scriptedPlatform,
  sealed,
  signedHeaders,
  wechatpay,
} from './support.js';
import type { ScriptedPlatform } from './support.js';

const lifeMchId = '1900000002';
const combineNo = 'P2026112200000001K1';
const [property, life] = [`${combineNo}I01`, `${combineNo}I02`];

const combined = (overrides: Partial<CombinedOrder> = {}): CombinedOrder => ({
  combineNo,
  orderedAt: '2026-11-22T06:00:00Z',
  expiresAt: '2026-11-22T06:30:00Z',
  product: 'qr',
  payer: { openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o', clientIp: '203.0.113.7' },
  children: [
    {
      outTradeNo: property,
      payee: { merchantId: mchId, appId },
      amountFen: fen(1_280_00),
      subject: '机动车 100% 保险',
    },
    {
      outTradeNo: life,
      payee: { merchantId: lifeMchId, appId: 'wx0000000000000002' },
      amountFen: fen(300_01),
      subject: '意外险',
    },
  ],
  ...overrides,
});

/** A sub order as a query and a notification tell it. */
const subOrder = (outTradeNo: string, merchant: string, amountFen: number, more: object = {}) => ({
  mchid: merchant,
  out_trade_no: outTradeNo,
  transaction_id: `42000000002026112200000000${outTradeNo.slice(-2)}`,
  trade_type: 'NATIVE',
  trade_state: 'SUCCESS',
  bank_type: 'OTHERS',
  attach: outTradeNo,
  success_time: '2026-11-22T14:05:09+08:00',
  amount: { total_amount: amountFen, payer_amount: amountFen, currency: 'CNY', payer_currency: 'CNY' },
  ...more,
});
const propertyPaid = subOrder(property, mchId, 1_280_00);
const lifePaid = subOrder(life, lifeMchId, 300_01);
const content = (change: object = {}) => ({
  combine_appid: appId,
  combine_mchid: mchId,
  combine_out_trade_no: combineNo,
  combine_transaction_id: '1008450740201411110005820873',
  sub_orders: [propertyPaid, lifePaid],
  ...change,
});
const paid = (amountFen: number, mark: string) => ({
  kind: 'paid',
  paidFen: amountFen,
  tradeNo: `42000000002026112200000000${mark}`,
  paidAt: '2026-11-22T06:05:09.000Z',
});
const bothPaid = [
  { outTradeNo: property, merchantId: mchId, outcome: paid(1_280_00, '01') },
  { outTradeNo: life, merchantId: lifeMchId, outcome: paid(300_01, '02') },
];

describe('combined payment at WeChat Pay', () => {
  let platform: ScriptedPlatform;
  beforeAll(async () => {
    platform = await scriptedPlatform();
  });
  afterAll(() => platform.close());

  const combining = (overrides: Partial<WechatpaySettings> = {}): Combining => {
    const { combining: found } = wechatpay({ gatewayUrl: platform.url, ...overrides });
    if (found === null) throw new Error('WeChat Pay has combined payment');
    return found;
  };
  const together = () => {
    const { together: calls } = combining();
    if (calls === null) throw new Error('its sub orders are known together only');
    return calls;
  };
  const json = (said: unknown, status = 200) => ({ status, body: JSON.stringify(said) });
  const calls = {
    open: () => combining().open(combined()),
    query: () => together().query(combined()),
    close: () => together().close(combined()),
  };
  type Call = keyof typeof calls;
  const everyCall = Object.keys(calls) as Call[];
  /** What a call comes to: of a query, what it says of the first child. */
  const resultOf = async (call: Call) => {
    const result = await calls[call]();
    return 'facts' in result ? result.facts[0]?.outcome : result;
  };

  it('says how it is used', () => {
    expect(combining()).toMatchObject({
      products: ['qr', 'jsapi', 'h5'],
      childrenMax: 50,
      account: { merchantId: '1900000001', appId: 'wx0000000000000001' },
    });
    expect(combining({ products: ['h5'] }).products).toEqual(['h5']);
    const { field, pattern } = combining().number;
    expect(field).toBe('combine_out_trade_no');
    for (const good of ['K1', 'a_-|*Z', 'K'.repeat(32)]) expect(good).toMatch(pattern);
    for (const bad of ['K', 'K'.repeat(33), 'K 1', 'K1@', '组合1', 'K1\n']) expect(bad).not.toMatch(pattern);
  });

  describe('what is sent', () => {
    const body = (end: string) =>
      '{"combine_appid":"wx0000000000000001","combine_mchid":"1900000001","combine_out_trade_no":"P2026112200000001K1",' +
      '"sub_orders":[{"mchid":"1900000001","out_trade_no":"P2026112200000001K1I01","attach":"P2026112200000001K1I01",' +
      '"description":"机动车 100% 保险","amount":{"total_amount":128000,"currency":"CNY"}},' +
      '{"mchid":"1900000002","out_trade_no":"P2026112200000001K1I02","attach":"P2026112200000001K1I02",' +
      '"description":"意外险","amount":{"total_amount":30001,"currency":"CNY"}}],' +
      `"time_expire":"2026-11-22T14:30:00+08:00","notify_url":"https://pay.example.com/v1/callbacks/wechatpay"${end}}`;
    const answers = {
      qr: { code_url: 'weixin://wxpay/bizpayurl?pr=1' },
      jsapi: { prepay_id: 'wx26112209103967' },
      h5: { h5_url: 'https://wx.tenpay.com/cgi-bin/mmpayweb-bin/checkmweb?prepay_id=wx26' },
    };

    it.each([
      ['qr', 'native', '', { kind: 'qr', code: 'weixin://wxpay/bizpayurl?pr=1' }],
      [
        'jsapi',
        'jsapi',
        ',"combine_payer_info":{"openid":"oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"}',
        { kind: 'script', parameters: { appId, package: 'prepay_id=wx26112209103967', signType: 'RSA' } },
      ],
      [
        'h5',
        'h5',
        ',"scene_info":{"payer_client_ip":"203.0.113.7","device_id":"premium-web","h5_info":{"type":"Wap"}}',
        { kind: 'redirect', url: 'https://wx.tenpay.com/cgi-bin/mmpayweb-bin/checkmweb?prepay_id=wx26' },
      ],
    ] as const)('%s: all of it in one order, signed over the very bytes', async (product, path, end, cashier) => {
      platform.answerWith(json(answers[product]));
      const result = await combining().open(combined({ product }));
      expect(result).toMatchObject({ kind: 'opened', cashier });
      const call = platform.calls.at(-1);
      expect(call).toMatchObject({ method: 'POST', url: `/v3/combine-transactions/${path}` });
      expect(call?.body).toBe(body(end));
      const [, nonce = '', signature = ''] =
        /nonce_str="([^"]+)".*signature="([^"]+)"/.exec(String(call?.headers['authorization'])) ?? [];
      const base = `POST\n/v3/combine-transactions/${path}\n1795327200\n${nonce}\n${body(end)}\n`;
      expect(createVerify('RSA-SHA256').update(base).verify(keys.publicKey('merchant'), signature, 'base64')).toBe(
        true,
      );
    });

    it('a repeat is the same byte for byte', async () => {
      platform.answerWith(json(answers.qr));
      await calls.open();
      await calls.open();
      const [first, second] = platform.calls.slice(-2);
      expect(first?.body).toContain(life);
      expect(second?.body).toBe(first?.body);
    });

    it('a query names the whole, and a close exactly its sub orders', async () => {
      platform.answerWith(json(content()));
      await calls.query();
      const path = '/v3/combine-transactions/out-trade-no/P2026112200000001K1';
      expect(platform.calls.at(-1)).toMatchObject({ method: 'GET', url: path, body: '' });
      platform.answerWith({ status: 204, body: '' });
      expect(await calls.close()).toEqual({ kind: 'closed' });
      expect(platform.calls.at(-1)).toMatchObject({
        method: 'POST',
        url: `${path}/close`,
        body:
          '{"combine_appid":"wx0000000000000001","sub_orders":[{"mchid":"1900000001","out_trade_no":"P2026112200000001K1I01"},' +
          '{"mchid":"1900000002","out_trade_no":"P2026112200000001K1I02"}]}',
      });
    });

    it('a product that is not configured is not opened', async () => {
      const before = platform.calls.length;
      const refused = await combining({ products: ['h5'] }).open(combined());
      expect(refused).toMatchObject({ kind: 'refused', code: 'PRODUCT_NOT_OFFERED' });
      expect(platform.calls.length).toBe(before);
    });
  });

  describe('what is said of each child', () => {
    const factsOf = async (change: object) => {
      platform.answerWith(json(content(change)));
      return (await calls.query()).facts;
    };

    it('all of them paid, with the bytes it was read from', async () => {
      platform.answerWith(json(content({ sub_orders: [lifePaid, propertyPaid] })));
      const reading = await calls.query();
      // In the order asked about, whatever the order told.
      expect(reading.facts).toEqual(bothPaid);
      expect(reading.raw).toMatchObject({ signature: 'valid', keyId: platformSerial });
      expect(reading.raw.body.toString()).toContain(combineNo);
    });

    it.each([
      ['SUCCESS', 'paid'],
      ['REFUND', 'returned'],
      ['NOTPAY', 'waiting'],
      ['PAYERROR', 'waiting'],
      ['CLOSED', 'closed'],
      ['A_STATE_OF_TOMORROW', 'unknown'],
    ])('by its own state: %s is %s, whatever the other is', async (state, kind) => {
      const [first, second] = await factsOf({ sub_orders: [propertyPaid, { ...lifePaid, trade_state: state }] });
      expect(first?.outcome).toEqual(paid(1_280_00, '01'));
      expect(second).toMatchObject({ outTradeNo: life, outcome: { kind } });
    });

    it('one that is missing, or named twice, is unknown, and the other is read', async () => {
      const unknown = {
        outTradeNo: life,
        merchantId: '',
        outcome: { kind: 'unknown', code: 'ANSWER_ABOUT_ANOTHER_ORDER' },
      };
      expect(await factsOf({ sub_orders: [propertyPaid] })).toEqual([bothPaid[0], unknown]);
      const twice = [propertyPaid, lifePaid, { ...lifePaid, mchid: mchId }];
      expect(await factsOf({ sub_orders: twice })).toEqual([bothPaid[0], unknown]);
    });

    it.each([
      ['with the amount of a plain order', { amount: { total: 300_01, currency: 'CNY' } }],
      ['of half a fen', { amount: { total_amount: 300.5, currency: 'CNY' } }],
      ['in another currency', { amount: { total_amount: 300_01, currency: 'USD' } }],
      ['without an amount', { amount: undefined }],
      ['without a time', { success_time: undefined }],
      ['without a number', { transaction_id: undefined }],
      ['without a merchant', { mchid: undefined }],
    ])('one that is paid %s is unknown, and the other is read', async (_what, change) => {
      const facts = await factsOf({ sub_orders: [propertyPaid, { ...lifePaid, ...change }] });
      const unknown = { outTradeNo: life, merchantId: '', outcome: { kind: 'unknown', code: 'MALFORMED_ANSWER' } };
      expect(facts).toEqual([bothPaid[0], unknown]);
    });

    it('another merchant that was paid is named as it is', async () => {
      const [, second] = await factsOf({ sub_orders: [propertyPaid, { ...lifePaid, mchid: '1999999999' }] });
      expect(second).toMatchObject({ merchantId: '1999999999', outcome: { kind: 'paid' } });
    });

    it.each([
      [{ combine_out_trade_no: 'P2026112200000002K1' }],
      [{ combine_mchid: lifeMchId }],
      [{ combine_appid: 'wx0000000000000002' }],
    ])('an answer about another combined order proves nothing of any: %j', async (change) => {
      const facts = await factsOf(change);
      expect(facts).toHaveLength(2);
      for (const { outcome, merchantId } of facts) {
        expect({ outcome, merchantId }).toEqual({
          outcome: { kind: 'unknown', code: 'ANSWER_ABOUT_ANOTHER_ORDER' },
          merchantId: '',
        });
      }
    });

    it('all are absent from a platform that has no such order', async () => {
      platform.answerWith(json({ code: 'ORDER_NOT_EXIST', message: '' }, 404));
      expect((await calls.query()).facts).toEqual([
        { outTradeNo: property, merchantId: '', outcome: { kind: 'absent' } },
        { outTradeNo: life, merchantId: '', outcome: { kind: 'absent' } },
      ]);
    });

    it('of silence there is nothing to keep', async () => {
      platform.answerWith();
      const { facts, raw } = await calls.query();
      expect(raw).toEqual(noAnswer);
      expect(facts.map(({ outcome }) => outcome)).toEqual([
        { kind: 'unknown', code: 'TIMEOUT' },
        { kind: 'unknown', code: 'TIMEOUT' },
      ]);
    });
  });

  describe.each(everyCall)('%s: nothing unsigned is believed', (call) => {
    const done: Record<Call, { status?: number; body: string }> = {
      open: json({ code_url: 'weixin://wxpay/bizpayurl?pr=1' }),
      query: json(content()),
      close: { status: 204, body: '' },
    };
    const refusal = json({ code: 'PARAM_ERROR', message: '' }, 400);
    const absence = json({ code: 'ORDER_NOT_EXIST', message: '' }, 404);

    it.each([
      ['success', done[call]],
      ['refusal', refusal],
      ['absence', absence],
    ])('a %s without a signature, signed for another body, or long ago', async (_what, answer) => {
      const headers = [
        {},
        signedHeaders(`${answer.body} `),
        signedHeaders(answer.body, { at: new Date(noon.getTime() - 301_000) }),
        signedHeaders(answer.body, { key: 'next-platform' }),
      ];
      for (const each of headers) {
        platform.answerWith({ ...answer, headers: each });
        expect(await resultOf(call)).toMatchObject({ kind: 'unknown' });
      }
    });

    it('a page of a proxy and nonsense', async () => {
      platform.answerWith({ status: 502, body: '<html>Bad Gateway</html>', headers: {} });
      expect(await resultOf(call)).toEqual({ kind: 'unknown', code: 'HTTP_502' });
      platform.answerWith({ status: 200, body: '{"half":' });
      expect(await resultOf(call)).toEqual({ kind: 'unknown', code: 'MALFORMED_ANSWER' });
    });
  });

  it.each<[Call, string, string]>([
    ['open', '400 PARAM_ERROR', 'refused'],
    ['open', '401 SIGN_ERROR', 'refused'],
    ['open', '403 NO_AUTH', 'refused'],
    ['open', '400 APPID_MCHID_NOT_MATCH', 'refused'],
    ['open', '400 MCH_NOT_EXISTS', 'refused'],
    ['open', '400 ORDER_CLOSED', 'refused'],
    ['open', '403 RULE_LIMIT', 'refused'],
    ['open', '403 TRADE_ERROR', 'refused'],
    ['open', '403 ACCOUNT_ERROR', 'refused'],
    ['open', '403 OPENID_MISMATCH', 'refused'],
    ['open', '400 INVALID_REQUEST', 'unknown'],
    ['open', '400 ORDER_PAID', 'unknown'],
    ['open', '403 OUT_TRADE_NO_USED', 'unknown'],
    ['open', '429 FREQUENCY_LIMITED', 'unknown'],
    ['open', '500 SYSTEM_ERROR', 'unknown'],
    ['open', '500 PARAM_ERROR', 'unknown'],
    ['open', '400 NEVER_HEARD_OF', 'unknown'],
    ['query', '404 ORDER_NOT_EXIST', 'absent'],
    ['query', '404 NOT_FOUND', 'absent'],
    ['query', '404 RESOURCE_NOT_EXISTS', 'absent'],
    ['query', '400 PARAM_ERROR', 'unknown'],
    ['query', '429 FREQUENCY_LIMITED', 'unknown'],
    ['query', '500 ORDER_NOT_EXIST', 'unknown'],
    ['query', '400 NEVER_HEARD_OF', 'unknown'],
    ['close', '404 ORDER_NOT_EXIST', 'absent'],
    ['close', '400 INVALID_REQUEST', 'notClosable'],
    ['close', '400 ORDER_PAID', 'notClosable'],
    ['close', '400 ORDER_CLOSED', 'notClosable'],
    ['close', '403 TRADE_ERROR', 'notClosable'],
    ['close', '429 FREQUENCY_LIMITED', 'unknown'],
    ['close', '500 SYSTEM_ERROR', 'unknown'],
    ['close', '400 NEVER_HEARD_OF', 'unknown'],
  ])('%s answered with %s is %s', async (call, answer, kind) => {
    const [status, code] = answer.split(' ');
    platform.answerWith(json({ code, message: '' }, Number(status)));
    expect(await resultOf(call)).toMatchObject({ kind });
  });
});

describe('a notification of a combined order', () => {
  const read = (change: object = {}) => wechatpay().readNotification(notification({ content: content(change) }));

  it('has a fact for each sub order, each with its merchant', () => {
    expect(read()).toEqual({
      kind: 'combined',
      notificationId: 'EV-1',
      combineNo,
      facts: bothPaid,
      signature: 'valid',
      keyId: platformSerial,
    });
  });

  it('of another merchant’s or another application’s order is rejected, though a sub order is ours', () => {
    expect(read({ combine_mchid: lifeMchId })).toMatchObject({ kind: 'rejected', reason: 'wrongMerchant' });
    expect(read({ combine_appid: 'wx0000000000000002' })).toMatchObject({ kind: 'rejected', reason: 'wrongApp' });
    expect(read({ combine_mchid: lifeMchId })).toMatchObject({ outTradeNo: combineNo, signature: 'valid' });
  });

  it('names the merchant of a sub order as it is, ours or not', () => {
    expect(read({ sub_orders: [propertyPaid, { ...lifePaid, mchid: '1999999999' }] })).toMatchObject({
      kind: 'combined',
      facts: [{ merchantId: mchId }, { outTradeNo: life, merchantId: '1999999999', outcome: { kind: 'paid' } }],
    });
  });

  it('reads each sub order by its own state', () => {
    expect(read({ sub_orders: [propertyPaid, { ...lifePaid, trade_state: 'PAYERROR' }] })).toMatchObject({
      facts: [{ outcome: { kind: 'paid' } }, { outcome: { kind: 'waiting' } }],
    });
  });

  it.each([
    ['without sub orders', { sub_orders: [] }],
    ['with the amount of a plain order', { sub_orders: [{ ...lifePaid, amount: { total: 300_01, currency: 'CNY' } }] }],
    ['in another currency', { sub_orders: [{ ...lifePaid, amount: { total_amount: 300_01, currency: 'USD' } }] }],
    ['without a time', { sub_orders: [{ ...lifePaid, success_time: undefined }] }],
    ['with one sub order that is none', { sub_orders: [propertyPaid, {}] }],
    ['with one number twice', { sub_orders: [lifePaid, { ...lifePaid, mchid: mchId }] }],
    ['without its merchant', { combine_mchid: undefined }],
    ['whose number is none', { combine_out_trade_no: 7 }],
  ])('%s is malformed', (_what, change) => {
    expect(read(change)).toMatchObject({ kind: 'rejected', reason: 'malformed', signature: 'valid' });
  });

  it('sealed for other associated data, or by another key, is malformed', () => {
    const otherwise = [
      { ...sealed(content()), associated_data: 'refund' },
      { ...sealed(content()), associated_data: undefined },
      sealed(content(), 'transaction', 'f'.repeat(32)),
    ];
    for (const resource of otherwise) {
      expect(wechatpay().readNotification(notification({ resource }))).toMatchObject({
        kind: 'rejected',
        reason: 'malformed',
      });
    }
    expect(wechatpay().readNotification(notification({ resource: sealed(content()) }))).toMatchObject({
      kind: 'combined',
    });
  });

  it('without a true signature is rejected', () => {
    const genuine = notification({ content: content() });
    const forged = { ...genuine, headers: signedHeaders('another body') };
    expect(wechatpay().readNotification(forged)).toMatchObject({ kind: 'rejected', reason: 'badSignature' });
  });

  it('leaves a plain one what it is', () => {
    expect(wechatpay().readNotification(notification({ content: paidContent }))).toMatchObject({ kind: 'charge' });
  });

  it('that was kept verifies again', () => {
    const kept = { kind: 'callback', ...notification({ content: content() }) } as const;
    expect(wechatpay().verify(kept)).toEqual({ signature: 'valid', keyId: platformSerial });
  });
});
