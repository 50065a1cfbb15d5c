import { failure } from './answers.js';
import type { Answer } from './answers.js';
import type { Platform } from './platform.js';
import { isSigned } from './signature.js';

const CLOCK_DIFFERENCE_MAX_MS = 300_000;

/** A request as it came: nothing decoded, because the signature is over these. */
export type RawRequest = {
  readonly method: string;
  readonly pathWithQuery: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
};

/** Why a request is turned away before its call is looked at; undefined lets it in. */
export function turnAway({ merchant, now }: Platform, request: RawRequest): Answer | undefined {
  const { headers, method, pathWithQuery, body } = request;
  if (!headers['user-agent'] || headers['accept'] !== 'application/json') {
    return failure(400, 'PARAM_ERROR', 'Http头缺少Accept或User-Agent');
  }
  const [, scheme, list = ''] = /^(\S+) (.+)$/.exec(String(headers['authorization'] ?? '')) ?? [];
  if (scheme !== 'WECHATPAY2-SHA256-RSA2048') return failure(401, 'SIGN_ERROR', 'Http头Authorization认证类型不正确');
  const parts = new Map([...list.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]));
  const [mchid = '', serial = '', timestamp = '', nonce = '', signature = ''] = [
    'mchid',
    'serial_no',
    'timestamp',
    'nonce_str',
    'signature',
  ].map((name) => parts.get(name));
  if (mchid !== merchant.mchId) return failure(401, 'SIGN_ERROR', '商户号不正确');
  if (serial !== merchant.serial) return failure(401, 'SIGN_ERROR', '商户证书序列号有误');
  const offMs = Math.abs(Number(timestamp) * 1000 - now().getTime());
  if (!/^\d{10}$/.test(timestamp) || offMs > CLOCK_DIFFERENCE_MAX_MS) {
    return failure(401, 'SIGN_ERROR', '签名时间戳已过期');
  }
  const signed = isSigned([method, pathWithQuery, timestamp, nonce, body], signature, merchant.publicKey);
  return signed ? undefined : failure(401, 'SIGN_ERROR', '签名错误');
}
