import { z } from 'zod';
import type { RawAnswer } from '../channel.js';
import { callLimitExceeded, isTurnedAway } from './codes.js';
import type { Exchange } from './gateway.js';
import { signedObject } from './signature.js';
import type { ChannelSignature } from './signature.js';
import { answerHead } from './wire.js';
import type { AnswerHead } from './wire.js';

/** An answer, sorted by what it may be used for. */
export type Reply<T> =
  /** Signed by the channel, code 10000, and well formed. */
  | { kind: 'done'; answer: T; raw: RawAnswer }
  /** Signed by the channel: the business said no (40004). */
  | { kind: 'businessFailure'; code: string; message: string; raw: RawAnswer }
  /** Turned away at the door: this call did nothing. It says nothing about an earlier call of the same number. */
  | { kind: 'turnedAway'; code: string; message: string; raw: RawAnswer }
  /** Call limit: this call did nothing; slow down. */
  | { kind: 'limited'; code: string; raw: RawAnswer }
  | { kind: 'unknown'; code: string; raw: RawAnswer | null };

/** Reads one exchange. Nothing is read from an answer but the very characters the channel signed. */
export function readReply<T>(
  exchange: Exchange,
  expected: { method: string; schema: z.ZodType<T>; signature: ChannelSignature },
): Reply<T> {
  if (exchange.kind === 'failed') {
    const raw = exchange.body === null ? null : rawAnswer(exchange.body, 'absent');
    return { kind: 'unknown', code: exchange.code, raw };
  }
  const envelope = readEnvelope(exchange.body, expected.method);
  if (envelope === null) {
    return { kind: 'unknown', code: 'UNREADABLE_ANSWER', raw: rawAnswer(exchange.body, 'absent') };
  }
  const { signed, sign } = envelope;
  if (sign !== undefined && !expected.signature.signs(signed, sign)) {
    return { kind: 'unknown', code: 'BAD_ANSWER_SIGNATURE', raw: rawAnswer(exchange.body, 'invalid') };
  }
  const raw = rawAnswer(exchange.body, sign === undefined ? 'absent' : 'valid');
  const content: unknown = JSON.parse(signed);
  const head = answerHead.safeParse(content);
  if (!head.success) return { kind: 'unknown', code: 'MALFORMED_ANSWER', raw };
  if (raw.signature === 'absent') return readUnsigned(head.data, envelope.key, raw);
  return readSigned(head.data, content, expected.schema, raw);
}

function readSigned<T>(head: AnswerHead, content: unknown, schema: z.ZodType<T>, raw: RawAnswer): Reply<T> {
  const { code, message } = summary(head);
  if (isTurnedAway({ code: head.code, subCode: head.sub_code ?? null, signed: true })) {
    return { kind: 'turnedAway', code, message, raw };
  }
  switch (head.code) {
    case '10000': {
      const parsed = schema.safeParse(content);
      return parsed.success
        ? { kind: 'done', answer: parsed.data, raw }
        : { kind: 'unknown', code: 'MALFORMED_ANSWER', raw };
    }
    case '40004':
      return { kind: 'businessFailure', code, message, raw };
    case callLimitExceeded:
      return { kind: 'limited', code, raw };
    default:
      return { kind: 'unknown', code, raw };
  }
}

/** The gateway leaves its own failures unsigned, under `error_response`; a business answer without signature is void. */
function readUnsigned(head: AnswerHead, key: string, raw: RawAnswer): Reply<never> {
  if (key !== errorKey) return { kind: 'unknown', code: 'UNSIGNED_ANSWER', raw };
  const { code, message } = summary(head);
  return isTurnedAway({ code: head.code, subCode: head.sub_code ?? null, signed: false })
    ? { kind: 'turnedAway', code, message, raw }
    : { kind: 'unknown', code, raw };
}

const errorKey = 'error_response';

/** `signed` is the inner object as sent; null when the text is not an Alipay answer to this method. */
function readEnvelope(body: string, method: string): { key: string; signed: string; sign: string | undefined } | null {
  const fields = z.record(z.string(), z.unknown()).safeParse(parseJson(body));
  if (!fields.success) return null;
  const answerKey = `${method.replaceAll('.', '_')}_response`;
  const key = Object.hasOwn(fields.data, answerKey) ? answerKey : errorKey;
  const signed = signedObject(body, key);
  const sign = z.string().optional().safeParse(fields.data['sign']);
  return signed === null || !sign.success ? null : { key, signed, sign: sign.data };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** The detailed code where there is one. The message is for a person and bounded: the gateway may echo a whole request. */
function summary(head: AnswerHead): { code: string; message: string } {
  return { code: head.sub_code ?? head.code, message: (head.sub_msg ?? head.msg).slice(0, 200) };
}

function rawAnswer(body: string, signature: RawAnswer['signature']): RawAnswer {
  return { body: Buffer.from(body, 'utf8'), signature };
}
