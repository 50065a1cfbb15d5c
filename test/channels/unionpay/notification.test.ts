import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  charge,
  notification,
  ownerName,
  paidFields,
  posMerId,
  refundFields,
  root,
  signed,
  unionpay,
} from './support.js';

const read = (...of: Parameters<typeof notification>) => unionpay().readNotification(notification(...of));

describe('a notification of UnionPay', () => {
  it('of a payment is a payment, also with the defect that A6 stands for', () => {
    for (const respCode of ['00', 'A6']) {
      expect(read({ ...paidFields, respCode })).toMatchObject({
        kind: 'charge',
        outTradeNo: charge.outTradeNo,
        outcome: { kind: 'paid', paidFen: 1_280_00, paidAt: '2026-11-22T06:05:09.000Z' },
      });
    }
  });

  it('that is no success proves nothing', () => {
    expect(read({ ...paidFields, respCode: '05' })).toMatchObject({ outcome: { kind: 'unknown', code: '05' } });
  });

  it('from a terminal says what stands on the slip, and is read like any other', () => {
    const slip = { termId: 'T0000001', batchNo: '000123', referNo: '240000000001', cardType: '01' };
    expect(read({ ...paidFields, ...slip })).toMatchObject({ kind: 'charge', outcome: { kind: 'paid' } });
  });

  it('of a refund or an undo names the refund and its order', () => {
    const about = { kind: 'refund', outTradeNo: charge.outTradeNo, refundNo: 'P2026112200000001C1R1' };
    expect(read(refundFields)).toMatchObject(about);
    expect(read({ ...refundFields, txnType: '31', orderId: 'P2026112200000001C1R1V' })).toMatchObject(about);
  });

  it('of a refund that is none of ours changes nothing', () => {
    expect(read({ ...refundFields, reqReserved: '' })).toMatchObject({ kind: 'ignored' });
  });

  it('repeated is the same notification, and one that says something else is another', () => {
    const id = (fields: Readonly<Record<string, string>>) => {
      const reading = read(fields);
      return reading.kind === 'rejected' ? null : reading.notificationId;
    };
    expect(id(paidFields)).toBe(id({ ...paidFields }));
    expect(id(paidFields)).not.toBe(id({ ...paidFields, txnAmt: '1' }));
  });

  it.each(['stranger', 'impostor', 'expired', 'below-merchant'])('signed by %s is rejected', (who) => {
    expect(read(paidFields, who)).toMatchObject({
      kind: 'rejected',
      reason: 'badSignature',
      outTradeNo: charge.outTradeNo,
    });
  });

  it('whose certificate is another than the one that signed is rejected', () => {
    const mixed = { ...signed(paidFields, 'stranger'), signPubKeyCert: signed(paidFields)['signPubKeyCert'] ?? '' };
    const body = Buffer.from(new URLSearchParams(mixed).toString());
    expect(unionpay().readNotification({ ...notification(paidFields), body })).toMatchObject({
      reason: 'badSignature',
    });
  });

  it('for another merchant, in another currency or without an amount is rejected', () => {
    expect(read({ ...paidFields, merId: posMerId })).toMatchObject({ kind: 'rejected', reason: 'wrongMerchant' });
    for (const change of [{ currencyCode: '840' }, { txnAmt: '' }, { txnAmt: '1280.00' }, { traceTime: 'now' }]) {
      expect(read({ ...paidFields, ...change })).toMatchObject({ kind: 'rejected', reason: 'malformed' });
    }
  });

  it('is verified with the root that was believed when it came', () => {
    const trust = { roots: [root('root', { validUntil: '2026-11-22T06:00:00Z' })], intermediates: [], ownerName };
    const channel = unionpay({ trust });
    const late = notification(paidFields);
    expect(channel.readNotification(late)).toMatchObject({ kind: 'rejected', reason: 'badSignature' });
    const early = { ...late, receivedAt: '2026-11-22T05:59:59Z' };
    expect(channel.verify({ kind: 'callback', ...early })).toEqual({ signature: 'valid', keyId: '68759663125' });
  });

  it('of any bytes is read without a fault and believed only when signed', () => {
    const fields = fc.dictionary(
      fc.constantFrom(
        'orderId',
        'txnType',
        'signature',
        'signPubKeyCert',
        'merId',
        'version',
        'signMethod',
        '__proto__',
      ),
      fc.oneof(fc.string(), fc.constant('5.1.0'), fc.constant('01'), fc.constant(signed({})['signPubKeyCert'] ?? '')),
    );
    const body = fc.oneof(
      fc.uint8Array().map((bytes) => Buffer.from(bytes)),
      fields.map((each) => Buffer.from(new URLSearchParams(each).toString())),
    );
    fc.assert(
      fc.property(body, (bytes) => {
        expect(unionpay().readNotification({ ...notification(paidFields), body: bytes }).kind).toBe('rejected');
      }),
    );
  });
});
