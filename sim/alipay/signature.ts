import { createSign, createVerify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

export type Parameters = Readonly<Record<string, string>>;

/**
 * What a merchant signs (Alipay OpenAPI: 签名规则): every parameter that is not empty, except `sign`, sorted by key,
 * raw values. A client that signs an empty parameter too therefore fails verification, as it does at Alipay.
 */
export function requestBaseString(parameters: Parameters): string {
  return baseString(parameters, ['sign']);
}

/** What a notification is signed over (Alipay OpenAPI: 异步通知验签): unlike a request, without `sign_type` too. */
export function notificationBaseString(parameters: Parameters): string {
  return baseString(parameters, ['sign', 'sign_type']);
}

/** RSA2: RSA-SHA256 over UTF-8 text, base64. */
export function signText(text: string, privateKey: KeyObject): string {
  return createSign('RSA-SHA256').update(text, 'utf8').sign(privateKey, 'base64');
}

export function isSignedText(text: string, signature: string, publicKey: KeyObject): boolean {
  return createVerify('RSA-SHA256').update(text, 'utf8').verify(publicKey, signature, 'base64');
}

/** A signature that is well formed, made with the right key, and wrong: it belongs to another text. */
export function signOtherText(text: string, privateKey: KeyObject): string {
  return signText(`${text} `, privateKey);
}

function baseString(parameters: Parameters, leftOut: readonly string[]): string {
  return Object.entries(parameters)
    .filter(([key, value]) => value !== '' && !leftOut.includes(key))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${value}`)
    .join('&');
}
