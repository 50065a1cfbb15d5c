import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fen } from '../../../src/domain/money.js';
import { alipay, charge, form, keys, order, paidFields, scriptedGateway } from './support.js';
import type { ScriptedGateway } from './support.js';

/**
 * Base strings written out by hand and signed with `openssl dgst -sha256 -sign` and the test keys, outside this code:
 * RSA PKCS#1 v1.5 always gives the same signature, so equal text means equal rules.
 */

describe('requests are signed as Alipay signs', () => {
  let gateway: ScriptedGateway;
  beforeAll(async () => {
    gateway = await scriptedGateway();
  });
  afterAll(() => gateway.close());

  /** What reached the gateway, as the text that is signed (every parameter but `sign`) and the signature. */
  const lastCall = () => {
    const call = gateway.calls.at(-1) ?? new Map<string, string>();
    const base = [...call.keys()]
      .filter((name) => name !== 'sign')
      .sort()
      .map((name) => `${name}=${call.get(name) ?? ''}`)
      .join('&');
    return { base, sign: call.get('sign') };
  };

  const queryBase =
    'app_id=2021000000000001&biz_content={"out_trade_no":"P2026112200000001C1"}&charset=utf-8&method=alipay.trade.query' +
    '&sign_type=RSA2&timestamp=2026-11-22 14:00:00&version=1.0';
  const querySign =
    'rNYSejFnxViwN2bRMXc5Zvs0571xVQ0FUddO/QKPxIy6iNklgF5Qd8B+fjkMpAtRx6YTSAp7udbBCX9vXfveqwasJWY/eD68lRvBRDKGwnPbSbXYI15TPzDAZA7IKH40fr7+TOG+Ueju+oavp8iukUM7lNW2K5Tgz/06FqRXFtBjukBnycveC5Av6SBv9fFBVBwHLwd+2uxhxo9y37xUmeNZUIfK52nX0fDA69BvHHPVGUMfoikRbfalRfU+WqXOeTDskf7tG78uN3QdrJPpqH4D/46vSVrt3SjQVbRqPck3kDEoRqPRAKkU+bjIooOugLZKNifI11l5/74QpDEtwA==';

  it.each(['app', 'app-pkcs1'])('a query, with the application key in the form of %s', async (keyName) => {
    await alipay({ gatewayUrl: gateway.url, appPrivateKey: keys.privateKey(keyName) }).query(charge);
    expect(lastCall()).toEqual({ base: queryBase, sign: querySign });
  });

  it('an order whose subject has a percent sign, Chinese text and a character Alipay refuses', async () => {
    await alipay({ gatewayUrl: gateway.url }).open(
      order({ subject: '机动车 100% 保险/甲', expiresAt: '2026-11-22T06:30:00.999Z' }),
    );
    expect(lastCall()).toEqual({
      base:
        'app_id=2021000000000001&biz_content={"out_trade_no":"P2026112200000001C1","total_amount":"1280.00",' +
        '"subject":"机动车 100% 保险／甲","seller_id":"2088000000000001","time_expire":"2026-11-22 14:30:00"}' +
        '&charset=utf-8&method=alipay.trade.precreate&notify_url=https://pay.example.com/v1/callbacks/alipay' +
        '&sign_type=RSA2&timestamp=2026-11-22 14:00:00&version=1.0',
      sign: 'SYv59nLs5lpIaize6XDUpi1E2qn9hRkvrGmblPlJRmukpuaxFPQcWwYECxyp4yI8/lj2LFjK5fFo6IcFYYbpI4uEFU330f1wC4fpTTMnoCoqyE5wqtoXT2xpUOYTUQKKNxBSyORKWFxg1PLVUNd3RtpAFNSRqigmg+1oxsV+zjqTtLZRDFz3YEhSgwrqVPdwcUs9C0YiF80GXSA7Hl1StzIDxW3qRKNxnYGAcF2pMooK+K9yWBGP388NXEagms0oVm7GBt2vsDSI1eENWMpudq71GKWOHH5KUcZjXBaM3Ze3Q6N+ecqXQ+P4wfP0/EzSlQQwvejOBa2Lmcw30yexhw==',
    });
  });

  it('an answer is believed when its characters, escapes included, carry the signature of the channel', async () => {
    gateway.answerWith(
      '{"alipay_trade_precreate_response":{"code":"10000","msg":"Success","out_trade_no":"P2026112200000001C1",' +
        '"qr_code":"https:\\/\\/qr.alipay.com\\/bax00000"},"sign":"cXQQR0YqJvHX23fJvWH0ptcnbmBQLURgRuyYiUhl1gn9VdnsxEtp5S5y+9LRrDBRJV7OB3s6fHL13o/e89kvws+BnhiiGZizjnBoEJqzivz+Fc6UgdEJlYl6YHiecTHwVIEFHUKrfDkjFnkL+P3RLn9668VLubiFtYoQh5g5Ap08Kyv7BGOK0vU+T9655xToesEIEdUowrTBDfXYwHhhxLU5bZ1s9lIDpIU2oB72LXSzFjZmlegI4oT3zdTwWJkYrocjsOlXfIQXRXcWVKp1sbFKW5adaUVxpIr+ATDQDkwwubzcCaJ39tJo8qw977zOJeB1r8awftnK+u5oUKK3ew=="}',
    );
    expect(await alipay({ gatewayUrl: gateway.url }).open(order({ amountFen: fen(1) }))).toEqual({
      kind: 'opened',
      cashier: { kind: 'qr', code: 'https://qr.alipay.com/bax00000' },
    });
  });
});

