import { randomUUID } from 'node:crypto';
import type { Response } from 'express';
import { hangThenDrop } from '../shared/hang.js';
import type { Answer } from './answers.js';
import type { Platform } from './platform.js';
import { signedHeaders } from './signature.js';

/** Everything a call can get back over HTTP, nothing at all included. */
export type Reply =
  | { readonly kind: 'signed' | 'badlySigned' | 'skewed' | 'unknownSerial' | 'unsigned'; readonly answer: Answer }
  | { readonly kind: 'hang'; readonly delayMs: number }
  | { readonly kind: 'http503' };

/** Sends a reply. The platform signs with the key the request asks for, else with its first; an empty 204 too. */
export function send({ keys, now }: Platform, res: Response, reply: Reply, askedSerial: string | undefined): void {
  if (reply.kind === 'hang') {
    hangThenDrop(res, reply.delayMs);
    return;
  }
  if (reply.kind === 'http503') {
    res.status(503).type('text/plain').send('Service Unavailable');
    return;
  }
  const { status, content } = reply.answer;
  const body = content === null ? '' : JSON.stringify(content);
  const key = keys.find(({ serial }) => serial === askedSerial) ?? keys[0];
  const at = new Date(now().getTime() - (reply.kind === 'skewed' ? 900_000 : 0));
  const headers =
    reply.kind === 'unsigned'
      ? {}
      : signedHeaders(body, {
          key,
          at,
          badly: reply.kind === 'badlySigned',
          ...(reply.kind === 'unknownSerial' && { serial: 'PUB_KEY_ID_0000000000000000' }),
        });
  res.status(status).set({ 'Request-ID': randomUUID(), ...headers });
  if (content === null) res.end();
  else res.type('application/json').send(body);
}
