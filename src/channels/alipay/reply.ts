import { z } from 'zod';
import { ownCodes } from '../channel.js';
import type { RawAnswer, SignatureCheck } from '../channel.js';
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
  expected: { method: string; schema: z.ZodType<T>; signature: ChannelSignature; at: string },
): Reply<T> {
  if (exchange.kind === 'failed') {
    const raw = exchange.body === null ? null : rawAnswer(exchange.body, unsigned);
    return { kind: 'unknown', code: exchange.code, raw };
  }
  const envelope = readEnvelope(exchange.body, answerKeyOf(expected.method));
  if (envelope === null) {
    return { kind: 'unknown', code: ownCodes.unreadable, raw: rawAnswer(exchange.body, unsigned) };
  }
  const raw = rawAnswer(exchange.body, checkSignature(envelope, expected));
  if (raw.signature === 'invalid') return { kind: 'unknown', code: ownCodes.badSignature, raw };
  const content: unknown = JSON.parse(envelope.signed);
  const head = answerHead.safeParse(content);
  if (!head.success) return { kind: 'unknown', code: ownCodes.malformed, raw };
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
        : { kind: 'unknown', code: ownCodes.malformed, raw };
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
  if (key !== errorKey) return { kind: 'unknown', code: ownCodes.unsigned, raw };
  const { code, message } = summary(head);
  return isTurnedAway({ code: head.code, subCode: head.sub_code ?? null, signed: false })
    ? { kind: 'turnedAway', code, message, raw }
    : { kind: 'unknown', code, raw };
}

const errorKey = 'error_response';
const unsigned: SignatureCheck = { signature: 'absent', keyId: null };

interface Envelope {
  key: string;
  /** The inner object as sent. */
  signed: string;
  sign: string | undefined;
}

/** Checks the signature of an answer of which only the bytes are left, whatever call it answered. */
export function checkAnswer(body: string, by: { signature: ChannelSignature; at: string }): SignatureCheck {
  const answerKey = Object.keys(z.record(z.string(), z.unknown()).safeParse(parseJson(body)).data ?? {}).find((key) =>
    key.endsWith('_response'),
  );
  const envelope = answerKey === undefined ? null : readEnvelope(body, answerKey);
  return envelope === null ? unsigned : checkSignature(envelope, by);
}

function checkSignature(
  { signed, sign }: Envelope,
  { signature, at }: { signature: ChannelSignature; at: string },
): SignatureCheck {
  if (sign === undefined) return unsigned;
  const keyId = signature.keyOfText({ text: signed, signature: sign, at });
  return keyId === null ? { signature: 'invalid', keyId } : { signature: 'valid', keyId };
}

const answerKeyOf = (method: string): string => `${method.replaceAll('.', '_')}_response`;

/** Null when the text is not an Alipay answer under this key, nor one of the gateway's own failures. */
function readEnvelope(body: string, answerKey: string): Envelope | null {
  const fields = z.record(z.string(), z.unknown()).safeParse(parseJson(body));
  if (!fields.success) return null;
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

function rawAnswer(body: string, check: SignatureCheck): RawAnswer {
  return { body: Buffer.from(body, 'utf8'), headers: {}, ...check };
}
