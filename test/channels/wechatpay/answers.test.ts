import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fen } from '../../../src/domain/money.js';
import {
  charge,
  mchId,
  noon,
  order,
  paidContent,
  refundOrder,
  scriptedPlatform,
  signedHeaders,
  wechatpay,
} from './support.js';
import type { ScriptedPlatform } from './support.js';

describe('what each answer of WeChat Pay is taken for', () => {
  let platform: ScriptedPlatform;
  beforeAll(async () => {
    platform = await scriptedPlatform();
  });
  afterAll(() => platform.close());

  const channel = () => wechatpay({ gatewayUrl: platform.url });
  const calls = {
    open: () => channel().open(order()),
    query: async () => (await channel().query(charge)).outcome,
    close: () => channel().close(charge),
    refund: () => channel().refund(refundOrder()),
    queryRefund: () => channel().queryRefund(refundOrder()),
  };
  type Call = keyof typeof calls;
  const everyCall = Object.keys(calls) as Call[];
  const json = (content: unknown, status = 200) => ({ status, body: JSON.stringify(content) });

  describe.each(everyCall)('%s', (call) => {
    const unsigned = (status: number, code: string) => ({ ...json({ code, message: '' }, status), headers: {} });
    const done: Record<Call, { status?: number; body: string }> = {
      open: json({ code_url: 'weixin://wxpay/bizpayurl?pr=1' }),
      query: json(paidContent),
      close: { status: 204, body: '' },
      refund: json(refundAnswer('SUCCESS')),
      queryRefund: json(refundAnswer('SUCCESS')),
    };

    it.each([
      [400, 'PARAM_ERROR'],
      [400, 'ORDER_CLOSED'],
      [403, 'USER_ACCOUNT_ABNORMAL'],
      [404, 'ORDER_NOT_EXIST'],
      [404, 'RESOURCE_NOT_EXISTS'],
    ])('an error without a signature proves nothing: %i %s', async (status, code) => {
      platform.answerWith(unsigned(status, code));
      expect(await calls[call]()).toMatchObject({ kind: 'unknown' });
    });

    it('an error with a false signature proves nothing', async () => {
      const { status, body } = json({ code: 'PARAM_ERROR', message: '' }, 400);
      platform.answerWith({ status, body, headers: signedHeaders(`${body} `) });
      expect(await calls[call]()).toMatchObject({ kind: 'unknown', code: 'BAD_ANSWER_SIGNATURE' });
    });

    it('a success without a signature, signed for another body, or long ago proves nothing', async () => {
      const answer = done[call];
      platform.answerWith({ ...answer, headers: {} });
      expect(await calls[call]()).toMatchObject({ kind: 'unknown', code: 'UNSIGNED_ANSWER' });
      platform.answerWith({ ...answer, headers: signedHeaders(`${answer.body} `) });
      expect(await calls[call]()).toMatchObject({ kind: 'unknown', code: 'BAD_ANSWER_SIGNATURE' });
      platform.answerWith({
        ...answer,
        headers: signedHeaders(answer.body, { at: new Date(noon.getTime() - 301_000) }),
      });
      expect(await calls[call]()).toMatchObject({ kind: 'unknown', code: 'BAD_ANSWER_SIGNATURE' });
    });

    it('"accepted, not finished", a page of a proxy, nonsense and silence prove nothing', async () => {
      platform.answerWith(json({ code: 'ACCEPTED', message: '' }, 202));
      expect(await calls[call]()).toMatchObject({ kind: 'unknown' });
      platform.answerWith({ status: 502, body: '<html>Bad Gateway</html>', headers: {} });
      expect(await calls[call]()).toMatchObject({ kind: 'unknown', code: 'HTTP_502' });
      platform.answerWith({ status: 200, body: '{"half":' });
      expect(await calls[call]()).toMatchObject({ kind: 'unknown', code: 'MALFORMED_ANSWER' });
      platform.answerWith();
      expect(await calls[call]()).toMatchObject({ kind: 'unknown', code: 'TIMEOUT' });
    });
  });

  it.each([
    ['SUCCESS', 'paid'],
    ['REFUND', 'returned'],
    ['NOTPAY', 'waiting'],
    ['USERPAYING', 'waiting'],
    ['ACCEPT', 'waiting'],
    ['PAYERROR', 'waiting'],
    ['CLOSED', 'closed'],
    ['REVOKED', 'closed'],
    ['A_STATE_OF_TOMORROW', 'unknown'],
  ])('an order in state %s is %s', async (state, kind) => {
    platform.answerWith(json({ ...paidContent, trade_state: state }));
    expect(await calls.query()).toMatchObject({ kind });
  });

  it('a paid order must say how much, when and under which number', async () => {
    for (const missing of ['amount', 'success_time', 'transaction_id'] as const) {
      platform.answerWith(json({ ...paidContent, [missing]: undefined }));
      expect(await calls.query()).toEqual({ kind: 'unknown', code: 'MALFORMED_ANSWER' });
    }
  });

  it('an answer names the merchant that was paid, and one about another order proves nothing', async () => {
    platform.answerWith(json(paidContent));
    expect(await channel().query(charge)).toMatchObject({ merchantId: mchId });
    platform.answerWith(json({ ...paidContent, out_trade_no: 'P2026112200000002C1' }));
    expect(await calls.query()).toEqual({ kind: 'unknown', code: 'ANSWER_ABOUT_ANOTHER_ORDER' });
  });

  it.each([
    ['SUCCESS', { kind: 'refunded', refundedAt: '2026-11-22T07:00:05.000Z' }],
    ['PROCESSING', { kind: 'pending' }],
    ['CLOSED', { kind: 'refused', code: 'REFUND_CLOSED' }],
    ['ABNORMAL', { kind: 'refused', code: 'REFUND_ABNORMAL' }],
    ['A_STATUS_OF_TOMORROW', { kind: 'unknown' }],
  ])('a refund in status %s', async (status, expected) => {
    platform.answerWith(json(refundAnswer(status)));
    expect(await calls.queryRefund()).toMatchObject(expected);
    expect(await calls.refund()).toMatchObject(expected);
  });

  it.each([{ out_refund_no: 'P2026112200000001C1R2' }, { out_trade_no: 'X' }, { amount: { refund: 300_01 } }])(
    'a refund that is not the one asked about proves nothing: %j',
    async (change) => {
      platform.answerWith(json({ ...refundAnswer('SUCCESS'), ...change }));
      expect(await calls.queryRefund()).toMatchObject({ kind: 'unknown' });
      expect(await calls.refund()).toMatchObject({ kind: 'unknown' });
    },
  );

  describe('a refund that is refused', () => {
    const refusal = json({ code: 'INVALID_REQUEST', message: 'broken rule' }, 400);

    it('counts as refused once the query knows of no such refund', async () => {
      platform.answerWith(refusal, json({ code: 'RESOURCE_NOT_EXISTS', message: '' }, 404));
      expect(await calls.refund()).toMatchObject({ kind: 'refused', code: 'INVALIDREQUEST' });
    });

    it('is what the query says when an earlier call of the same number was heard', async () => {
      platform.answerWith(refusal, json(refundAnswer('SUCCESS')));
      expect(await calls.refund()).toMatchObject({ kind: 'refunded' });
      platform.answerWith(refusal, json(refundAnswer('PROCESSING')));
      expect(await calls.refund()).toMatchObject({ kind: 'pending' });
    });

    it('is unknown while the query does not answer', async () => {
      platform.answerWith(refusal, { status: 503, body: '', headers: {} });
      expect(await calls.refund()).toMatchObject({ kind: 'unknown' });
    });
  });

  it('jsapi hands the payer’s app what it needs, and h5 a page that comes back to us', async () => {
    platform.answerWith(json({ prepay_id: 'wx26112209103967' }));
    expect(await channel().open(order({ product: 'jsapi' }))).toMatchObject({
      kind: 'opened',
      cashier: { kind: 'script', parameters: { package: 'prepay_id=wx26112209103967', signType: 'RSA' } },
    });
    expect(JSON.parse(platform.calls.at(-1)?.body ?? '')).toMatchObject({
      payer: { openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o' },
    });
    platform.answerWith(json({ h5_url: 'https://wx.tenpay.com/cgi-bin/mmpayweb-bin/checkmweb?prepay_id=wx26' }));
    const returning = wechatpay({ gatewayUrl: platform.url, returnUrl: 'https://www.example.com/paid' });
    expect(await returning.open(order({ product: 'h5' }))).toEqual({
      kind: 'opened',
      cashier: {
        kind: 'redirect',
        url: 'https://wx.tenpay.com/cgi-bin/mmpayweb-bin/checkmweb?prepay_id=wx26&redirect_url=https%3A%2F%2Fwww.example.com%2Fpaid',
      },
    });
    expect(JSON.parse(platform.calls.at(-1)?.body ?? '')).toMatchObject({
      scene_info: { payer_client_ip: '203.0.113.7', h5_info: { type: 'Wap' } },
    });
    expect(channel().needs('jsapi')).toEqual(['payer.openid']);
    expect(channel().needs('h5')).toEqual(['payer.clientIp']);
    expect(channel().needs('qr')).toEqual([]);
  });

  it('a repeat of an order and of a refund is the same byte for byte', async () => {
    platform.answerWith(json({ code_url: 'weixin://wxpay/bizpayurl?pr=1' }));
    await calls.open();
    await calls.open();
    await calls.refund();
    await calls.refund();
    const [firstOrder, secondOrder] = platform.calls.filter(({ url }) => url.endsWith('/native')).slice(-2);
    const [firstRefund, secondRefund] = platform.calls.filter(({ url }) => url.endsWith('/refunds')).slice(-2);
    expect(secondOrder?.body).toBe(firstOrder?.body);
    expect(secondRefund?.body).toBe(firstRefund?.body);
    expect(JSON.parse(firstRefund?.body ?? '')).toMatchObject({
      out_refund_no: 'P2026112200000001C1R1',
      amount: { refund: fen(300_00), total: fen(1_280_00), currency: 'CNY' },
    });
  });

  describe('the statement of a day', () => {
    const bill = '交易时间,…\r\n`2026-11-22 14:05:09,…\r\n';
    const sha1 = 'da5a46d29d4f4a0a5a4b4f9aa3e7a0b8b1a3c6f0';
    const where = (hash: string, url = `${platform.url}/v3/billdownload/file?token=abc`) =>
      json({ hash_type: 'SHA1', hash_value: hash, download_url: url });

    it('is believed when its content has the hash the platform has signed', async () => {
      const { createHash } = await import('node:crypto');
      const hash = createHash('sha1').update(bill).digest('hex');
      platform.answerWith(where(hash), { status: 200, body: bill, headers: {} });
      expect(await channel().statements?.fetchStatement('2026-11-22')).toEqual({
        kind: 'ready',
        file: { name: '1900000001_20261122.csv', bytes: Buffer.from(bill) },
      });
      expect(platform.calls.at(-1)?.headers['authorization']).toContain('WECHATPAY2-SHA256-RSA2048');
    });

    it('with another content, or behind another host, is not taken', async () => {
      platform.answerWith(where(sha1), { status: 200, body: bill, headers: {} });
      expect(await channel().statements?.fetchStatement('2026-11-22')).toEqual({
        kind: 'unknown',
        code: 'BILL_HASH_DIFFERS',
      });
      const before = platform.calls.length;
      platform.answerWith(where(sha1, 'http://127.0.0.1:9/elsewhere'));
      expect(await channel().statements?.fetchStatement('2026-11-22')).toEqual({
        kind: 'unknown',
        code: 'BILL_AT_ANOTHER_HOST',
      });
      expect(platform.calls.length).toBe(before + 1);
    });

    it('is asked of the platform whatever its path looks like', async () => {
      platform.answerWith(where(sha1, `${platform.url}//127.0.0.1:9/elsewhere`), {
        status: 404,
        body: '',
        headers: {},
      });
      expect(await channel().statements?.fetchStatement('2026-11-22')).toEqual({ kind: 'unknown', code: 'HTTP_404' });
      expect(platform.calls.at(-1)?.url).toBe('//127.0.0.1:9/elsewhere');
    });

    it.each([
      ['NO_STATEMENT_EXIST', 'nothing'],
      ['STATEMENT_CREATING', 'notReady'],
      ['SYSTEM_ERROR', 'unknown'],
    ])('%s is %s', async (code, kind) => {
      platform.answerWith(json({ code, message: '' }, 400));
      expect(await channel().statements?.fetchStatement('2026-11-22')).toMatchObject({ kind });
    });
  });
});

function refundAnswer(status: string) {
  return {
    refund_id: '50000000382019052709732678859',
    out_refund_no: 'P2026112200000001C1R1',
    out_trade_no: charge.outTradeNo,
    status,
    ...(status === 'SUCCESS' ? { success_time: '2026-11-22T15:00:05+08:00' } : {}),
    amount: { refund: 300_00 },
  };
}
