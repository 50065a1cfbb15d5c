import { AlipaySdk } from 'alipay-sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  alipay,
  appId,
  charge,
  form,
  keys,
  notification,
  paidFields,
  refundOrder,
  scriptedGateway,
  signedAnswer,
  trusted,
} from './support.js';
import type { ScriptedGateway } from './support.js';

/**
 * What alipay-sdk 4.14.0 does when it is used the obvious way, beside what we do. The first half of each pair is there so
 * that an upgrade which mends the SDK, or which breaks it differently, is noticed.
 */
describe('traps of the Alipay SDK', () => {
  let gateway: ScriptedGateway;
  beforeAll(async () => {
    gateway = await scriptedGateway();
  });
  afterAll(() => gateway.close());

  const naive = (overrides: object = {}) =>
    new AlipaySdk({
      appId,
      privateKey: keys.pem('app'),
      keyType: 'PKCS8',
      alipayPublicKey: keys.pem('channel-public'),
      gateway: gateway.url,
      ...overrides,
    });
  const ours = (overrides = {}) => alipay({ gatewayUrl: gateway.url, ...overrides });

  const method = 'alipay.trade.query';
  const query = { bizContent: { out_trade_no: charge.outTradeNo } };
  const paid = {
    code: '10000',
    msg: 'Success',
    out_trade_no: charge.outTradeNo,
    trade_no: '2026112222001400000000000001',
    trade_status: 'TRADE_SUCCESS',
    total_amount: '1280.00',
    send_pay_date: '2026-11-22 14:05:09',
  };

  it('a PKCS#8 key without keyType cannot sign; ours signs whatever the form of the key', async () => {
    await expect(naive({ keyType: 'PKCS1' }).exec(method, query)).rejects.toThrow();
    gateway.answerWith(signedAnswer(method, paid));
    expect((await ours().query(charge)).outcome.kind).toBe('paid');
  });

  it('answers get camel case; ours are read as sent', async () => {
    gateway.answerWith(signedAnswer(method, paid));
    expect(await naive().exec(method, query)).toHaveProperty('tradeStatus');
    expect((await ours().query(charge)).outcome).toEqual({
      kind: 'paid',
      paidFen: 1_280_00,
      tradeNo: '2026112222001400000000000001',
      paidAt: '2026-11-22T06:05:09.000Z',
    });
  });

  it('a changed answer is taken for true unless the check is asked for; ours is unknown and kept as invalid', async () => {
    const changed = signedAnswer(method, paid).replace('1280.00', '1.00');
    gateway.answerWith(changed);
    expect(await naive().exec(method, query)).toMatchObject({ totalAmount: '1.00' });
    const reading = await ours().query(charge);
    expect(reading.outcome).toEqual({ kind: 'unknown', code: 'BAD_ANSWER_SIGNATURE' });
    expect(reading.raw).toMatchObject({ body: Buffer.from(changed), signature: 'invalid' });
  });

  it('what is verified is not what is read, when a key comes twice; ours reads only what is signed', async () => {
    const genuine = signedAnswer(method, { ...paid, trade_status: 'WAIT_BUYER_PAY' });
    gateway.answerWith(genuine.replace(/}$/, `,"alipay_trade_query_response":${JSON.stringify(paid)}}`));
    const believed = await naive().exec(method, query, { validateSign: true });
    expect(believed).toMatchObject({ tradeStatus: 'TRADE_SUCCESS' });
    expect((await ours().query(charge)).outcome).toEqual({ kind: 'unknown', code: 'UNREADABLE_ANSWER' });
  });

  it('an unsigned error loses its code to a bare TypeError; ours keeps the code', async () => {
    gateway.answerWith('{"error_response":{"code":"20000","msg":"x","sub_code":"isp.unknow-error"}}');
    await expect(naive().exec(method, query, { validateSign: true })).rejects.toThrow(TypeError);
    expect((await ours().query(charge)).outcome).toEqual({ kind: 'unknown', code: 'isp.unknow-error' });
  });

  it.each([
    ['the object', 'null'],
    ['the inner object', '{"alipay_trade_query_response":"text","sign":"x"}'],
    ['the sign', `{"alipay_trade_query_response":${JSON.stringify(paid)},"sign":7}`],
  ])('an answer without %s is a bare TypeError or worse; ours is unknown', async (_what, body) => {
    gateway.answerWith(body);
    await expect(naive().exec(method, query, { validateSign: true })).rejects.toThrow();
    expect((await ours().query(charge)).outcome).toMatchObject({ kind: 'unknown' });
  });

  it('the time sent is that of the process’s zone; ours is Beijing’s', async () => {
    const zone = process.env['TZ'];
    process.env['TZ'] = 'America/New_York';
    try {
      gateway.answerWith(signedAnswer(method, paid));
      const before = Date.now();
      await naive().exec(method, query);
      const naiveAt = Date.parse(`${gateway.calls.at(-1)?.get('timestamp')?.replace(' ', 'T') ?? ''}+08:00`);
      expect(Math.abs(naiveAt - before)).toBeGreaterThan(10 * 3_600_000);
      await ours().query(charge);
      expect(gateway.calls.at(-1)?.get('timestamp')).toBe('2026-11-22 14:00:00');
    } finally {
      if (zone === undefined) delete process.env['TZ'];
      else process.env['TZ'] = zone;
    }
  });

  it('an empty parameter is signed and sent; ours sends none', async () => {
    gateway.answerWith(signedAnswer(method, paid));
    await naive().exec(method, { ...query, notify_url: '' });
    expect(gateway.calls.at(-1)?.get('notify_url')).toBe('');
    await ours().refund(refundOrder({ reason: '' }));
    expect([...(gateway.calls.at(-1) ?? new Map<string, string>()).values()]).not.toContain('');
    expect(gateway.calls.at(-1)?.get('biz_content')).not.toContain('""');
  });

  it('checkNotifySign breaks on a percent sign; ours decodes once', () => {
    const fields = { ...paidFields, subject: '100% 保险 %2B' };
    const received = notification(fields);
    expect(() => naive().checkNotifySign(Object.fromEntries(new URLSearchParams(received.body.toString())))).toThrow(
      URIError,
    );
    expect(alipay().readNotification(received)).toMatchObject({ outcome: { kind: 'paid' } });
  });

  it('the message chooses the algorithm; ours does not let it', () => {
    const unknownAlgorithm = { ...paidFields, sign: 'AAAA', sign_type: 'MD5' };
    expect(() => naive().checkNotifySignV2(unknownAlgorithm)).toThrow();
    expect(alipay().readNotification(form(unknownAlgorithm))).toMatchObject({ reason: 'badSignature' });
  });

  it('one channel key per client; ours believes every valid key, and no other', async () => {
    gateway.answerWith(signedAnswer(method, paid, 'next-channel'));
    const rotating = { channelPublicKeys: [trusted('channel'), trusted('next-channel')] };
    expect((await ours(rotating).query(charge)).outcome.kind).toBe('paid');
    expect((await ours().query(charge)).outcome).toEqual({ kind: 'unknown', code: 'BAD_ANSWER_SIGNATURE' });
    const signedByNext = notification(paidFields, 'next-channel');
    expect(alipay(rotating).readNotification(signedByNext)).toMatchObject({ kind: 'charge' });
    expect(alipay().readNotification(signedByNext)).toMatchObject({ reason: 'badSignature' });
  });
});
