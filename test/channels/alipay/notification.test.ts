import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alipay, form, notification, paidFields, signText } from './support.js';

const { gmt_payment: gmtPayment, ...unpaidFields } = paidFields;
const notificationId = paidFields.notify_id;
const outTradeNo = paidFields.out_trade_no;
const genuinely = { signature: 'valid', keyId: 'channel' };
const read = (fields: Record<string, string>) => alipay().readNotification(notification(fields));

describe('what a verified notification is about', () => {
  const refundFields = { refund_fee: '10.00', gmt_refund: '2026-11-22 15:00:00.123', out_biz_no: `${outTradeNo}R1` };
  const aboutRefund = { kind: 'refund', notificationId, outTradeNo, refundNo: `${outTradeNo}R1`, ...genuinely };

  it.each(['TRADE_SUCCESS', 'TRADE_FINISHED'])('%s is money', (trade_status) => {
    expect(read({ ...paidFields, trade_status })).toMatchObject({
      kind: 'charge',
      merchantId: paidFields.seller_id,
      outcome: { kind: 'paid', paidFen: 1_280_00, paidAt: '2026-11-22T06:05:09.000Z' },
    });
  });

  it.each(['TRADE_SUCCESS', 'TRADE_FINISHED', 'TRADE_CLOSED'])(
    '%s with the fields of a refund is no payment',
    (status) => {
      expect(read({ ...paidFields, ...refundFields, trade_status: status })).toEqual(aboutRefund);
    },
  );

  it.each([{ refund_fee: '10.00' }, { gmt_refund: '2026-11-22 15:00:00.123' }])(
    'a refund that names no number of ours (%j) is no payment either',
    (fields) => {
      expect(read({ ...paidFields, ...fields })).toEqual({ ...aboutRefund, refundNo: null });
    },
  );

  it('a payment that says nothing was refunded is a payment', () => {
    const noRefund = { refund_fee: '0.00', gmt_refund: '', out_biz_no: '' };
    expect(read({ ...paidFields, ...noRefund })).toMatchObject({ kind: 'charge', outcome: { kind: 'paid' } });
  });

  it('a trade closed without a payment is closed', () => {
    const closed = { ...unpaidFields, trade_status: 'TRADE_CLOSED' };
    expect(read(closed)).toMatchObject({ kind: 'charge', outcome: { kind: 'closed' } });
  });

  it('a trade closed after a payment is not taken for an unpaid one', () => {
    const closed = { ...unpaidFields, gmt_payment: gmtPayment, trade_status: 'TRADE_CLOSED' };
    expect(read(closed)).toMatchObject({ kind: 'ignored' });
  });

  it('a trade that waits is waiting, and a status nobody listed is unknown', () => {
    const waiting = { ...unpaidFields, trade_status: 'WAIT_BUYER_PAY' };
    expect(read(waiting)).toMatchObject({ kind: 'charge', outcome: { kind: 'waiting' } });
    const unlisted = { ...paidFields, trade_status: 'TRADE_PENDING' };
    expect(read(unlisted)).toMatchObject({ kind: 'charge', outcome: { kind: 'unknown', code: 'TRADE_PENDING' } });
  });

  it('a notification of another kind is ignored', () => {
    expect(read({ ...paidFields, notify_type: 'open_app_auth_notify' })).toMatchObject({ kind: 'ignored' });
  });
});

