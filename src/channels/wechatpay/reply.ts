import type { z } from 'zod';
import { ownCodes } from '../channel.js';
import type { RawAnswer } from '../channel.js';
import { normalised } from './codes.js';
import type { Exchange } from './gateway.js';
import { failure } from './wire.js';

/** An answer, sorted by what it may be used for. Whatever is not signed by the platform is `unknown`. */
export type Reply<T> =
  /** Signed, a success, and well formed. */
  | { kind: 'done'; answer: T; raw: RawAnswer }
  /** Signed, and no success. `code` in our one spelling. */
  | { kind: 'failure'; code: string; message: string; raw: RawAnswer }
  | { kind: 'unknown'; code: string; raw: RawAnswer | null };

export function readReply<T>(exchange: Exchange, schema: z.ZodType<T>): Reply<T> {
  if (exchange.kind === 'failed') return { kind: 'unknown', code: exchange.code, raw: null };
  const { status, raw } = exchange;
  if (raw.signature === 'invalid') return { kind: 'unknown', code: ownCodes.badSignature, raw };
  // An error body without a signature may come from anything on the way: it proves nothing about money.
  if (raw.signature === 'absent') {
    const code = status >= 200 && status < 300 ? ownCodes.unsigned : `${ownCodes.http}${status}`;
    return { kind: 'unknown', code, raw };
  }
  const content = status === 204 ? null : parseJson(raw.body.toString('utf8'));
  if (status === 200 || status === 204) {
    const parsed = schema.safeParse(content);
    return parsed.success
      ? { kind: 'done', answer: parsed.data, raw }
      : { kind: 'unknown', code: ownCodes.malformed, raw };
  }
  const failed = failure.safeParse(content);
  if (!failed.success) return { kind: 'unknown', code: `${ownCodes.http}${status}`, raw };
  const code = normalised(failed.data.code);
  // 202 is "accepted, not finished", and a 5xx says nothing about the effect, whatever code it carries.
  if (status < 400 || status >= 500) return { kind: 'unknown', code, raw };
  return { kind: 'failure', code, message: failed.data.message.slice(0, 200), raw };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
