import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { order, startMerchant } from '../support/alipay.js';
import type { TestMerchant } from '../support/alipay.js';

let merchant: TestMerchant;
beforeEach(async () => {
  merchant = await startMerchant();
  await merchant.precreate();
});
afterEach(() => merchant.stop());

describe('refunding a paid trade', () => {
  beforeEach(async () => {
    await merchant.payer('pay');
  });

  it('answers each part with the total refunded so far, and closes the trade with the last', async () => {
    expect(await merchant.refund('R1', '280.00')).toMatchObject({ fund_change: 'Y', refund_fee: '280.00' });
    expect(await merchant.query()).toMatchObject({ trade_status: 'TRADE_SUCCESS' });
    expect(await merchant.refund('R2', '1000.00')).toMatchObject({ fund_change: 'Y', refund_fee: '1280.00' });
    expect(await merchant.query()).toMatchObject({
      trade_status: 'TRADE_CLOSED',
      send_pay_date: '2030-01-01 10:00:00',
    });
  });

  it('under the same number and amount again moves nothing', async () => {
    await merchant.refund('R1', '280.00');
    expect(await merchant.refund('R1', '280.00')).toMatchObject({ fund_change: 'N', refund_fee: '280.00' });
    expect(await merchant.orderView()).toMatchObject({ refundedFen: 280_00 });
  });

  it('under the same number with another amount is refused', async () => {
    await merchant.refund('R1', '280.00');
    expect(await merchant.refund('R1', '280.01')).toMatchObject({ sub_code: 'ACQ.DISCORDANT_REPEAT_REQUEST' });
  });

  it('beyond what was paid is refused, by one fen and in sum', async () => {
    expect(await merchant.refund('R1', '1280.01')).toMatchObject({ sub_code: 'ACQ.REASON_TRADE_REFUND_FEE_ERR' });
    await merchant.refund('R2', '1000.00');
    expect(await merchant.refund('R3', '280.01')).toMatchObject({ sub_code: 'ACQ.REASON_TRADE_REFUND_FEE_ERR' });
    expect(await merchant.orderView()).toMatchObject({ refundedFen: 1000_00 });
  });

  it('in part needs a request number', async () => {
    const content = { out_trade_no: order.out_trade_no, refund_amount: '1.00' };
    expect(await merchant.call('alipay.trade.refund', content)).toMatchObject({ sub_code: 'ACQ.INVALID_PARAMETER' });
  });

  it('is found by the refund query, which says nothing of a number it does not know', async () => {
    await merchant.refund('R1', '280.00');
    expect(await merchant.refundQuery('R1')).toMatchObject({
      refund_status: 'REFUND_SUCCESS',
      refund_amount: '280.00',
      total_amount: '1280.00',
    });
    const unknown = await merchant.refundQuery('R2');
    expect(unknown).toMatchObject({ code: '10000' });
    expect(unknown).not.toHaveProperty('refund_status');
  });

  it('stuck for two queries succeeds with the third', async () => {
    await merchant.fault({ fault: 'refundStuck', outTradeNo: order.out_trade_no, times: 2 });
    expect(await merchant.refund('R1', '280.00')).toMatchObject({
      code: '10000',
      fund_change: 'N',
      refund_fee: '0.00',
    });
    const statuses = [];
    for (let each = 0; each < 3; each += 1) statuses.push((await merchant.refundQuery('R1'))['refund_status']);
    expect(statuses).toEqual([undefined, undefined, 'REFUND_SUCCESS']);
  });

  it('stuck until the fault is removed succeeds when it is asked for again', async () => {
    const { body } = await merchant.fault({ fault: 'refundStuck', times: 0 });
    await merchant.refund('R1', '280.00');
    expect(await merchant.refund('R1', '280.00')).toMatchObject({ fund_change: 'N' });
    expect(await merchant.refundQuery('R1')).not.toHaveProperty('refund_status');
    await merchant.control('DELETE', `/faults/${String(body['id'])}`);
    expect(await merchant.refund('R1', '280.00')).toMatchObject({ fund_change: 'Y', refund_fee: '280.00' });
  });

  it('keeps a stuck refund within the limit, so that the rest cannot be refunded twice', async () => {
    await merchant.fault({ fault: 'refundStuck', times: 0 });
    await merchant.refund('R1', '1000.00');
    expect(await merchant.refund('R2', '280.01')).toMatchObject({ sub_code: 'ACQ.REASON_TRADE_REFUND_FEE_ERR' });
  });

  it.each([
    { fault: 'refundRefused', expected: 'ACQ.SELLER_BALANCE_NOT_ENOUGH' },
    { fault: 'refundRefused', subCode: 'ACQ.TRADE_NOT_ALLOW_REFUND', expected: 'ACQ.TRADE_NOT_ALLOW_REFUND' },
  ])('is refused with $expected on request, and can be tried again', async ({ expected, ...fault }) => {
    await merchant.fault(fault);
    expect(await merchant.refund('R1', '280.00')).toMatchObject({ code: '40004', sub_code: expected });
    expect(await merchant.orderView()).toMatchObject({ refundedFen: 0 });
    expect(await merchant.refund('R1', '280.00')).toMatchObject({ fund_change: 'Y' });
  });
});

describe('refunding what is not paid', () => {
  it('is refused before the scan and while the trade waits', async () => {
    expect(await merchant.refund('R1', '1280.00')).toMatchObject({ sub_code: 'ACQ.TRADE_NOT_EXIST' });
    await merchant.payer('scan');
    expect(await merchant.refund('R1', '1280.00')).toMatchObject({ sub_code: 'ACQ.TRADE_STATUS_ERROR' });
  });
});