describe('what is not believed', () => {
  it.each([
    'app_id',
    'notify_id',
    'notify_type',
    'trade_no',
    'trade_status',
    'total_amount',
    'seller_id',
    'gmt_payment',
  ])('a payment without %s', (name) => {
    const fields = Object.fromEntries(Object.entries(paidFields).filter(([each]) => each !== name));
    expect(read(fields)).toEqual({ kind: 'rejected', reason: 'malformed', outTradeNo, ...genuinely });
  });

  it.each(['1280', '1280.000', '-1280.00', '1,280.00', ''])('a payment of "%s" yuan, except whole yuan', (amount) => {
    const kind = amount === '1280' ? 'charge' : 'rejected';
    expect(read({ ...paidFields, total_amount: amount })).toMatchObject({ kind });
  });

  it('another merchant or another application', () => {
    const other = '2088999999999999';
    expect(read({ ...paidFields, seller_id: other })).toMatchObject({ kind: 'rejected', reason: 'wrongMerchant' });
    expect(read({ ...paidFields, app_id: other })).toMatchObject({ kind: 'rejected', reason: 'wrongApp' });
  });

  it.each(Object.keys(paidFields))('a message whose %s was changed on its way', (name) => {
    const { body, ...rest } = notification(paidFields);
    const changed = new URLSearchParams(body.toString());
    changed.set(name, `${changed.get(name) ?? ''}1`);
    const reading = alipay().readNotification({ ...rest, body: Buffer.from(changed.toString()) });
    expect(reading).toMatchObject({ kind: 'rejected', reason: 'badSignature' });
  });

  it('a message without signature', () => {
    expect(alipay().readNotification(form(paidFields))).toMatchObject({
      kind: 'rejected',
      reason: 'badSignature',
      outTradeNo,
    });
  });

  const genuine = notification(paidFields).body.toString();
  it.each([
    ['a name twice', `${genuine}&total_amount=1.00`],
    ['the very same pair twice', `${genuine}&version=1.0`],
    ['a broken escape', `${genuine}&x=%zz`],
    ['an escape that is no UTF-8', `${genuine}&x=%ff`],
    ['a pair without a name', `${genuine}&=1`],
    ['a pair without a value sign', `${genuine}&x`],
    ['an empty pair', `${genuine}&`],
    ['nothing', ''],
    ['JSON', '{"out_trade_no":"1"}'],
  ])('a form with %s', (_what, body) => {
    expect(alipay().readNotification(form(body))).toMatchObject({
      kind: 'rejected',
      reason: 'malformed',
      outTradeNo: null,
    });
  });

  it('a claim that could not be an order number is not repeated', () => {
    const claim = '<script>alert(1)</script>';
    const reading = alipay().readNotification(form({ ...paidFields, out_trade_no: claim, sign: 'x' }));
    expect(reading).toMatchObject({ kind: 'rejected', reason: 'badSignature', outTradeNo: null, signature: 'invalid' });
  });

  it('a value encoded twice is decoded once, as it was signed', () => {
    const subject = '%2B%25 100%';
    expect(read({ ...paidFields, subject })).toMatchObject({ kind: 'charge' });
  });

  it('names that mean something to JavaScript do no harm', () => {
    const fields = Object.fromEntries([...Object.entries(paidFields), ['__proto__', 'x'], ['constructor', 'y']]);
    expect(read(fields)).toMatchObject({ kind: 'charge', outcome: { kind: 'paid' } });
  });

  it('whatever a stranger sends, reading it never throws and never proves anything', () => {
    const channel = alipay();
    const names = fc.constantFrom(...Object.keys(paidFields), 'sign', 'sign_type', 'out_biz_no', '__proto__', '');
    const body = fc.oneof(
      fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
      fc.string({ unit: 'binary', maxLength: 200 }).map((text) => Buffer.from(text)),
      fc.dictionary(names, fc.string()).map((fields) => form(fields).body),
      fc.tuple(fc.nat(genuine.length - 1), fc.string({ minLength: 1, maxLength: 3 })).map(([at, text]) =>
        // The genuine message with something pushed into it; what is only another spelling of it is left out below.
        Buffer.from(genuine.slice(0, at) + text + genuine.slice(at)),
      ),
    );
    fc.assert(
      fc.property(body, (bytes) => {
        const reading = channel.readNotification({ ...form(''), body: bytes });
        const says = (text: string) => [...new URLSearchParams(text)].filter(([name]) => name !== 'sign_type');
        const same = JSON.stringify(says(bytes.toString())) === JSON.stringify(says(genuine));
        expect(reading.kind === 'rejected' || same || signatureOnly(bytes.toString())).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  /** Base64 readers skip characters they do not know, so a signature may be spelled in many ways. */
  function signatureOnly(text: string): boolean {
    const [received, sent] = [new URLSearchParams(text), new URLSearchParams(genuine)].map((each) => {
      each.delete('sign');
      each.delete('sign_type');
      return each.toString();
    });
    return received === sent;
  }

  it('a message signed over sign_type as well is still genuine', () => {
    const base = Object.entries({ ...paidFields, sign_type: 'RSA2' })
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => `${name}=${value}`)
      .join('&');
    const fields = { ...paidFields, sign_type: 'RSA2', sign: signText(base) };
    expect(alipay().readNotification(form(fields))).toMatchObject({ kind: 'charge' });
  });
});

it('the acknowledgement is exactly success, and anything else asks for it again', () => {
  expect(alipay().acknowledgement('received')).toEqual({ status: 200, contentType: 'text/plain', body: 'success' });
  expect(alipay().acknowledgement('failed').body).not.toBe('success');
});
