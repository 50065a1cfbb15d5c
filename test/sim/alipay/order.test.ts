import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { APP_ID, order, SELLER_ID, startMerchant } from '../support/alipay.js';
import type { TestMerchant } from '../support/alipay.js';

let merchant: TestMerchant;
beforeEach(async () => {
  merchant = await startMerchant();
});
afterEach(() => merchant.stop());

describe('an order by QR code', () => {
  it('is no trade until the payer scans, then waits, then is paid', async () => {
    await merchant.precreate();
    expect(await merchant.query()).toMatchObject({ code: '40004', sub_code: 'ACQ.TRADE_NOT_EXIST' });
    await merchant.payer('scan');
    expect(await merchant.query()).toMatchObject({ trade_status: 'WAIT_BUYER_PAY', total_amount: '1280.00' });
    await merchant.payer('pay');
    expect(await merchant.query()).toMatchObject({
      trade_status: 'TRADE_SUCCESS',
      total_amount: '1280.00',
      receipt_amount: '1280.00',
      send_pay_date: '2030-01-01 10:00:00',
    });
  });

  it('is also found by the number Alipay gave it', async () => {
    await merchant.precreate();
    const { body } = await merchant.payer('pay');
    expect(await merchant.call('alipay.trade.query', { trade_no: body['tradeNo'] })).toMatchObject({
      out_trade_no: order.out_trade_no,
    });
  });

  it('asked for again with the same parameters is the same order', async () => {
    const [first, again] = [await merchant.precreate(), await merchant.precreate()];
    expect(again['qr_code']).toBe(first['qr_code']);
  });

  it('asked for again with another amount is refused', async () => {
    await merchant.precreate();
    expect(await merchant.precreate({ total_amount: '1280.01' })).toMatchObject({
      sub_code: 'ACQ.CONTEXT_INCONSISTENT',
    });
  });

  it('asked for again after payment or closing is refused', async () => {
    await merchant.precreate();
    await merchant.payer('pay');
    expect(await merchant.precreate()).toMatchObject({ sub_code: 'ACQ.TRADE_HAS_SUCCESS' });
    const other = { out_trade_no: 'P2030010100000002C1' };
    await merchant.precreate(other);
    await merchant.control('POST', `/orders/${other.out_trade_no}/scan`);
    await merchant.call('alipay.trade.close', other);
    expect(await merchant.precreate(other)).toMatchObject({ sub_code: 'ACQ.TRADE_HAS_CLOSE' });
  });

  it('is scanned by opening its code, which shows subject and amount', async () => {
    const answer = await merchant.precreate({ subject: '<车险>' });
    const page = await (await fetch(String(answer['qr_code']))).text();
    expect(page).toContain('&lt;车险&gt;');
    expect(page).toContain('¥1280.00');
    expect(await merchant.query()).toMatchObject({ trade_status: 'WAIT_BUYER_PAY' });
  });

  it('is answered with and without escaped slashes, validly signed both ways', async () => {
    const answers = [await merchant.precreate(), await merchant.precreate()];
    expect(answers.every(({ isGenuine }) => isGenuine)).toBe(true);
    expect(answers.map(({ raw }) => raw.includes('\\/')).sort()).toEqual([false, true]);
  });
});

describe('time', () => {
  it('closes a trade that waited beyond the expiry, and refuses the payer', async () => {
    await merchant.precreate({ time_expire: '2030-01-01 10:30:00' });
    await merchant.payer('scan');
    merchant.passMinutes(29);
    expect(await merchant.query()).toMatchObject({ trade_status: 'WAIT_BUYER_PAY' });
    merchant.passMinutes(1);
    expect(await merchant.payer('pay')).toMatchObject({ status: 409, body: { error: 'expired' } });
    const closed = await merchant.query();
    expect(closed).toMatchObject({ trade_status: 'TRADE_CLOSED' });
    expect(closed).not.toHaveProperty('send_pay_date');
  });

  it('leaves an order nobody scanned unknown, and unpayable after its expiry', async () => {
    await merchant.precreate({ timeout_express: '30m' });
    merchant.passMinutes(30);
    expect(await merchant.payer('pay')).toMatchObject({ status: 409, body: { error: 'expired' } });
    expect(await merchant.query()).toMatchObject({ sub_code: 'ACQ.TRADE_NOT_EXIST' });
  });

  it('ends a QR code after two hours, but not the payment of who scanned it before', async () => {
    await merchant.precreate({ timeout_express: '1d' });
    await merchant.precreate({ out_trade_no: 'P2030010100000002C1', timeout_express: '1d' });
    await merchant.payer('scan');
    merchant.passMinutes(120);
    expect(await merchant.payer('pay')).toMatchObject({ status: 200 });
    expect(await merchant.control('POST', '/orders/P2030010100000002C1/pay')).toMatchObject({
      status: 409,
      body: { error: 'expired' },
    });
  });
});

describe('closing', () => {
  it('before the scan finds no trade, and the code can still be paid', async () => {
    await merchant.precreate();
    expect(await merchant.close()).toMatchObject({ sub_code: 'ACQ.TRADE_NOT_EXIST' });
    expect(await merchant.payer('pay')).toMatchObject({ status: 200 });
  });

  it('closes a waiting trade for the payer', async () => {
    await merchant.precreate();
    await merchant.payer('scan');
    expect(await merchant.close()).toMatchObject({ code: '10000', out_trade_no: order.out_trade_no });
    expect(await merchant.payer('pay')).toMatchObject({ status: 409, body: { error: 'closed' } });
  });

  it('is refused once the trade is paid', async () => {
    await merchant.precreate();
    await merchant.payer('pay');
    expect(await merchant.close()).toMatchObject({ sub_code: 'ACQ.REASON_TRADE_STATUS_INVALID' });
    expect(await merchant.query()).toMatchObject({ trade_status: 'TRADE_SUCCESS' });
  });
});

describe('the cashier pages', () => {
  const page = { ...order, product_code: 'FAST_INSTANT_TRADE_PAY' };

  it('register the order and show what to pay', async () => {
    const form = merchant.parameters('alipay.trade.page.pay', page, { return_url: 'https://merchant.test/back?a=1' });
    const response = await fetch(`${merchant.url}/gateway.do?${new URLSearchParams(form).toString()}`);
    expect(response.headers.get('content-type')).toContain('text/html');
    expect(await response.text()).toContain('¥1280.00');
    expect(await merchant.query()).toMatchObject({ sub_code: 'ACQ.TRADE_NOT_EXIST' });
    const { body } = await merchant.payer('pay');
    const returned = new URL(String(body['returnUrl'])).searchParams;
    expect(Object.fromEntries(returned)).toMatchObject({
      a: '1',
      app_id: APP_ID,
      seller_id: SELLER_ID,
      total_amount: '1280.00',
      sign_type: 'RSA2',
    });
  });

  it('say why they refuse', async () => {
    const wrongProduct = merchant.parameters('alipay.trade.wap.pay', page);
    expect(await (await merchant.post(wrongProduct)).text()).toContain('ACQ.INVALID_PARAMETER');
    expect(await merchant.payer('pay')).toMatchObject({ status: 404 });
  });
});
