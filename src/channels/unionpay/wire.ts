import { z } from 'zod';
import { fen } from '../../domain/money.js';
import { toBeijingTime, traceMoment } from './beijingTime.js';

/** A message of the gateway, request, answer and notification alike. */
export type Fields = Readonly<Record<string, string>>;

/**
 * An answer: `k=v&k=v`, not URL-encoded. A value may hold `&` inside braces or brackets, and `=` anywhere (报文格式).
 * Null when it is no such text or repeats a name: what is verified and what is read must be the same value.
 */
export function parseAnswer(bytes: Buffer): Fields | null {
  const text = strictText(bytes);
  if (text === null) return null;
  const pairs: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === '{' || character === '[') depth += 1;
    else if (character === '}' || character === ']') depth -= 1;
    else if (character === '&' && depth === 0) {
      pairs.push(text.slice(start, at));
      start = at + 1;
    }
    if (depth < 0) return null;
  }
  if (depth !== 0) return null;
  return fieldsOf([...pairs, text.slice(start)].map(splitPair));
}

/** A notification: a form, decoded exactly once. Null when it is none, or repeats a name. */
export function parseForm(bytes: Buffer): Fields | null {
  const text = strictText(bytes);
  if (text === null) return null;
  try {
    const decode = (encoded: string): string => decodeURIComponent(encoded.replaceAll('+', ' '));
    return fieldsOf(text.split('&').map((pair) => splitPair(pair)?.map(decode) ?? null));
  } catch {
    return null;
  }
}

export function formBody(fields: Fields): string {
  return new URLSearchParams(fields).toString();
}

function splitPair(pair: string): string[] | null {
  const split = pair.indexOf('=');
  return split < 1 ? null : [pair.slice(0, split), pair.slice(split + 1)];
}

function fieldsOf(pairs: readonly (readonly string[] | null)[]): Fields | null {
  const fields = new Map<string, string>();
  for (const pair of pairs) {
    const [name, value] = pair ?? [];
    if (name === undefined || value === undefined || fields.has(name)) return null;
    fields.set(name, value);
  }
  return Object.fromEntries(fields);
}

function strictText(bytes: Buffer): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

const text = z.string().min(1);
const amount = z
  .string()
  .regex(/^\d{1,12}$/)
  .transform((digits) => fen(Number(digits)));

/** What every answer has. */
export const answerHead = z.object({ respCode: text.max(8), respMsg: z.string().default('') });

/** What names the transaction a message is about. */
const identity = { merId: text, orderId: text, txnTime: text };

/** Answer to a query that found the transaction: what became of it is in `origRespCode`. */
export const foundTransaction = z.object({
  ...identity,
  respCode: z.literal('00'),
  origRespCode: text.max(8),
  origRespMsg: z.string().default(''),
});

/** A transaction that moved money, as a query or a notification tells it: how much, when and under which number. */
export const transaction = z
  .object({
    ...identity,
    txnType: text,
    txnAmt: amount,
    currencyCode: z.literal('156'),
    queryId: text,
    traceTime: text,
  })
  .transform((found, context) => {
    const at = traceMoment(found.traceTime, found.txnTime);
    if (at !== null) return { ...found, at };
    context.addIssue('traceTime is no moment');
    return z.NEVER;
  });

/** What a notification says beside its transaction. Only successes are notified. */
export const notificationHead = z.object({ ...identity, respCode: text.max(8), txnType: text, queryId: text });

export const fileAnswer = z.object({ respCode: z.literal('00'), merId: text, fileName: text, fileContent: text });

/** The transaction a message of ours is about. */
export interface TransactionName {
  orderId: string;
  /** ISO-8601. */
  at: string;
}

export function isAbout(
  found: { merId: string; orderId: string; txnTime: string },
  asked: TransactionName & { merId: string },
): boolean {
  return found.merId === asked.merId && found.orderId === asked.orderId && found.txnTime === toBeijingTime(asked.at);
}
