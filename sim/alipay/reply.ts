import type { KeyObject } from 'node:crypto';
import type { Response } from 'express';
import { hangThenDrop } from '../shared/hang.js';
import type { Answer } from './answers.js';
import { signOtherText, signText } from './signature.js';

type SignedReply = { readonly kind: 'signed' | 'badlySigned'; readonly answer: Answer };

/** Everything a server call can get back over HTTP, nothing at all included. */
export type Reply =
  | SignedReply
  | { readonly kind: 'unsigned'; readonly answer: Answer }
  | { readonly kind: 'hang'; readonly delayMs: number }
  | { readonly kind: 'http503' };

/** Sends replies in Alipay's form. Every second signed answer writes `/` as `\/`, as Alipay at times does. */
export function replySender(signingKey: KeyObject): (res: Response, method: string, reply: Reply) => void {
  let signed = 0;
  return (res, method, reply) => {
    switch (reply.kind) {
      case 'hang':
        hangThenDrop(res, reply.delayMs);
        return;
      case 'http503':
        res.status(503).type('text/plain').send('Service Unavailable');
        return;
      case 'unsigned': // Gateway-level refusals carry no signature: there is no proof that Alipay said them.
        res.type('json').send(JSON.stringify({ error_response: reply.answer }));
        return;
      default:
        signed += 1;
        res.type('json').send(signedBody(reply, { method, signingKey, escapesSlashes: signed % 2 === 0 }));
    }
  };
}

/** The signature covers the inner object exactly as sent (Alipay OpenAPI: 同步返回验签). */
export function signedBody(
  { kind, answer }: SignedReply,
  how: { method: string; signingKey: KeyObject; escapesSlashes: boolean },
): string {
  const plain = JSON.stringify(answer);
  const inner = how.escapesSlashes ? plain.replaceAll('/', '\\/') : plain;
  const sign = kind === 'badlySigned' ? signOtherText : signText;
  return `{"${how.method.replaceAll('.', '_')}_response":${inner},"sign":"${sign(inner, how.signingKey)}"}`;
}
