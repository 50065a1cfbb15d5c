import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isSignedText, notificationBaseString } from '../../../sim/alipay/signature.js';
import {
  APP_ID,
  BY_LIFE,
  LIFE,
  lifeChild,
  merged,
  order,
  ownChild,
  SELLER_ID,
  startMerchant,
} from '../support/alipay.js';
import type { TestMerchant } from '../support/alipay.js';
import { channelPublicKey } from '../support/keys.js';

let merchant: TestMerchant;
beforeEach(async () => {
  merchant = await startMerchant();
});
afterEach(() => merchant.stop());

const queryBoth = async () => [
  await merchant.ofChild('query', ownChild),
  await merchant.ofChild('query', lifeChild, BY_LIFE),
];
const bothAre = (status: string) => [{ trade_status: status }, { trade_status: status }];
const notThere = [{ sub_code: 'ACQ.TRADE_NOT_EXIST' }, { sub_code: 'ACQ.TRADE_NOT_EXIST' }];
const openPage = async () => merchant.openMerged((await merchant.merge())['pre_order_no']);

describe('a merged payment', () => {
  it('is no trade until the payer opens its page, then waits, then is paid by one act', async () => {
    const answer = await merchant.merge();
    expect(answer).toMatchObject({
      code: '10000',
      isGenuine: true,
      out_merge_no: merged.out_merge_no,
      order_detail_results: [
        { app_id: APP_ID, out_trade_no: ownChild.out_trade_no, success: true },
        { app_id: LIFE.appId, out_trade_no: lifeChild.out_trade_no, success: true },
      ],
    });
    expect(await queryBoth()).toMatchObject(notThere);
    const page = await merchant.openMerged(answer['pre_order_no']);
    expect(page).toContain('¥1600.00');
    expect(page).toContain(`${lifeChild.subject} ¥320.00`);
    expect(await queryBoth()).toMatchObject(bothAre('WAIT_BUYER_PAY'));
    expect(await merchant.payChild(lifeChild)).toMatchObject({ status: 200 });
    const paid = await queryBoth();
    expect(paid).toMatchObject([
      { trade_status: 'TRADE_SUCCESS', total_amount: '1280.00' },
      { trade_status: 'TRADE_SUCCESS', total_amount: '320.00' },
    ]);
    expect(new Set(paid.map(({ trade_no: no }) => no)).size).toBe(2);
  });

  it('counts a scan of one child for all', async () => {
    await merchant.merge();
    await merchant.control('POST', `/orders/${ownChild.out_trade_no}/scan`);
    expect(await queryBoth()).toMatchObject(bothAre('WAIT_BUYER_PAY'));
  });

  it('asked for again is the same while it waits, and nothing else under its number', async () => {
    const { pre_order_no: first } = await merchant.merge();
    expect(first).toEqual(expect.any(String));
    expect(await merchant.merge()).toMatchObject({ code: '10000', pre_order_no: first });
    expect(await merchant.merge({ order_details: [ownChild] })).toMatchObject({
      code: '40004',
      sub_code: 'ACQ.CONTEXT_INCONSISTENT',
    });
    await merchant.payChild(ownChild);
    expect(await merchant.merge()).toMatchObject({ sub_code: 'ACQ.TRADE_HAS_SUCCESS' });
  });

  it('takes no child number that stands for another order, and then takes no child at all', async () => {
    await merchant.precreate({ out_trade_no: lifeChild.out_trade_no });
    expect(await merchant.merge()).toMatchObject({ sub_code: 'ACQ.CONTEXT_INCONSISTENT' });
    expect(await merchant.control('GET', `/orders/${ownChild.out_trade_no}`)).toMatchObject({ status: 404 });
  });

  it.each([
    ['names an application nobody knows', { order_details: [{ ...ownChild, app_id: '2021000000000404' }] }],
    ["names another application's seller", { order_details: [{ ...ownChild, seller_id: LIFE.sellerId }] }],
    ['has no children', { order_details: [] }],
    ['has one child twice', { order_details: [ownChild, ownChild] }],
    ['is for a desktop', { order_details: [{ ...ownChild, product_code: 'FAST_INSTANT_TRADE_PAY' }] }],
    ['has run out', { time_expire: '2030-01-01 10:00:00' }],
    ['has no number', { out_merge_no: undefined }],
  ])('that %s is refused', async (_why, content) => {
    expect(await merchant.merge(content)).toMatchObject({ code: '40004', sub_code: 'ACQ.INVALID_PARAMETER' });
  });

  it('shows its page to who brings its number rightly signed, and to nobody else', async () => {
    const { pre_order_no: preOrderNo } = await merchant.merge();
    expect(await merchant.openMerged('another')).toContain('pre_order_no');
    expect(await merchant.openMerged(preOrderNo, BY_LIFE)).toContain('pre_order_no');
    expect(await merchant.openMerged(preOrderNo, { sign: 'AAAA' })).toContain('isv.invalid-signature');
    expect(await queryBoth()).toMatchObject(notThere);
  });

  it('cannot be paid any more when one child was closed', async () => {
    await openPage();
    expect(await merchant.ofChild('close', lifeChild, BY_LIFE)).toMatchObject({ code: '10000' });
    expect(await merchant.payChild(ownChild)).toMatchObject({ status: 409, body: { error: 'closed' } });
    expect(await merchant.merge()).toMatchObject({ sub_code: 'ACQ.TRADE_HAS_CLOSE' });
    expect(await queryBoth()).toMatchObject([{ trade_status: 'WAIT_BUYER_PAY' }, { trade_status: 'TRADE_CLOSED' }]);
    expect(await merchant.payChild(ownChild, { only: true })).toMatchObject({ status: 200 });
  });

  it('is paid whole when the payer races the close of one child', async () => {
    await openPage();
    await merchant.fault({ fault: 'payDuringClose', prefix: merged.out_merge_no });
    expect(await merchant.ofChild('close', ownChild)).toMatchObject({ sub_code: 'ACQ.REASON_TRADE_STATUS_INVALID' });
    expect(await queryBoth()).toMatchObject(bothAre('TRADE_SUCCESS'));
  });

  it('runs out as a whole, and is not asked for again then', async () => {
    const { pre_order_no: preOrderNo } = await merchant.merge();
    await merchant.openMerged(preOrderNo);
    merchant.passMinutes(30);
    expect(await merchant.merge()).toMatchObject({ sub_code: 'ACQ.TRADE_HAS_CLOSE' });
    expect(await queryBoth()).toMatchObject(bothAre('TRADE_CLOSED'));
    expect(await merchant.payChild(ownChild)).toMatchObject({ status: 409, body: { error: 'expired' } });
    expect(await merchant.openMerged(preOrderNo)).toContain('订单已过期或已关闭');
  });

  it('is shown by its children, each with its merchant, its money and the calls it saw', async () => {
    await merchant.merge();
    await merchant.payChild(ownChild);
    await merchant.ofChild('query', lifeChild, BY_LIFE);
    const whole = { combineNo: merged.out_merge_no, state: 'TRADE_SUCCESS' };
    expect(await merchant.childView(ownChild)).toMatchObject({
      ...whole,
      merchantId: SELLER_ID,
      paidFen: 1_280_00,
      verbs: { open: 1, query: 0 },
    });
    expect(await merchant.childView(lifeChild)).toMatchObject({
      ...whole,
      merchantId: LIFE.sellerId,
      paidFen: 320_00,
      verbs: { open: 1, query: 1 },
    });
  });

  it('is paid in one child only when somebody asks for what should never be', async () => {
    await merchant.merge();
    await merchant.payChild(ownChild, { only: true });
    expect(await queryBoth()).toMatchObject([{ trade_status: 'TRADE_SUCCESS' }, { trade_status: 'WAIT_BUYER_PAY' }]);
    expect(await merchant.payChild(ownChild)).toMatchObject({ status: 409, body: { error: 'alreadyPaid' } });
    expect(await merchant.payChild(lifeChild)).toMatchObject({ status: 200 });
    expect(await queryBoth()).toMatchObject(bothAre('TRADE_SUCCESS'));
    expect((await merchant.childView(ownChild))['notifications']).toHaveLength(1);
  });

  it.each([merged.out_merge_no, lifeChild.out_trade_no])('is troubled by a fault for %s', async (prefix) => {
    await merchant.fault({ fault: 'businessError', method: 'open', prefix, subCode: 'ACQ.ACCESS_FORBIDDEN' });
    expect(await merchant.merge()).toMatchObject({ sub_code: 'ACQ.ACCESS_FORBIDDEN' });
    expect(await merchant.control('GET', `/orders/${ownChild.out_trade_no}`)).toMatchObject({ status: 404 });
    expect(await merchant.merge()).toMatchObject({ code: '10000' });
  });
});

