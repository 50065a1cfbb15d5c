import { createSign, createVerify, randomBytes } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

/** A key of the platform and the serial number it goes by. */
export type PlatformKey = { readonly serial: string; readonly privateKey: KeyObject };

/** WeChat Pay API v3: every part of what is signed is a line of its own. */
const lines = (parts: readonly string[]): string => parts.map((part) => `${part}\n`).join('');

export function isSigned(parts: readonly string[], signature: string, publicKey: KeyObject): boolean {
  return createVerify('RSA-SHA256').update(lines(parts), 'utf8').verify(publicKey, signature, 'base64');
}

/**
 * Headers that sign a body the platform sends, answer or notification. A bad signature is well formed, made with the
 * right key, and wrong: it belongs to another text.
 */
export function signedHeaders(
  body: string,
  how: { key: PlatformKey; at: Date; badly?: boolean; serial?: string },
): Record<string, string> {
  const timestamp = String(Math.floor(how.at.getTime() / 1000));
  const nonce = randomBytes(16).toString('hex');
  const text = lines([timestamp, nonce, how.badly === true ? `${body} ` : body]);
  return {
    'Wechatpay-Timestamp': timestamp,
    'Wechatpay-Nonce': nonce,
    'Wechatpay-Signature': createSign('RSA-SHA256').update(text, 'utf8').sign(how.key.privateKey, 'base64'),
    'Wechatpay-Signature-Type': 'WECHATPAY2-SHA256-RSA2048',
    'Wechatpay-Serial': how.serial ?? how.key.serial,
  };
}
