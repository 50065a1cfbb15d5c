import { createVerify } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CombinedOrder, Combining } from '../../../src/channels/channel.js';
import type { AlipaySettings } from '../../../src/channels/alipay/settings.js';
import { fen } from '../../../src/domain/money.js';
import { alipay, appId, keys, notification, paidFields, scriptedGateway, sellerId, signedAnswer } from './support.js';
import type { ScriptedGateway } from './support.js';

const method = 'alipay.trade.merge.precreate';
const lifeAppId = '2021000000000002';
const lifeSellerId = '2088000000000002';
const combineNo = 'P2026112200000001K1';
const [property, life] = [`${combineNo}I01`, `${combineNo}I02`];

const combined = (overrides: Partial<CombinedOrder> = {}): CombinedOrder => ({
  combineNo,
  orderedAt: '2026-11-22T06:00:00Z',
  expiresAt: '2026-11-22T06:30:00Z',
  product: 'wap',
  payer: { openid: null, clientIp: null },
  children: [
    {
      outTradeNo: property,
      payee: { merchantId: sellerId, appId },
      amountFen: fen(1_280_00),
      subject: '机动车 100% 保险/甲',
    },
    {
      outTradeNo: life,
      payee: { merchantId: lifeSellerId, appId: lifeAppId },
      amountFen: fen(300_01),
      subject: '意外险',
    },
  ],
  ...overrides,
});

/** What is said of one child. */
const result = (outTradeNo: string, more: object = {}) => ({
  app_id: outTradeNo === life ? lifeAppId : appId,
  out_trade_no: outTradeNo,
  success: true,
  result_code: 'SUCCESS',
  ...more,
});
const ok = (results: unknown, more: object = {}) => ({
  code: '10000',
  msg: 'Success',
  pre_order_no: '20261122000001',
  out_merge_no: combineNo,
  order_detail_results: results,
  ...more,
});