describe('a fault for the number of the whole', () => {
  it('troubles the calls about one child, and its notification', async () => {
    const outTradeNo = merged.out_merge_no;
    await merchant.fault({ fault: 'callbackLost', outTradeNo });
    await merchant.fault({ fault: 'systemError', outTradeNo, method: 'query' });
    await merchant.merge();
    await merchant.payChild(ownChild);
    expect(await merchant.ofChild('query', lifeChild, BY_LIFE)).toMatchObject({ code: '20000' });
    expect(await merchant.ofChild('query', lifeChild, BY_LIFE)).toMatchObject({ code: '10000' });
    expect((await merchant.childView(ownChild))['notifications']).toMatchObject([{ state: 'lost' }]);
  });
});

describe('another application', () => {
  it('signs with its own key, and sees, closes and refunds its own trades only', async () => {
    const foreign = { out_trade_no: order.out_trade_no };
    await merchant.call('alipay.trade.precreate', order, BY_LIFE);
    await merchant.payer('scan');
    expect(await merchant.query()).toMatchObject({ sub_code: 'ACQ.TRADE_NOT_EXIST' });
    expect(await merchant.close()).toMatchObject({ sub_code: 'ACQ.TRADE_NOT_EXIST' });
    expect((await merchant.payer('pay')).body).toMatchObject({
      merchantId: LIFE.sellerId,
      verbs: { open: 1, query: 0, close: 0 },
    });
    expect(await merchant.refund('R1', '1.00')).toMatchObject({ sub_code: 'ACQ.TRADE_NOT_EXIST' });
    const seen = await merchant.call('alipay.trade.query', foreign, BY_LIFE);
    expect(seen).toMatchObject({ trade_status: 'TRADE_SUCCESS' });
    const byNumber = { trade_no: seen['trade_no'] };
    expect(await merchant.call('alipay.trade.query', byNumber)).toMatchObject({ sub_code: 'ACQ.TRADE_NOT_EXIST' });
  });

  it('does not get in with the key of the usual one', async () => {
    const { sign } = merchant.parameters('alipay.trade.query', order);
    const forged = { ...BY_LIFE, sign };
    expect(await merchant.call('alipay.trade.query', order, forged)).toMatchObject({
      sub_code: 'isv.invalid-signature',
    });
  });

  it('cannot take the number of an order that is not its own', async () => {
    await merchant.precreate();
    expect(await merchant.call('alipay.trade.precreate', order, BY_LIFE)).toMatchObject({
      sub_code: 'ACQ.CONTEXT_INCONSISTENT',
    });
  });

  it('has a bill of its own', async () => {
    await merchant.merge();
    await merchant.payChild(ownChild, { only: true });
    const asked = { bill_type: 'trade', bill_date: '2030-01-01' };
    const method = 'alipay.data.dataservice.bill.downloadurl.query';
    expect(await merchant.call(method, asked)).toMatchObject({ code: '10000' });
    expect(await merchant.call(method, asked, BY_LIFE)).toMatchObject({ sub_code: 'isp.bill_not_exist' });
  });
});