describe('notifications are checked as Alipay signs them, without sign and sign_type', () => {
  const sha256Sign =
    'eQsdCeBj/S5FSlckWunUFM6Z42OZjhXre/nSEjC3dYDd6/8o0kj69d5vjP4L9Adk3NSOO5UMMeLZPt59mUGPcXq0CqYjafWduJJgD9rurersKXcb+qVipZvhmySn0tZGgT6P0wA5BRpPvCvuTdP/+3fzTYegEwq/w81J8PRaEQCO7sF29yACayghowOqmBSjpPy0KMjO6B/ix9NiHXJ6hQjrQMMJgoNmVUmk+05n5hPpOaIXC2nMpmuaVV+bedIpUcqnW0zoZN2goVFxNKH7Awt1Ax+074vxGtOB4Q/RkatfliKbBUhpBsPQfxqoQEya4r6B+QCLTFc1LcstUN75Yw==';
  const sha1Sign =
    'We+agAW7YCVb1f4fioHPYpJsjr9OEpWahEab/HP2K6zSRDb3V6GXd+tZEgUzJFBghDkk8bjluNnELpEni563ROFf2P7Vh+FRT5Jz2ugXiaUUoj3wF9/jfOmXYGNUwJaCWo1nkJpJCTPPMwPQAIIBiK4GEQO59DTg9A8tjpfEAm2kra9O8+umhTsIqIn9y+dt19Wtd7YHiR1Nb6LsGeVN50GeD/MEHG+l9IsVLc5VnvKWCY5SDqsEzrGZd2ImGTMr4SdLBzRQGgUvCwvsB9LFoso2/zuxfT5H35QPuIxiwSMp0HN/kJjzUdc1we9R3SH9OIamqR+rxwStffCDrVc+jA==';

  it.each(['RSA2', 'RSA', undefined])('a genuine one is read, whatever sign_type it claims: %s', (signType) => {
    const fields = { ...paidFields, sign: sha256Sign, ...(signType === undefined ? {} : { sign_type: signType }) };
    expect(alipay().readNotification(form(fields))).toEqual({
      kind: 'charge',
      notificationId: '2026112200222140509000000001',
      outTradeNo: 'P2026112200000001C1',
      merchantId: '2088000000000001',
      outcome: {
        kind: 'paid',
        paidFen: 1_280_00,
        tradeNo: '2026112222001400000000000001',
        paidAt: '2026-11-22T06:05:09.000Z',
      },
      signature: 'valid',
      keyId: 'channel',
    });
  });

  it('one signed with SHA-1 by the very same key is rejected, although it says sign_type=RSA', () => {
    const fields = { ...paidFields, sign: sha1Sign, sign_type: 'RSA' };
    expect(alipay().readNotification(form(fields))).toMatchObject({ kind: 'rejected', reason: 'badSignature' });
  });
});
