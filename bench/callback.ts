import { createPrivateKey, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { toBeijingTime } from '../sim/alipay/beijingTime.js';
import { notificationBaseString, signText } from '../sim/alipay/signature.js';
import { fenToYuan } from '../sim/alipay/yuan.js';
import { alipayMerchant } from '../stack/channels/alipaySide.js';
import type { Stack } from '../stack/startStack.js';
import { amountFen, post } from './payments.js';

/** One callback, signed ahead so that signing is no part of what is measured. */
export interface Callback {
  readonly paymentId: string;
  readonly body: string;
}

/** Signs as the simulated channel does, with its key: a payment of the whole amount (Alipay OpenAPI: 异步通知说明). */
export function callbackSigner({ folder }: Stack): (paymentId: string) => Callback {
  const key = createPrivateKey(readFileSync(path.join(folder, 'alipay-channel-private.pem')));
  return (paymentId) => {
    const now = toBeijingTime(new Date());
    const fields = {
      notify_type: 'trade_status_sync',
      notify_id: randomUUID().replaceAll('-', ''),
      notify_time: now,
      charset: 'utf-8',
      version: '1.0',
      sign_type: 'RSA2',
      app_id: alipayMerchant.appId,
      auth_app_id: alipayMerchant.appId,
      seller_id: alipayMerchant.sellerId,
      out_trade_no: `${paymentId}C1`,
      trade_no: `20261122220014${paymentId}`,
      trade_status: 'TRADE_SUCCESS',
      subject: '机动车商业保险',
      buyer_id: '2088000000000001',
      total_amount: fenToYuan(amountFen),
      receipt_amount: fenToYuan(amountFen),
      gmt_create: now,
      gmt_payment: now,
    };
    const sign = signText(notificationBaseString(fields), key);
    return { paymentId, body: new URLSearchParams({ ...fields, sign }).toString() };
  };
}

/** Whether the receiver took it, in the words Alipay wants to hear; anything else asks for it again. */
export async function send(url: string, { body }: Callback): Promise<boolean> {
  const { text } = await post(url, [200], body, { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' });
  return text === 'success';
}
