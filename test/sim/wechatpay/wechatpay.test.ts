import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MCH_ID, NEXT_SERIAL, opened, order, PLATFORM_SERIAL, signerOf, startMerchant } from '../support/wechatpay.js';
import type { TestMerchant } from '../support/wechatpay.js';

let merchant: TestMerchant;
beforeEach(async () => {
  merchant = await startMerchant();
});
afterEach(() => merchant.stop());

describe('a request', () => {
  it.each([
    ['of another merchant', { mchid: '1' }],
    ['with another certificate', { serial_no: '7A' }],
    ['from six minutes ago', { timestamp: '1893462840' }],
    ['whose signature is of something else', { signature: 'AAAA' }],
  ])('%s is turned away at the door', async (_why, change) => {
    expect(await merchant.order({}, change)).toMatchObject({ status: 401, body: { code: 'SIGN_ERROR' } });
  });

  it('is answered under the key it asks for, errors and empty answers too', async () => {
    expect((await merchant.order()).signedWith).toBe(PLATFORM_SERIAL);
    expect((await merchant.order({}, {}, { 'wechatpay-serial': NEXT_SERIAL })).signedWith).toBe(NEXT_SERIAL);
    expect(await merchant.close()).toMatchObject({ status: 204, body: {}, signedWith: PLATFORM_SERIAL });
    expect((await merchant.order({ amount: { total: 0 } })).signedWith).toBe(PLATFORM_SERIAL);
  });
});

describe('an order', () => {
  it('waits, is paid, and cannot be opened or closed then', async () => {
    expect(await merchant.order()).toMatchObject({ status: 200, body: { code_url: expect.any(String) as string } });
    expect(await merchant.query()).toMatchObject({ body: { trade_state: 'NOTPAY', out_trade_no: order.out_trade_no } });
    await merchant.pay();
    expect(await merchant.query()).toMatchObject({ body: { trade_state: 'SUCCESS', amount: { total: 1_280_00 } } });
    expect(await merchant.order()).toMatchObject({ status: 400, body: { code: 'ORDER_PAID' } });
    expect(await merchant.close()).toMatchObject({ status: 400, body: { code: 'ORDER_PAID' } });
  });

  it('under a number that stands for another one is turned away', async () => {
    await merchant.order();
    expect(await merchant.order({ description: 'other' })).toMatchObject({ body: { code: 'OUT_TRADE_NO_USED' } });
  });

  it('that would live for less than a minute is not taken, and one that has run out is closed', async () => {
    expect(await merchant.order({ time_expire: '2030-01-01T10:00:59+08:00' })).toMatchObject({
      body: { code: 'PARAM_ERROR' },
    });
    await merchant.order();
    merchant.moveTo('2030-01-01T02:30:00Z');
    expect(await merchant.query()).toMatchObject({ body: { trade_state: 'CLOSED' } });
    expect(await merchant.pay()).toMatchObject({ status: 409, body: { error: 'expired' } });
  });

  it('that nobody made is not there', async () => {
    expect(await merchant.query()).toMatchObject({ status: 404, body: { code: 'ORDER_NOT_EXIST' } });
  });
});

describe('a refund', () => {
  beforeEach(async () => {
    await merchant.order();
    await merchant.pay();
  });

  it('is accepted first and done afterwards; the same again is the same', async () => {
    expect(await merchant.refund('R1', 300_00)).toMatchObject({ body: { status: 'PROCESSING' } });
    expect(await merchant.refund('R1', 300_00)).toMatchObject({ body: { status: 'SUCCESS' } });
    expect(await merchant.query()).toMatchObject({ body: { trade_state: 'REFUND' } });
    expect(await merchant.control('GET', `/orders/${order.out_trade_no}`)).toMatchObject({
      body: { refundedFen: 300_00 },
    });
  });

  it.each([
    ['under its number with another amount', 'R1', 1, 1_280_00],
    ['of more than is left', 'R2', 980_01, 1_280_00],
    ['of an order of another amount', 'R2', 1, 1_280_01],
  ])('%s is turned away', async (_why, number, refund, total) => {
    await merchant.refund('R1', 300_00);
    expect(await merchant.refund(number, refund, total)).toMatchObject({
      status: 400,
      body: { code: 'INVALID_REQUEST' },
    });
  });
});

describe('a notification', () => {
  it('is sealed and signed, tells of payment and refund, and comes sixteen times when nobody takes it', async () => {
    merchant.refuseCallbacks();
    await merchant.order();
    await merchant.pay();
    await merchant.hasReceived(16);
    const [first] = merchant.received;
    if (first === undefined) throw new Error('nothing came');
    expect(signerOf(first.headers, first.body)).toBe(PLATFORM_SERIAL);
    expect(opened(first.body)).toMatchObject({
      event: 'TRANSACTION.SUCCESS',
      content: { mchid: MCH_ID, out_trade_no: order.out_trade_no, trade_state: 'SUCCESS' },
    });
    expect(new Set(merchant.received.map(({ body }) => body)).size).toBe(1);
    await merchant.refund('R1', 300_00);
    await merchant.hasReceived(17);
    expect(opened(merchant.received[16]?.body ?? '')).toMatchObject({
      event: 'REFUND.SUCCESS',
      content: { out_refund_no: 'R1', refund_status: 'SUCCESS' },
    });
  });

  it('on trial carries a signature that must not be believed', async () => {
    await merchant.order();
    await merchant.control('POST', '/faults', { fault: 'callbackProbe' });
    await merchant.pay();
    await merchant.hasReceived(2);
    const signers = merchant.received.map(({ headers, body }) => signerOf(headers, body));
    expect(signers.sort()).toEqual([PLATFORM_SERIAL, null].sort());
    expect(
      merchant.received.some(({ headers }) => headers['wechatpay-signature']?.startsWith('WECHATPAY/SIGNTEST/')),
    ).toBe(true);
  });
});
