import { createPrivateKey, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { toBeijingTime } from '../sim/alipay/beijingTime.js';
import { notificationBaseString, signText } from '../sim/alipay/signature.js';
import { fenToYuan } from '../sim/alipay/yuan.js';
import { toBeijing } from '../sim/unionpay/beijingTime.js';
import { formText } from '../sim/unionpay/message.js';
import { sign } from '../sim/unionpay/signature.js';
import { seal } from '../sim/wechatpay/seal.js';
import { signedHeaders } from '../sim/wechatpay/signature.js';
import type { Stack } from '../stack/startStack.js';
import { amountFen, methodOf } from './payments.js';
import type { BenchChannel } from './payments.js';

/** One callback, signed ahead so that signing is no part of what is measured. */
export interface Callback {
  readonly paymentId: string;
  readonly channel: BenchChannel;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

type Letter = Pick<Callback, 'headers' | 'body'>;
type ChannelConfig = Readonly<Record<string, string>> & {
  readonly platformKeys: readonly { readonly serial: string }[];
};

const form = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };

/** Signs as the simulated channels do, with their keys: a payment of the whole amount. */
export function callbackSigner({ folder }: Stack): (paymentId: string) => Callback {
  const read = (name: string): string => readFileSync(path.join(folder, name), 'utf8');
  const { channels } = parse(read('channels.yaml')) as { channels: Record<BenchChannel, ChannelConfig> };
  const writers: Record<BenchChannel, (paymentId: string) => Letter> = {
    alipay: alipayWriter(channels.alipay, read),
    wechatpay: wechatpayWriter(channels.wechatpay, read),
    unionpay: unionpayWriter(channels.unionpay, read),
  };
  return (paymentId) => {
    const { channel } = methodOf(paymentId);
    return { paymentId, channel, ...writers[channel](paymentId) };
  };
}

type Read = (name: string) => string;

/** Alipay OpenAPI: 异步通知说明. */
function alipayWriter({ appId = '', sellerId = '' }: ChannelConfig, read: Read): (paymentId: string) => Letter {
  const key = createPrivateKey(read('alipay-channel-private.pem'));
  return (paymentId) => {
    const now = toBeijingTime(new Date());
    const fields = {
      notify_type: 'trade_status_sync',
      notify_id: randomUUID().replaceAll('-', ''),
      notify_time: now,
      charset: 'utf-8',
      version: '1.0',
      sign_type: 'RSA2',
      app_id: appId,
      auth_app_id: appId,
      seller_id: sellerId,
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
    const signature = signText(notificationBaseString(fields), key);
    return { headers: form, body: new URLSearchParams({ ...fields, sign: signature }).toString() };
  };
}

/** WeChat Pay API v3: 支付通知. */
function wechatpayWriter(
  { appId = '', mchId = '', platformKeys }: ChannelConfig,
  read: Read,
): (paymentId: string) => Letter {
  const privateKey = createPrivateKey(read('wechatpay-platform-private.pem'));
  const apiV3Key = read('wechatpay-api-v3.key');
  const key = { serial: platformKeys[0]?.serial ?? '', privateKey };
  return (paymentId) => {
    const content = {
      appid: appId,
      mchid: mchId,
      out_trade_no: `${paymentId}C1`,
      transaction_id: `4200000000${paymentId}`,
      trade_type: 'NATIVE',
      trade_state: 'SUCCESS',
      success_time: new Date().toISOString(),
      amount: { total: amountFen, payer_total: amountFen, currency: 'CNY' },
    };
    const resource = seal(JSON.stringify(content), { apiV3Key, associatedData: 'transaction' });
    const id = `EV-${randomUUID()}`;
    const event = { id, event_type: 'TRANSACTION.SUCCESS', resource_type: 'encrypt-resource' };
    const body = JSON.stringify({ ...event, create_time: new Date().toISOString(), resource });
    return { headers: { 'content-type': 'application/json', ...signedHeaders(body, { key, at: new Date() }) }, body };
  };
}

/** UnionPay 5.1.0: 后台通知. */
function unionpayWriter({ merId = '' }: ChannelConfig, read: Read): (paymentId: string) => Letter {
  const identity = {
    certificatePem: read('unionpay-gateway.pem'),
    privateKey: createPrivateKey(read('unionpay-gateway-private.pem')),
  };
  return (paymentId) => {
    const now = toBeijing(new Date());
    const message = {
      accessType: '0',
      bizType: '000201',
      currencyCode: '156',
      encoding: 'UTF-8',
      merId,
      orderId: `${paymentId}C1`,
      queryId: `${now}${paymentId.slice(-7)}`,
      respCode: '00',
      respMsg: '成功[0000000]',
      traceNo: '000001',
      traceTime: now.slice(4),
      txnAmt: String(amountFen),
      txnSubType: '01',
      txnTime: now,
      txnType: '01',
      version: '5.1.0',
    };
    return { headers: form, body: formText(sign(message, identity)) };
  };
}

/** The same with one digit changed: well formed, and signed for something else. */
export function forged(callback: Callback): Callback {
  const oneMore = (digit: string): string => String((Number(digit) + 1) % 10);
  return { ...callback, body: callback.body.replace(/\d/, oneMore) };
}

/** Whether the receiver took it, in the words its channel wants to hear; anything else asks for it again. */
export async function send(url: string, { channel, headers, body }: Callback): Promise<boolean> {
  const response = await fetch(url, { method: 'POST', headers, body });
  const text = await response.text();
  return response.status === 200 && (channel !== 'alipay' || text === 'success');
}

export const callbackUrl = ({ api }: Stack, { channel }: Callback): string => `${api.url}/v1/callbacks/${channel}`;
