import { failure } from './answers.js';
import type { Answer } from './answers.js';
import type { Merchant } from './merchant.js';
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

/** Who is at the door, or why it stays closed. */
export type Admission =
  { readonly kind: 'admitted'; readonly caller: Merchant } | { readonly kind: 'turnedAway'; readonly answer: Answer };

/** Looks at who signed a request before its call is looked at. */
export function admit({ merchants, now }: Platform, request: RawRequest): Admission {
  const { headers, method, pathWithQuery, body } = request;
  if (!headers['user-agent'] || headers['accept'] !== 'application/json') {
    return turnedAway(failure(400, 'PARAM_ERROR', 'Http头缺少Accept或User-Agent'));
  }
  const [, scheme, list = ''] = /^(\S+) (.+)$/.exec(String(headers['authorization'] ?? '')) ?? [];
  if (scheme !== 'WECHATPAY2-SHA256-RSA2048') return badlySigned('Http头Authorization认证类型不正确');
  const parts = new Map([...list.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]));
  const [mchid = '', serial = '', timestamp = '', nonce = '', signature = ''] = [
    'mchid',
    'serial_no',
    'timestamp',
    'nonce_str',
    'signature',
  ].map((name) => parts.get(name));
  const caller = merchants.find(({ mchId }) => mchId === mchid);
  if (caller === undefined) return badlySigned('商户号不正确');
  if (serial !== caller.merchantSerial) return badlySigned('商户证书序列号有误');
  const offMs = Math.abs(Number(timestamp) * 1000 - now().getTime());
  if (!/^\d{10}$/.test(timestamp) || offMs > CLOCK_DIFFERENCE_MAX_MS) {
    return badlySigned('签名时间戳已过期');
  }
  const signed = isSigned([method, pathWithQuery, timestamp, nonce, body], signature, caller.merchantPublicKey);
  return signed ? { kind: 'admitted', caller } : badlySigned('签名错误');
}

const turnedAway = (answer: Answer): Admission => ({ kind: 'turnedAway', answer });
const badlySigned = (message: string): Admission => turnedAway(failure(401, 'SIGN_ERROR', message));
