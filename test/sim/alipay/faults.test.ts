import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { order, startMerchant } from '../support/alipay.js';
import type { TestMerchant } from '../support/alipay.js';

let merchant: TestMerchant;
beforeEach(async () => {
  merchant = await startMerchant();
});
afterEach(() => merchant.stop());

describe('opening an order', () => {
  const rawPrecreate = (signal?: AbortSignal) =>
    merchant.post(merchant.parameters('alipay.trade.precreate', order), signal);
  const isKnown = async () => (await merchant.control('GET', `/orders/${order.out_trade_no}`)).status === 200;

  it.each([
    { fault: 'timeoutBeforeEffect', tookEffect: false },
    { fault: 'timeoutAfterEffect', tookEffect: true },
  ])('meets $fault: no answer, the connection drops, took effect: $tookEffect', async ({ fault, tookEffect }) => {
    await merchant.fault({ fault, delayMs: 10 });
    await expect(rawPrecreate()).rejects.toThrow('fetch failed');
    expect(await isKnown()).toBe(tookEffect);
    expect(await merchant.precreate()).toMatchObject({ code: '10000' });
  });

  it('hangs longer than the client waits when no other time is asked for', async () => {
    await merchant.fault({ fault: 'timeoutAfterEffect' });
    await expect(rawPrecreate(AbortSignal.timeout(100))).rejects.toThrow('timeout');
  });

  it.each([
    { fault: 'errorBeforeEffect', tookEffect: false },
    { fault: 'errorAfterEffect', tookEffect: true },
  ])('meets $fault: HTTP 503, took effect: $tookEffect', async ({ fault, tookEffect }) => {
    await merchant.fault({ fault });
    expect((await rawPrecreate()).status).toBe(503);
    expect(await isKnown()).toBe(tookEffect);
  });

  it('meets a system error, a business error, a rate limit: signed, without effect', async () => {
    await merchant.fault({ fault: 'systemError' });
    expect(await merchant.precreate()).toMatchObject({ code: '20000', sub_code: 'isp.unknow-error', isGenuine: true });
    await merchant.fault({ fault: 'businessError', subCode: 'ACQ.ACCESS_FORBIDDEN' });
    expect(await merchant.precreate()).toMatchObject({ code: '40004', sub_code: 'ACQ.ACCESS_FORBIDDEN' });
    await merchant.fault({ fault: 'rateLimited' });
    expect(await merchant.precreate()).toMatchObject({ code: '40005', isGenuine: true });
    expect(await isKnown()).toBe(false);
  });

  it('meets an error without a signature, with the code asked for', async () => {
    await merchant.fault({ fault: 'unsignedError', code: '40006', subCode: 'isv.insufficient-isv-permissions' });
    const answer = await merchant.precreate();
    expect(answer).toMatchObject({ code: '40006', sub_code: 'isv.insufficient-isv-permissions', isGenuine: false });
    expect(answer.raw).not.toContain('"sign"');
  });

  it('takes effect and is answered with a wrong signature', async () => {
    await merchant.fault({ fault: 'badAnswerSignature' });
    expect(await merchant.precreate()).toMatchObject({ code: '10000', isGenuine: false });
    expect(await isKnown()).toBe(true);
    expect(await merchant.precreate()).toMatchObject({ code: '10000', isGenuine: true });
  });
});

describe('a payment that races the close', () => {
  it('landing before it makes the close fail, and the query tells of the payment', async () => {
    await merchant.precreate();
    await merchant.payer('scan');
    await merchant.fault({ fault: 'payDuringClose' });
    expect(await merchant.close()).toMatchObject({ sub_code: 'ACQ.REASON_TRADE_STATUS_INVALID' });
    expect(await merchant.query()).toMatchObject({ trade_status: 'TRADE_SUCCESS' });
    await merchant.receiver.hasReceived(1);
  });

  it('landing after it leaves a closed order that is paid all the same', async () => {
    await merchant.precreate();
    await merchant.payer('scan');
    await merchant.fault({ fault: 'payDuringClose', after: true });
    expect(await merchant.close()).toMatchObject({ code: '10000' });
    expect(await merchant.query()).toMatchObject({ trade_status: 'TRADE_SUCCESS' });
    await merchant.receiver.hasReceived(1);
  });
});

