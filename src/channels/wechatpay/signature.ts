import { createSign, createVerify, randomBytes } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { SignatureCheck } from '../channel.js';
import { trustedAt } from '../trustedKeys.js';
import type { TrustedKey } from '../trustedKeys.js';

/** How far the platform's clock may be from ours (WeChat Pay API v3: 签名验证), ms. */
const clockWindowMs = 300_000;

export interface Signer {
  mchId: string;
  merchantSerial: string;
  merchantPrivateKey: KeyObject;
}

/** `Authorization` of a request: RSA-SHA256 over five lines, the body byte for byte (WeChat Pay API v3: 签名生成). */
export function authorisation(
  { mchId, merchantSerial, merchantPrivateKey }: Signer,
  request: { method: string; pathWithQuery: string; body: string; at: Date; nonce?: string },
): string {
  const { method, pathWithQuery, body, at, nonce = newNonce() } = request;
  const timestamp = String(Math.floor(at.getTime() / 1000));
  const signature = sign(merchantPrivateKey, [method, pathWithQuery, timestamp, nonce, body]);
  const parts = { mchid: mchId, nonce_str: nonce, timestamp, serial_no: merchantSerial, signature };
  const listed = Object.entries(parts).map(([name, value]) => `${name}="${value}"`);
  return `WECHATPAY2-SHA256-RSA2048 ${listed.join(',')}`;
}

/** What the payer's app needs to call the cashier, signed by us (JSAPI 调起支付). */
export function scriptParameters(
  { appId, merchantPrivateKey }: { appId: string; merchantPrivateKey: KeyObject },
  call: { prepayId: string; at: Date; nonce?: string },
): Record<string, string> {
  const timeStamp = String(Math.floor(call.at.getTime() / 1000));
  const nonceStr = call.nonce ?? newNonce();
  const packageText = `prepay_id=${call.prepayId}`;
  const paySign = sign(merchantPrivateKey, [appId, timeStamp, nonceStr, packageText]);
  return { appId, timeStamp, nonceStr, package: packageText, signType: 'RSA', paySign };
}

/** The headers a signature of the platform depends on; kept with every answer. */
export const signatureHeaders = [
  'wechatpay-timestamp',
  'wechatpay-nonce',
  'wechatpay-signature',
  'wechatpay-serial',
] as const;

/**
 * Checks what the platform signed, answer or notification alike, as of the moment it was received: a known key, a clock
 * within five minutes, RSA-SHA256 over timestamp, nonce and the body byte for byte.
 */
export function checkPlatform(
  keys: readonly TrustedKey[],
  message: { headers: Readonly<Record<string, string>>; body: Buffer; receivedAt: string },
): SignatureCheck {
  const [timestamp, nonce, signature, serial] = signatureHeaders.map((name) => message.headers[name]);
  if (timestamp === undefined || nonce === undefined || signature === undefined || serial === undefined) {
    return { signature: 'absent', keyId: null };
  }
  const invalid: SignatureCheck = { signature: 'invalid', keyId: null };
  const offMs = Math.abs(Number(timestamp) * 1000 - Date.parse(message.receivedAt));
  if (!/^\d{1,12}$/.test(timestamp) || offMs > clockWindowMs) return invalid;
  const trusted = trustedAt(keys, message.receivedAt).find(({ keyId }) => keyId === serial);
  if (trusted === undefined) return invalid;
  const verify = createVerify('RSA-SHA256').update(`${timestamp}\n${nonce}\n`).update(message.body).update('\n');
  return verify.verify(trusted.key, signature, 'base64') ? { signature: 'valid', keyId: serial } : invalid;
}

function sign(key: KeyObject, lines: readonly string[]): string {
  return createSign('RSA-SHA256')
    .update(lines.map((line) => `${line}\n`).join(''))
    .sign(key, 'base64');
}

const newNonce = (): string => randomBytes(16).toString('hex').toUpperCase();
