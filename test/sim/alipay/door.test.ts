import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requestBaseString, signText } from '../../../sim/alipay/signature.js';
import { merchantKey } from '../support/keys.js';
import { order, startMerchant } from '../support/alipay.js';
import type { TestMerchant } from '../support/alipay.js';

let merchant: TestMerchant;
beforeAll(async () => {
  merchant = await startMerchant();
});
afterAll(() => merchant.stop());

describe('at the door of the gateway', () => {
  it.each([
    { what: 'another application', overwrite: { app_id: '2021000000000002' }, subCode: 'isv.invalid-app-id' },
    { what: 'no method', overwrite: { method: '' }, subCode: 'isv.missing-method' },
    { what: 'no timestamp', overwrite: { timestamp: '' }, subCode: 'isv.missing-timestamp' },
    { what: 'the weaker signature type', overwrite: { sign_type: 'RSA' }, subCode: 'isv.invalid-signature-type' },
    { what: 'another character set', overwrite: { charset: 'gbk' }, subCode: 'isv.invalid-charset' },
    { what: 'a changed signature', overwrite: { sign: 'AAAA' }, subCode: 'isv.invalid-signature' },
    {
      what: 'a clock 11 minutes behind',
      overwrite: { timestamp: '2030-01-01 09:49:00' },
      subCode: 'isv.invalid-timestamp',
    },
    { what: 'a timestamp in UTC', overwrite: { timestamp: '2030-01-01 02:00:00' }, subCode: 'isv.invalid-timestamp' },
    { what: 'content that is not JSON', overwrite: { biz_content: '{' }, subCode: 'isv.invalid-parameter' },
    {
      what: 'a method Alipay does not have',
      overwrite: { method: 'alipay.trade.give' },
      subCode: 'isv.invalid-method',
    },
  ])('a request with $what is refused without a signature', async ({ overwrite, subCode }) => {
    const answer = await merchant.call('alipay.trade.precreate', order, overwrite);
    expect(answer).toMatchObject({ sub_code: subCode, isGenuine: false });
    expect(answer.raw).toContain('{"error_response":');
  });

  it('a request 10 minutes old still gets in', async () => {
    const answer = await merchant.call('alipay.trade.query', order, { timestamp: '2030-01-01 09:50:00' });
    expect(answer).toMatchObject({ sub_code: 'ACQ.TRADE_NOT_EXIST', isGenuine: true });
  });

  it('a client that signs an empty parameter fails verification', async () => {
    const signed = merchant.parameters('alipay.trade.query', order);
    const text = requestBaseString(signed).replace('&sign_type', '&return_url=&sign_type');
    const form = { ...signed, return_url: '', sign: signText(text, merchantKey) };
    expect(await (await merchant.post(form)).text()).toContain('isv.invalid-signature');
  });

  it('parameters split over query and body count as one request', async () => {
    const { biz_content: content, ...publicParameters } = merchant.parameters('alipay.trade.query', order);
    const query = new URLSearchParams(publicParameters).toString();
    const body = new URLSearchParams({ biz_content: content });
    const response = await fetch(`${merchant.url}/gateway.do?${query}`, { method: 'POST', body });
    expect(await response.text()).toContain('ACQ.TRADE_NOT_EXIST');
  });
});

describe('the limits of an order', () => {
  it.each([
    { total_amount: '0.00' },
    { total_amount: '1280.001' },
    { total_amount: '01.00' },
    { total_amount: '-1.00' },
    { total_amount: '100000000.01' },
    { total_amount: 1280 },
    { subject: 'a/b' },
    { subject: 'a=b' },
    { subject: 'a&b' },
    { subject: '' },
    { out_trade_no: 'P-1' },
    { out_trade_no: 'P'.repeat(65) },
    { seller_id: '2088000000000009' },
    { time_expire: '2030-01-01 09:59:59' },
    { time_expire: '2030-02-30 10:00:00' },
    { timeout_express: '16d' },
    { timeout_express: '0m' },
  ])('%j is refused', async (content) => {
    const answer = await merchant.precreate(content);
    expect(answer).toMatchObject({ code: '40004', sub_code: 'ACQ.INVALID_PARAMETER', isGenuine: true });
  });

  it.each(['0.01', '1.5', '100000000.00', '100000000'])('%s yuan is accepted', async (total_amount) => {
    const out_trade_no = `Amount_${total_amount.replace('.', '_')}`;
    expect(await merchant.precreate({ out_trade_no, total_amount })).toMatchObject({ code: '10000' });
  });
});
