import type { Response } from 'express';
import { HANG_MS, hangThenDrop } from '../shared/hang.js';
import { businessFailure } from './answers.js';
import type { Answer } from './answers.js';
import type { Channel } from './channel.js';
import type { FaultName, Occasion } from './faults.js';
import { pay, whyNotPayable } from './trades.js';

/** The trouble a server call can run into, before and after it has taken effect. */

export type Trouble =
  | { readonly kind: 'hang'; readonly delayMs: number }
  | { readonly kind: 'http503' }
  | { readonly kind: 'unsigned'; readonly answer: Answer }
  | { readonly kind: 'answer'; readonly answer: Answer }
  | { readonly kind: 'badSignature' };

/** What befalls the call instead of its effect. */
export function troubleBeforeEffect({ faults }: Channel, occasion: Occasion): Trouble | undefined {
  const taken = (name: FaultName) => faults.take(name, occasion);
  const timeout = taken('timeoutBeforeEffect');
  if (timeout) return { kind: 'hang', delayMs: timeout.delayMs ?? HANG_MS };
  if (taken('errorBeforeEffect')) return { kind: 'http503' };
  const unsigned = taken('unsignedError');
  if (unsigned) return { kind: 'unsigned', answer: unavailable(unsigned.code, unsigned.subCode) };
  const systemError = taken('systemError');
  if (systemError) return { kind: 'answer', answer: unavailable('20000', systemError.subCode) };
  const businessError = taken('businessError');
  if (businessError) {
    return { kind: 'answer', answer: businessFailure(businessError.subCode ?? 'ACQ.SYSTEM_ERROR', '业务处理失败') };
  }
  return taken('rateLimited') && { kind: 'answer', answer: callLimited };
}

/** What befalls the answer of a call that has taken effect. */
export function troubleAfterEffect({ faults }: Channel, occasion: Occasion): Trouble | undefined {
  const timeout = faults.take('timeoutAfterEffect', occasion);
  if (timeout) return { kind: 'hang', delayMs: timeout.delayMs ?? HANG_MS };
  if (faults.take('errorAfterEffect', occasion)) return { kind: 'http503' };
  return faults.take('badAnswerSignature', occasion) && { kind: 'badSignature' };
}

/** The two ways a payer races a close: paying just before it lands, or getting through although it has landed. */
export function aroundClose(channel: Channel, { outTradeNo, method }: Occasion, close: () => Answer): Answer {
  const order = channel.orders.find(outTradeNo);
  if (method !== 'alipay.trade.close' || order === undefined) return close();
  const race = channel.faults.take('payDuringClose', { outTradeNo, method });
  if (race !== undefined && race.after !== true && whyNotPayable(channel, order) === undefined) pay(channel, order);
  const answer = close();
  if (race?.after === true && whyNotPayable(channel, order) !== 'alreadyPaid') pay(channel, order);
  return answer;
}

export function hangOrFail(res: Response, trouble: Extract<Trouble, { kind: 'hang' | 'http503' }>): void {
  if (trouble.kind === 'hang') hangThenDrop(res, trouble.delayMs);
  else res.status(503).type('text/plain').send('Service Unavailable');
}

function unavailable(code = '20000', subCode = 'isp.unknow-error'): Answer {
  return { code, msg: 'Service Currently Unavailable', sub_code: subCode, sub_msg: '系统繁忙' };
}

const callLimited: Answer = {
  code: '40005',
  msg: 'Call Limited',
  sub_code: 'isv.app-call-limited',
  sub_msg: '应用调用次数超限',
};
