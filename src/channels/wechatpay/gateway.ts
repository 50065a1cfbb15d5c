import type { KeyObject } from 'node:crypto';
import { ownCodes } from '../channel.js';
import type { RawAnswer } from '../channel.js';
import type { Clock } from '../protocol.js';
import { readAtMost } from '../readAtMost.js';
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
  try {
    const response = await fetch(new URL(pathWithQuery, settings.gatewayUrl), {
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
      signal: AbortSignal.timeout(timeoutMs),
    });
    const bytes = await readAtMost(response, bytesMax);
    if (bytes === null) return { kind: 'failed', code: ownCodes.unreadable };
    const headers = Object.fromEntries(
      signatureHeaders.flatMap((name) => {
        const value = response.headers.get(name);
        return value === null ? [] : [[name, value]];
      }),
    );
    const message = { headers, body: bytes, receivedAt: clock.now().toISOString() };
    const check = checkPlatform(settings.platformKeys, message);
    return { kind: 'answered', status: response.status, raw: { body: bytes, headers, ...check } };
  } catch (error) {
    const timedOut = error instanceof Error && error.name === 'TimeoutError';
    return { kind: 'failed', code: timedOut ? ownCodes.timeout : ownCodes.connectionFailed };
  }
}
