import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { isSignedText, notificationBaseString } from '../../../sim/alipay/signature.js';
import { channelPublicKey } from '../support/keys.js';
import { APP_ID, SELLER_ID, order, startMerchant } from '../support/alipay.js';
import type { Fields, TestMerchant } from '../support/alipay.js';

let merchant: TestMerchant;
beforeEach(async () => {
  merchant = await startMerchant();
  await merchant.precreate({ subject: '车险 100% + 附加险', passback_params: 'a%3D1' });
});
afterEach(() => merchant.stop());

const isGenuine = (fields: Record<string, string>) =>
  isSignedText(notificationBaseString(fields), fields['sign'] ?? '', channelPublicKey);

type NotificationView = { event: string; state: string; deliveries: { status: number; body: string }[] };
const notifications = async () => (await merchant.orderView())['notifications'] as NotificationView[];

const settled = (state: string) =>
  vi.waitFor(async () => {
    expect((await notifications()).map((each) => each.state)).toContain(state);
  });

describe('a payment', () => {
  it('is notified once, signed, with all the merchant has to check', async () => {
    await merchant.payer('pay');
    await settled('acknowledged');
    expect(merchant.receiver.received).toHaveLength(1);
    const fields = merchant.receiver.received[0] ?? {};
    expect(isGenuine(fields)).toBe(true);
    expect(fields).toMatchObject({
      notify_type: 'trade_status_sync',
      app_id: APP_ID,
      seller_id: SELLER_ID,
      out_trade_no: order.out_trade_no,
      trade_status: 'TRADE_SUCCESS',
      total_amount: '1280.00',
      subject: '车险 100% + 附加险',
      passback_params: 'a%3D1',
      gmt_payment: '2030-01-01 10:00:00',
    });
    expect(fields).not.toHaveProperty('refund_fee');
  });

  it('is notified again under the same id until the merchant says exactly success', async () => {
    merchant.receiver.answer = { status: 200, body: 'success\n' };
    await merchant.payer('pay');
    await merchant.receiver.hasReceived(2);
    merchant.receiver.answer = { status: 200, body: 'success' };
    await settled('acknowledged');
    expect(new Set(merchant.receiver.received.map((fields) => fields['notify_id'])).size).toBe(1);
    const [{ deliveries } = { deliveries: [] }] = await notifications();
    expect(deliveries[0]).toMatchObject({ status: 200, body: 'success\n', acknowledged: false });
    expect(deliveries.at(-1)).toMatchObject({ acknowledged: true });
  });

  it('is given up after eight deliveries, a redirect counting as none', async () => {
    merchant.receiver.answer = { status: 302, body: 'success' };
    await merchant.payer('pay');
    await settled('givenUp');
    expect(merchant.receiver.received).toHaveLength(8);
  });

  it('of another amount is notified and answered as that amount', async () => {
    await merchant.payer('pay', { amountFen: 1 });
    await merchant.receiver.hasReceived(1);
    expect(merchant.receiver.received[0]).toMatchObject({ total_amount: '0.01' });
    expect(await merchant.query()).toMatchObject({ total_amount: '0.01' });
    expect(await merchant.orderView()).toMatchObject({ amountFen: 1280_00, paidFen: 1 });
  });
});

describe('a refund', () => {
  it('in part is notified as TRADE_SUCCESS, in full as TRADE_CLOSED, with its number and the total refunded', async () => {
    await merchant.payer('pay');
    await merchant.receiver.hasReceived(1);
    await merchant.refund('R1', '280.00');
    await merchant.receiver.hasReceived(2);
    await merchant.refund('R2', '1000.00');
    await merchant.receiver.hasReceived(3);
    expect(merchant.receiver.received[1]).toMatchObject({
      trade_status: 'TRADE_SUCCESS',
      refund_fee: '280.00',
      out_biz_no: 'R1',
      gmt_refund: '2030-01-01 10:00:00.000',
    });
    expect(merchant.receiver.received[2]).toMatchObject({
      trade_status: 'TRADE_CLOSED',
      refund_fee: '1280.00',
      out_biz_no: 'R2',
    });
    expect(merchant.receiver.received.every(isGenuine)).toBe(true);
  });
});

describe('closing', () => {
  it('is not notified unless the application is configured for it', async () => {
    await merchant.payer('scan');
    await merchant.close();
    expect(await notifications()).toEqual([]);
  });

  it('is notified when it is, by the merchant or by time', async () => {
    const other = await startMerchant({ notifiesClosing: true });
    try {
      await other.precreate({ timeout_express: '30m' });
      await other.payer('scan');
      other.passMinutes(30);
      await other.query();
      await other.receiver.hasReceived(1);
      expect(other.receiver.received[0]).toMatchObject({ trade_status: 'TRADE_CLOSED' });
      expect(other.receiver.received[0]).not.toHaveProperty('gmt_payment');
    } finally {
      await other.stop();
    }
  });
});

