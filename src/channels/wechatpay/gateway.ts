import type { KeyObject } from 'node:crypto';
import type { RawAnswer } from '../channel.js';
import { exchange } from '../exchange.js';
import type { Clock } from '../protocol.js';
import { trustedAt } from '../trustedKeys.js';
import type { TrustedKey } from '../trustedKeys.js';
import { authorisation, checkPlatform, signatureHeaders } from './signature.js';

/** What came back over HTTP with the check of its signature; nothing in it is believed yet. */
export type Exchange = { kind: 'answered'; status: number; raw: RawAnswer } | { kind: 'failed'; code: string };

export interface GatewaySettings {
  gatewayUrl: string;
  mchId: string;
  merchantSerial: string;
  merchantPrivateKey: KeyObject;
  platformKeys: readonly TrustedKey[];
  timeoutMs: number;
}

/** No answer of the platform is longer; whatever is, is none. */
const answerBytesMax = 1024 * 1024;

/** One signed call, given up after the configured time, its answer's body included. Never throws on what the other side does. */
export async function callPlatform(
  settings: GatewaySettings,
  clock: Clock,
  call: { method: 'GET' | 'POST'; pathWithQuery: string; content?: unknown; bytesMax?: number; timeoutMs?: number },
): Promise<Exchange> {
  const { method, pathWithQuery, content, bytesMax = answerBytesMax, timeoutMs = settings.timeoutMs } = call;
  const body = content === undefined ? '' : JSON.stringify(content);
  const serial = trustedAt(settings.platformKeys, clock.now().toISOString()).at(-1)?.keyId;
  const request = {
    method,
    headers: {
      accept: 'application/json',
      'user-agent': 'premium-payments',
      ...(content === undefined ? {} : { 'content-type': 'application/json' }),
      ...(serial === undefined ? {} : { 'wechatpay-serial': serial }),
      authorization: authorisation(settings, { method, pathWithQuery, body, at: clock.now() }),
    },
    ...(content === undefined ? {} : { body }),
    redirect: 'error',
  } as const;
  // Put together, not resolved: a path such as `//elsewhere/` would lead to another host.
  const url = `${new URL(settings.gatewayUrl).origin}${pathWithQuery}`;
  const answer = await exchange(url, request, { bytesMax, timeoutMs });
  if (answer.kind === 'failed') return answer;
  const headers = Object.fromEntries(
    signatureHeaders.flatMap((name) => {
      const value = answer.headers.get(name);
      return value === null ? [] : [[name, value]];
    }),
  );
  const message = { headers, body: answer.body, receivedAt: clock.now().toISOString() };
  const check = checkPlatform(settings.platformKeys, message);
  return { kind: 'answered', status: answer.status, raw: { body: answer.body, headers, ...check } };
}
