import type { Response } from 'express';
import { hangThenDrop } from '../shared/hang.js';
import type { Answer } from './answers.js';
import { plainText } from './message.js';
import type { Message } from './message.js';
import type { Platform } from './platform.js';
import { sign } from './signature.js';

/** Everything a call can get back over HTTP, nothing at all included. */
export type Reply =
  | { readonly kind: 'signed' | 'badlySigned' | 'unsigned'; readonly answer: Answer }
  | { readonly kind: 'hang'; readonly delayMs: number }
  | { readonly kind: 'http503' };

/** What an answer repeats of its request. */
const echoed = [
  'accessType',
  'bizType',
  'encoding',
  'merId',
  'orderId',
  'txnSubType',
  'txnTime',
  'txnType',
  'version',
  'reqReserved',
] as const;

/** Sends a reply to a server: what it asked, repeated, what became of it, and UnionPay's signature. */
export function send({ identity }: Platform, res: Response, reply: Reply, request: Message): void {
  if (reply.kind === 'hang') {
    hangThenDrop(res, reply.delayMs);
    return;
  }
  if (reply.kind === 'http503') {
    res.status(503).type('text/plain').send('Service Unavailable');
    return;
  }
  const repeated = Object.fromEntries(
    echoed.flatMap((name) => {
      const value = request[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
  const message = { ...repeated, ...reply.answer };
  const whole = reply.kind === 'unsigned' ? message : sign(message, identity, reply.kind === 'badlySigned');
  res.type('text/plain; charset=utf-8').send(plainText(whole));
}