describe('the payment notification, by fault,', () => {
  const payWith = async (fault: Fields) => {
    await merchant.fault({ outTradeNo: order.out_trade_no, ...fault });
    await merchant.payer('pay');
  };

  it('is lost, while the query knows of the payment', async () => {
    await payWith({ fault: 'callbackLost' });
    expect(await notifications()).toMatchObject([{ event: 'paid', state: 'lost', deliveries: [] }]);
    expect(await merchant.query()).toMatchObject({ trade_status: 'TRADE_SUCCESS' });
    expect(merchant.receiver.received).toEqual([]);
  });

  it('comes late', async () => {
    await payWith({ fault: 'callbackLate', delayMs: 100 });
    expect(await notifications()).toMatchObject([{ state: 'due', deliveries: [] }]);
    await merchant.receiver.hasReceived(1);
  });

  it('comes several times under one id', async () => {
    await payWith({ fault: 'callbackRepeated', repeat: 4 });
    await settled('acknowledged');
    await merchant.receiver.hasReceived(4);
    expect(new Set(merchant.receiver.received.map((fields) => fields['notify_id'])).size).toBe(1);
  });

  it('is followed, or preceded, by the state before it', async () => {
    await payWith({ fault: 'callbackReordered' });
    await merchant.receiver.hasReceived(2);
    const statuses = () => merchant.receiver.received.map((fields) => fields['trade_status']);
    expect(statuses()).toEqual(['TRADE_SUCCESS', 'WAIT_BUYER_PAY']);
    expect(merchant.receiver.received.every(isGenuine)).toBe(true);

    await merchant.precreate({ out_trade_no: 'Other_1' });
    await merchant.fault({ fault: 'callbackReordered', before: true, tradeStatus: 'TRADE_CLOSED' });
    await merchant.control('POST', '/orders/Other_1/pay');
    await merchant.receiver.hasReceived(4);
    expect(statuses().slice(2)).toEqual(['TRADE_CLOSED', 'TRADE_SUCCESS']);
  });

  it('comes once more after the refund notification', async () => {
    await merchant.payer('pay');
    await merchant.receiver.hasReceived(1);
    await merchant.fault({ fault: 'callbackReordered' });
    await merchant.refund('R1', '280.00');
    await merchant.receiver.hasReceived(3);
    const [paid, refunded, again] = merchant.receiver.received;
    expect(refunded).toMatchObject({ out_biz_no: 'R1' });
    expect(again?.['notify_id']).toBe(paid?.['notify_id']);
  });

  it('says another amount, though the query says the right one', async () => {
    await payWith({ fault: 'callbackWrongAmount' });
    await merchant.receiver.hasReceived(1);
    expect(merchant.receiver.received[0]).toMatchObject({ total_amount: '1280.01' });
    expect(merchant.receiver.received.every(isGenuine)).toBe(true);
    expect(await merchant.query()).toMatchObject({ total_amount: '1280.00' });
  });

  it('names another merchant', async () => {
    await payWith({ fault: 'callbackWrongMerchant' });
    await merchant.receiver.hasReceived(1);
    expect(merchant.receiver.received[0]?.['seller_id']).not.toBe(SELLER_ID);
    expect(merchant.receiver.received.every(isGenuine)).toBe(true);
  });

  it('is badly signed in every delivery', async () => {
    merchant.receiver.answer = { status: 200, body: 'failure' };
    await payWith({ fault: 'callbackBadSignature' });
    await merchant.receiver.hasReceived(2);
    expect(merchant.receiver.received.some(isGenuine)).toBe(false);
  });
});

describe('an extra notification asked for by hand', () => {
  it('is delivered at once, as false as wanted, and answers with what the merchant said', async () => {
    merchant.receiver.answer = { status: 200, body: 'failure' };
    const forged = {
      amountFen: 1,
      sellerId: '2088000000000009',
      tradeStatus: 'TRADE_SUCCESS',
      badSignature: true,
      repeat: 2,
    };
    const answer = await merchant.control('POST', `/orders/${order.out_trade_no}/notify`, forged);
    expect(answer.body).toMatchObject({ status: 200, body: 'failure' });
    expect(merchant.receiver.received).toHaveLength(2);
    expect(merchant.receiver.received[0]).toMatchObject({ total_amount: '0.01', seller_id: '2088000000000009' });
    expect(merchant.receiver.received.some(isGenuine)).toBe(false);
    expect(await merchant.query()).toMatchObject({ sub_code: 'ACQ.TRADE_NOT_EXIST' });
  });

  it('is true and well signed when nothing false is wanted', async () => {
    await merchant.payer('pay');
    await merchant.receiver.hasReceived(1);
    await merchant.control('POST', `/orders/${order.out_trade_no}/notify`);
    const [first, extra] = merchant.receiver.received;
    expect(merchant.receiver.received.every(isGenuine)).toBe(true);
    expect(extra).toMatchObject({ total_amount: '1280.00', trade_no: first?.['trade_no'] });
    expect(extra?.['notify_id']).not.toBe(first?.['notify_id']);
  });
});