describe('merge payment at Alipay', () => {
  let gateway: ScriptedGateway;
  beforeAll(async () => {
    gateway = await scriptedGateway();
  });
  afterAll(() => gateway.close());

  const combining = (overrides: Partial<AlipaySettings> = {}): Combining => {
    const { combining: found } = alipay({ gatewayUrl: gateway.url, timeoutMs: 500, ...overrides });
    if (found === null) throw new Error('Alipay has merge payment');
    return found;
  };
  const answered = (inner: object) => {
    gateway.answerWith(signedAnswer(method, inner));
    return combining().open(combined());
  };

  it('says how it is used: on mobile web, with children that are asked about by themselves', () => {
    expect(combining()).toMatchObject({
      products: ['wap'],
      account: { merchantId: '2088000000000001', appId: '2021000000000001' },
      together: null,
    });
    expect(combining().childrenMax).toBeGreaterThanOrEqual(2);
    const { field, pattern } = combining().number;
    expect(field).toBe('out_merge_no');
    expect(combineNo).toMatch(pattern);
    for (const bad of ['', 'K'.repeat(33), 'K-1', 'K 1', '组合1']) expect(bad).not.toMatch(pattern);
  });

  it('a merchant without mobile web makes no combined order, and can be paid by one', async () => {
    const onlyQr = combining({ products: ['qr', 'page'] });
    expect(onlyQr).toMatchObject({ products: [], account: { merchantId: sellerId, appId } });
    const before = gateway.calls.length;
    expect(await onlyQr.open(combined())).toMatchObject({ kind: 'refused', code: 'PRODUCT_NOT_OFFERED' });
    for (const product of ['qr', 'page']) {
      expect(await combining().open(combined({ product }))).toMatchObject({ code: 'PRODUCT_NOT_OFFERED' });
    }
    expect(gateway.calls.length).toBe(before);
  });

  /** Base strings written out by hand and signed with `openssl dgst -sha256 -sign` and the test keys, outside this code. */
  describe('what is sent and what comes back', () => {
    const textOf = (parameters: ReadonlyMap<string, string>) => ({
      base: [...parameters.keys()]
        .filter((name) => name !== 'sign')
        .sort()
        .map((name) => `${name}=${parameters.get(name) ?? ''}`)
        .join('&'),
      sign: parameters.get('sign'),
    });

    it('each child with its application and its seller; the answer’s characters are believed; the page is signed', async () => {
      gateway.answerWith(
        '{"alipay_trade_merge_precreate_response":{"code":"10000","msg":"Success","out_merge_no":"P2026112200000001K1",' +
          '"pre_order_no":"2026112200\\/0001","order_detail_results":[{"app_id":"2021000000000002",' +
          '"out_trade_no":"P2026112200000001K1I02","success":true,"result_code":"SUCCESS"},{"app_id":"2021000000000001",' +
          '"out_trade_no":"P2026112200000001K1I01","success":true}]},"sign":"cUFCRQ6ukpZtc2GoRLizqq4l790Hzp79z8NFpXj/r5EqbgSr144Aoid9jqeCFoifsv5G23zTMXXpqUXcr77LSQ2sG3PtGwpIXARDYyIY2zqjCPSbwF1g57P53l8sffOZasJd29nNL0TnZGL5gpBbpcFrLNW4Q3ch398IQqYvx1ZtuJhdCiTkcLcaxCwp6/VKmdehfzJShT7A7xnL7KV/ZDrzc4ZiXHcE7nW3Lnu0HqOB66eu2ndYvl1I64WckuU32EVo/6qSEfmt0EakD5SL7BYEQnsbyn1mSVGK6d0Ft9s5TxbSUIRR3ha/cCkyJdz3RTrA5fSZTeB+3MWBHtx1tg=="}',
      );
      const opened = await combining({ returnUrl: 'https://www.example.com/paid' }).open(combined());
      expect(textOf(gateway.calls.at(-1) ?? new Map())).toEqual({
        base:
          'app_id=2021000000000001&biz_content={"out_merge_no":"P2026112200000001K1","time_expire":"2026-11-22 14:30:00",' +
          '"order_details":[{"app_id":"2021000000000001","out_trade_no":"P2026112200000001K1I01",' +
          '"seller_id":"2088000000000001","product_code":"QUICK_WAP_WAY","total_amount":"1280.00",' +
          '"subject":"机动车 100% 保险／甲"},{"app_id":"2021000000000002","out_trade_no":"P2026112200000001K1I02",' +
          '"seller_id":"2088000000000002","product_code":"QUICK_WAP_WAY","total_amount":"300.01","subject":"意外险"}]}' +
          '&charset=utf-8&method=alipay.trade.merge.precreate&notify_url=https://pay.example.com/v1/callbacks/alipay' +
          '&sign_type=RSA2&timestamp=2026-11-22 14:00:00&version=1.0',
        sign: 'CDWo2YR177iHSzWRntfcow/zmFzsbHa7zp38Fan/qoK8MsymnPre6do840MkLIHk3aAJxIF+8/hx6vmPn+EhCj+xHkXsD1d38+Ji6PwAW+D3gGYYPnEzut93B56aRjWIT5k92cqL1LVjvEUwB8Jwdite+K1OxmP/s84crxNFPdWm4kxrWL4u60pT1vC7CxI+j8f+pGPwX6+4AlAYSdiNjuAteFzaJJ2wcP1jS3CvosCD7CWXTMDFIW/F00heJYYfY52N+xA+3UjkuXIFpKT71HXChGp5+uyYHjQHELKlHDqcM7hi40lxdmE5yYGS180axFCUzWODObtwX3AdzUQo9g==',
      });
      if (opened.kind !== 'opened' || opened.cashier.kind !== 'redirect') throw new Error('expected a redirect');
      const page = new URL(opened.cashier.url);
      expect(`${page.origin}${page.pathname}`).toBe(gateway.url);
      const { base, sign = '' } = textOf(new Map(page.searchParams));
      // The SDK adds its own name and version, which change with it: verified with the public key instead.
      expect(base.replace(/^alipay_sdk=[\w.-]+&/, '')).toBe(
        'app_id=2021000000000001&biz_content={"pre_order_no":"2026112200/0001"}&charset=utf-8' +
          '&method=alipay.trade.wap.merge.pay&notify_url=https://pay.example.com/v1/callbacks/alipay' +
          '&return_url=https://www.example.com/paid&sign_type=RSA2&timestamp=2026-11-22 14:00:00&version=1.0',
      );
      expect(createVerify('RSA-SHA256').update(base, 'utf8').verify(keys.publicKey('app'), sign, 'base64')).toBe(true);
    });

    it('a repeat carries the same business parameters byte for byte', async () => {
      await combining().open(combined());
      await combining().open(combined());
      const [first, second] = gateway.calls.slice(-2).map((each) => each.get('biz_content'));
      expect(first).toContain(life);
      expect(second).toBe(first);
    });
  });

  describe('is opened when the channel says so of every child', () => {
    it.each([
      ['in any order', ok([result(life), result(property)])],
      [
        'without out_merge_no, where all-or-nothing is not contracted',
        ok([result(property), result(life)], { out_merge_no: undefined }),
      ],
      ['in words', ok([result(property, { success: 'true' }), result(life)])],
    ])('%s', async (_what, inner) => {
      expect(await answered(inner)).toMatchObject({ kind: 'opened', cashier: { kind: 'redirect' } });
    });

    it.each([
      ['one is not named', ok([result(property)])],
      ['one is named twice', ok([result(property), result(property)])],
      ['one is named too many', ok([result(property), result(life), result('P2026112200000002K1I01')])],
      ['one has another application', ok([result(property), result(life, { app_id: appId })])],
      ['it is about another order', ok([result(property), result(life)], { out_merge_no: 'P2026112200000002K1' })],
    ])('not when %s', async (_what, inner) => {
      expect(await answered(inner)).toEqual({ kind: 'unknown', code: 'ANSWER_ABOUT_ANOTHER_ORDER' });
    });

    it.each([
      ['there are no results', ok(undefined)],
      ['there are none in them', ok([])],
      ['one says nothing of success', ok([result(property), result(life, { success: undefined })])],
      ['one says something else', ok([result(property), result(life, { success: 'Y' })])],
      ['there is nothing to pay by', ok([result(property), result(life)], { pre_order_no: undefined })],
    ])('not when %s', async (_what, inner) => {
      expect(await answered(inner)).toEqual({ kind: 'unknown', code: 'MALFORMED_ANSWER' });
    });
  });

  const refusing = ['ACQ.INVALID_PARAMETER', 'ACQ.ACCESS_FORBIDDEN', 'ACQ.EXIST_FORBIDDEN_WORD', 'ACQ.PARTNER_ERROR'];
  refusing.push('ACQ.TOTAL_FEE_EXCEED', 'ACQ.SELLER_BEEN_BLOCKED', 'ACQ.TRADE_HAS_CLOSE');
  const doubtful = ['ACQ.TRADE_HAS_SUCCESS', 'ACQ.CONTEXT_INCONSISTENT', 'ACQ.SYSTEM_ERROR', 'ACQ.NEVER_HEARD_OF'];
  doubtful.push('constructor', '__proto__');
  const failedWith = (code: string) => result(life, { success: false, result_code: code });

  it.each(refusing)('%s refuses, said of the whole or of one child', async (code) => {
    expect(await answered({ code: '40004', msg: 'Business Failed', sub_code: code })).toMatchObject({
      kind: 'refused',
      code,
    });
    expect(await answered(ok([result(property), failedWith(code)]))).toMatchObject({ kind: 'refused', code });
  });

  it.each(doubtful)('%s refuses nothing, said of the whole or of one child', async (code) => {
    expect(await answered({ code: '40004', msg: 'Business Failed', sub_code: code })).toEqual({
      kind: 'unknown',
      code,
    });
    expect(await answered(ok([result(property), failedWith(code)]))).toEqual({ kind: 'unknown', code });
  });

  it('what is doubted of one child counts for more than what is refused of another', async () => {
    const refused = result(property, { success: false, result_code: 'ACQ.SELLER_BEEN_BLOCKED' });
    const both = ok([refused, failedWith('ACQ.TRADE_HAS_SUCCESS')]);
    expect(await answered(both)).toEqual({ kind: 'unknown', code: 'ACQ.TRADE_HAS_SUCCESS' });
  });

  it('a child that fails without a word is unknown', async () => {
    const silent = result(life, { success: false, result_code: undefined });
    expect(await answered(ok([result(property), silent]))).toEqual({ kind: 'unknown', code: 'MALFORMED_ANSWER' });
  });

  it.each([
    ['40001', 'refused'],
    ['40002', 'refused'],
    ['40003', 'refused'],
    ['40006', 'refused'],
    ['20001', 'refused'],
    ['20000', 'unknown'],
    ['40005', 'unknown'],
    ['10003', 'unknown'],
  ])('code %s of the gateway is %s', async (code, kind) => {
    expect(await answered({ code, msg: '…' })).toMatchObject({ kind, code });
  });

  it('an answer without a true signature opens nothing and refuses nothing', async () => {
    const good = JSON.stringify(ok([result(property), result(life)]));
    gateway.answerWith(`{"alipay_trade_merge_precreate_response":${good}}`);
    expect(await combining().open(combined())).toEqual({ kind: 'unknown', code: 'UNSIGNED_ANSWER' });
    gateway.answerWith(signedAnswer(method, good).replace('20261122000001', '20261122000002'));
    expect(await combining().open(combined())).toEqual({ kind: 'unknown', code: 'BAD_ANSWER_SIGNATURE' });
    gateway.answerWith(signedAnswer(method, good, 'next-channel'));
    expect(await combining().open(combined())).toEqual({ kind: 'unknown', code: 'BAD_ANSWER_SIGNATURE' });
    gateway.answerWith('{"error_response":{"code":"40004","msg":"…","sub_code":"ACQ.INVALID_PARAMETER"}}');
    expect(await combining().open(combined())).toMatchObject({ kind: 'unknown' });
  });

  it('trouble on the wire is unknown', async () => {
    gateway.answerWith((response) => response.writeHead(503).end('busy'));
    expect(await combining().open(combined())).toEqual({ kind: 'unknown', code: 'HTTP_503' });
    gateway.answerWith((response) => response.destroy());
    expect(await combining().open(combined())).toEqual({ kind: 'unknown', code: 'CONNECTION_FAILED' });
    gateway.answerWith(() => undefined);
    expect(await combining().open(combined())).toEqual({ kind: 'unknown', code: 'TIMEOUT' });
  });

  it('the notification of a child comes to whoever made the whole, and is the child’s own merchant’s to read', () => {
    const told = notification({
      ...paidFields,
      app_id: lifeAppId,
      seller_id: lifeSellerId,
      out_trade_no: life,
      total_amount: '300.01',
    });
    expect(alipay().readNotification(told)).toMatchObject({ kind: 'rejected', reason: 'wrongApp', outTradeNo: life });
    const sibling = alipay({ name: 'alipay-life', appId: lifeAppId, sellerId: lifeSellerId });
    expect(sibling.readNotification(told)).toMatchObject({
      kind: 'charge',
      outTradeNo: life,
      merchantId: lifeSellerId,
      outcome: { kind: 'paid', paidFen: 300_01 },
    });
  });

  it('a child is asked about and closed by its own application', async () => {
    const sibling = alipay({ gatewayUrl: gateway.url, appId: lifeAppId, sellerId: lifeSellerId });
    const child = { outTradeNo: life, orderedAt: '2026-11-22T06:00:00Z', expiresAt: '2026-11-22T06:30:00Z' };
    gateway.answerWith(signedAnswer('alipay.trade.close', { code: '10000', msg: 'Success', out_trade_no: life }));
    expect(await sibling.close(child)).toEqual({ kind: 'closed' });
    expect(gateway.calls.at(-1)?.get('app_id')).toBe(lifeAppId);
  });
});