describe('a refund of a child', () => {
  beforeEach(async () => {
    await merchant.merge();
    await merchant.payChild(ownChild);
  });

  it('is made by its application, and leaves its sibling alone', async () => {
    expect(await merchant.refundChild(lifeChild, '320.00', BY_LIFE)).toMatchObject({ fund_change: 'Y' });
    expect(await queryBoth()).toMatchObject([{ trade_status: 'TRADE_SUCCESS' }, { trade_status: 'TRADE_CLOSED' }]);
    expect(await merchant.childView(lifeChild)).toMatchObject({ refundedFen: 320_00 });
    expect(await merchant.childView(ownChild)).toMatchObject({ refundedFen: 0 });
  });

  it('is made by nobody else, and never of more than the child', async () => {
    expect(await merchant.refundChild(lifeChild, '1.00')).toMatchObject({ sub_code: 'ACQ.TRADE_NOT_EXIST' });
    expect(await merchant.refundChild(lifeChild, '320.01', BY_LIFE)).toMatchObject({
      sub_code: 'ACQ.REASON_TRADE_REFUND_FEE_ERR',
    });
  });
});

describe('the notifications of a merged payment', () => {
  const byNumber = async (count: number) => {
    await merchant.receiver.hasReceived(count);
    return merchant.receiver.received.toSorted((a, b) =>
      String(a['out_trade_no']).localeCompare(String(b['out_trade_no'])),
    );
  };

  it('come one for each child, in the name of its own seller', async () => {
    await openPage();
    await merchant.payChild(ownChild);
    const told = await byNumber(2);
    expect(told).toMatchObject([
      { app_id: APP_ID, seller_id: SELLER_ID, out_trade_no: ownChild.out_trade_no, total_amount: '1280.00' },
      { app_id: LIFE.appId, seller_id: LIFE.sellerId, out_trade_no: lifeChild.out_trade_no, total_amount: '320.00' },
    ]);
    for (const { sign = '', ...fields } of told) {
      expect(fields).toMatchObject({ notify_type: 'trade_status_sync', trade_status: 'TRADE_SUCCESS' });
      expect(isSignedText(notificationBaseString(fields), sign, channelPublicKey)).toBe(true);
    }
  });

  it('are lost or false for the child a fault is asked for', async () => {
    await merchant.fault({ fault: 'callbackLost', prefix: ownChild.out_trade_no });
    await merchant.fault({ fault: 'callbackWrongMerchant', prefix: lifeChild.out_trade_no });
    await merchant.merge();
    await merchant.payChild(ownChild);
    expect(await byNumber(1)).toMatchObject([{ out_trade_no: lifeChild.out_trade_no, seller_id: '2088999999999999' }]);
    expect((await merchant.childView(ownChild))['notifications']).toMatchObject([{ state: 'lost' }]);
  });
});
