import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wechatpayChannel } from '../../../src/channels/wechatpay/adapter.js';
import {
  mchId,
  nextSerial,
  noon,
  notification,
  paidContent,
  platformSerial,
  sealed,
  wechatpay,
  wechatpaySettings,
} from './support.js';

const read = (...said: Parameters<typeof notification>) => wechatpay().readNotification(notification(...said));
const minutesAgo = (minutes: number): Date => new Date(noon.getTime() - minutes * 60_000);

describe('a notification that is signed', () => {
  it('with either of two keys, while the platform changes its key, is believed', () => {
    expect(read({}, { key: 'next-platform', serial: nextSerial })).toMatchObject({ kind: 'charge', keyId: nextSerial });
    expect(read({}, { key: 'platform', serial: platformSerial })).toMatchObject({ kind: 'charge' });
  });

  it.each([
    ['with one key under the number of the other', { key: 'platform', serial: nextSerial }],
    ['under a number nobody knows', { serial: 'PUB_KEY_ID_9999999999999999' }],
    ['six minutes ago', { at: minutesAgo(6) }],
    ['six minutes ahead', { at: minutesAgo(-6) }],
  ])('%s is rejected', (_how, how) => {
    expect(read({}, how)).toMatchObject({ kind: 'rejected', reason: 'badSignature', signature: 'invalid' });
  });

  it('four minutes ago is believed', () => {
    expect(read({}, { at: minutesAgo(4) })).toMatchObject({ kind: 'charge' });
  });

  it('and was kept is judged by the clock of its receipt, however late it is looked at', () => {
    const kept = notification({});
    const aYearLater = wechatpayChannel(wechatpaySettings(), { now: () => new Date('2027-11-22T06:00:00Z') });
    expect(aYearLater.verify({ kind: 'callback', ...kept })).toMatchObject({ signature: 'valid' });
  });

  it('with the platform’s own trial signature is turned away like any other that does not fit', () => {
    const genuine = notification({});
    const signature = `WECHATPAY/SIGNTEST/${genuine.headers['wechatpay-signature'] ?? ''}`;
    const probe = { ...genuine, headers: { ...genuine.headers, 'wechatpay-signature': signature } };
    expect(wechatpay().readNotification(probe)).toMatchObject({ kind: 'rejected', reason: 'badSignature' });
    const { status, body } = wechatpay().acknowledgement('failed');
    expect(status).toBeGreaterThanOrEqual(400);
    expect(JSON.parse(body)).toMatchObject({ code: 'FAIL' });
  });

  it('without its headers is no notification', () => {
    const bare = { ...notification({}), headers: {} };
    expect(wechatpay().readNotification(bare)).toMatchObject({ kind: 'rejected', signature: 'absent' });
  });
});

describe('what a signed notification says', () => {
  it.each([
    ['to another merchant', { mchid: '1999999999' }, 'wrongMerchant'],
    ['to another application', { appid: 'wx0000000000000099' }, 'wrongApp'],
    ['without an amount', { amount: undefined }, 'malformed'],
    ['without a time', { success_time: undefined }, 'malformed'],
    ['in another currency', { amount: { total: 1, currency: 'USD' } }, 'malformed'],
    ['of half a fen', { amount: { total: 0.5, currency: 'CNY' } }, 'malformed'],
  ])('%s is not taken: %j', (_what, change, reason) => {
    expect(read({ content: { ...paidContent, ...change } })).toMatchObject({ kind: 'rejected', reason });
  });

  it.each([
    ['sealed with another key', sealed(paidContent, 'transaction', 'f'.repeat(32))],
    ['sealed for other associated data', { ...sealed(paidContent), associated_data: 'refund' }],
    ['sealed by another algorithm', { ...sealed(paidContent), algorithm: 'AEAD_AES_128_GCM' }],
    ['cut short', { ...sealed(paidContent), ciphertext: 'AAAA' }],
    ['that holds no JSON', sealed('trade_state=SUCCESS')],
  ])('%s is malformed, signature or not', (_what, resource) => {
    expect(read({ resource })).toMatchObject({ kind: 'rejected', reason: 'malformed', signature: 'valid' });
  });

  it.each(['REFUND.SUCCESS', 'REFUND.ABNORMAL', 'REFUND.CLOSED'])('%s is a hint about its refund', (event) => {
    const content = { mchid: mchId, out_trade_no: 'P2026112200000001C1', out_refund_no: 'P2026112200000001C1R1' };
    expect(read({ event, resource: sealed(content, 'refund') })).toMatchObject({
      kind: 'refund',
      notificationId: 'EV-1',
      outTradeNo: 'P2026112200000001C1',
      refundNo: 'P2026112200000001C1R1',
    });
  });

  it('of what we have no part in is of no consequence', () => {
    expect(read({ event: 'MCHTRANSFER.BILL.FINISHED' })).toMatchObject({ kind: 'ignored', outTradeNo: null });
  });
});

it('whatever bytes a stranger sends, nothing is believed and nothing is thrown', () => {
  const genuine = notification({});
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.json(),
        fc.uint8Array().map((bytes) => Buffer.from(bytes).toString('latin1')),
      ),
      fc.dictionary(fc.constantFrom(...Object.keys(genuine.headers), 'x'), fc.string()),
      (body, headers) => {
        const strange = { ...genuine, body: Buffer.from(body), headers: { ...genuine.headers, ...headers } };
        expect(wechatpay().readNotification(strange).kind).toBe('rejected');
      },
    ),
    { numRuns: 500 },
  );
});