describe('a payment that races a close made when the time is up', () => {
  it('lands all the same', async () => {
    await merchant.precreate({ timeout_express: '30m' });
    await merchant.payer('scan');
    merchant.passMinutes(31);
    await merchant.fault({ fault: 'payDuringClose' });
    expect(await merchant.close()).toMatchObject({ sub_code: 'ACQ.REASON_TRADE_STATUS_INVALID' });
    expect(await merchant.query()).toMatchObject({ trade_status: 'TRADE_SUCCESS' });
  });
});

describe('a payer who is let through by force', () => {
  it('pays a closed order, but no order twice', async () => {
    await merchant.precreate();
    await merchant.payer('scan');
    await merchant.close();
    expect(await merchant.payer('pay', { force: true })).toMatchObject({ status: 200, body: { paidFen: 1280_00 } });
    expect(await merchant.payer('pay', { force: true })).toMatchObject({ status: 409, body: { error: 'alreadyPaid' } });
    await merchant.receiver.hasReceived(1);
  });
});

describe('a fault', () => {
  it('concerns only its order, its prefix and its method', async () => {
    await merchant.fault({ fault: 'systemError', outTradeNo: 'Other_1', times: 0 });
    await merchant.fault({ fault: 'systemError', prefix: 'Other', times: 0 });
    await merchant.fault({ fault: 'systemError', method: 'alipay.trade.query' });
    expect(await merchant.precreate()).toMatchObject({ code: '10000' });
    expect(await merchant.query()).toMatchObject({ code: '20000' });
    expect(await merchant.query()).toMatchObject({ code: '40004' });
    expect(await merchant.query('Other_2')).toMatchObject({ code: '20000' });
  });

  it('stands as often as asked, or until removed, and is listed meanwhile', async () => {
    await merchant.fault({ fault: 'systemError', times: 2 });
    await merchant.query();
    expect((await merchant.control('GET', '/faults')).body).toMatchObject({ faults: [{ timesLeft: 1 }] });
    await merchant.query();
    expect((await merchant.control('GET', '/faults')).body).toEqual({ faults: [] });
    await merchant.fault({ fault: 'systemError', times: 0 });
    await merchant.query();
    expect(await merchant.query()).toMatchObject({ code: '20000' });
    expect(await merchant.control('DELETE', '/faults')).toMatchObject({ status: 204 });
    expect(await merchant.query()).toMatchObject({ code: '40004' });
  });

  it('nobody knows is refused', async () => {
    expect(await merchant.fault({ fault: 'callbackEaten' })).toMatchObject({ status: 400 });
    expect(await merchant.fault({ fault: 'callbackLost', outTradNo: 'P1' })).toMatchObject({ status: 400 });
  });
});

describe('the control API', () => {
  it('counts the calls the merchant made, by method', async () => {
    await merchant.precreate();
    await merchant.query();
    await merchant.query();
    expect(await merchant.orderView()).toMatchObject({
      calls: { 'alipay.trade.precreate': 1, 'alipay.trade.query': 2 },
    });
  });

  it('forgets everything on reset', async () => {
    await merchant.precreate();
    await merchant.fault({ fault: 'systemError', times: 0 });
    expect(await merchant.control('POST', '/reset')).toMatchObject({ status: 204 });
    expect((await merchant.control('GET', '/orders')).body).toEqual({ orders: [] });
    expect(await merchant.precreate()).toMatchObject({ code: '10000' });
  });

  it('says that it lives', async () => {
    expect((await fetch(`${merchant.url}/healthz`)).status).toBe(200);
  });
});
