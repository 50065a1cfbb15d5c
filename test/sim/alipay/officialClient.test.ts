import { AlipaySdk } from 'alipay-sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { channelPublicKey, merchantKey } from '../support/keys.js';
import { APP_ID, order, startMerchant } from '../support/alipay.js';
import type { Fields, TestMerchant } from '../support/alipay.js';

/** The channel's own client library knows the protocol from elsewhere: what it accepts, we did not invent. */
let merchant: TestMerchant;
let client: AlipaySdk;
beforeAll(async () => {
  merchant = await startMerchant();
  client = new AlipaySdk({
    appId: APP_ID,
    privateKey: merchantKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    keyType: 'PKCS8',
    alipayPublicKey: channelPublicKey.export({ type: 'spki', format: 'pem' }).toString(),
    gateway: `${merchant.url}/gateway.do`,
    camelcase: false,
  });
});
afterAll(() => merchant.stop());

const call = (method: string, content: Fields) =>
  client.exec(
    method,
    { timestamp: '2030-01-01 10:00:00', notify_url: merchant.receiver.url, bizContent: content },
    { validateSign: true },
  );

describe("Alipay's own client", () => {
  it('opens, queries, refunds, and accepts every signature, escaped slashes or not', async () => {
    const answers = [await call('alipay.trade.precreate', order), await call('alipay.trade.precreate', order)];
    expect(answers).toMatchObject([{ code: '10000' }, { code: '10000' }]);
    await merchant.payer('pay');
    const { out_trade_no } = order;
    expect(await call('alipay.trade.query', { out_trade_no })).toMatchObject({ trade_status: 'TRADE_SUCCESS' });
    const refund = { out_trade_no, refund_amount: '280.00', out_request_no: 'R1' };
    expect(await call('alipay.trade.refund', refund)).toMatchObject({ fund_change: 'Y' });
  });

  it('accepts the notifications, and refuses one that was tampered with', async () => {
    await merchant.receiver.hasReceived(2);
    expect(merchant.receiver.received.map((fields) => client.checkNotifySignV2(fields))).toEqual([true, true]);
    const [paid] = merchant.receiver.received;
    expect(client.checkNotifySignV2({ ...paid, total_amount: '0.01' })).toBe(false);
  });

  it('refuses an answer with a wrong signature', async () => {
    await merchant.fault({ fault: 'badAnswerSignature' });
    await expect(call('alipay.trade.query', { out_trade_no: order.out_trade_no })).rejects.toThrow('验签失败');
  });
});
