import { HANG_MS } from '../shared/hang.js';
import { failure } from './answers.js';
import type { Answer } from './answers.js';
import type { FaultName, Occasion } from './faults.js';
import type { Platform } from './platform.js';
import type { Reply } from './reply.js';
import { pay } from './trades.js';

/** What befalls the call instead of its effect. */
export function troubleBeforeEffect({ faults }: Platform, occasion: Occasion): Reply | undefined {
  const taken = (name: FaultName) => faults.take(name, occasion);
  const timeout = taken('timeoutBeforeEffect');
  if (timeout) return { kind: 'hang', delayMs: timeout.delayMs ?? HANG_MS };
  if (taken('errorBeforeEffect')) return { kind: 'http503' };
  const unsigned = taken('unsignedError');
  if (unsigned) {
    const { status = 400, code = 'INVALID_REQUEST' } = unsigned;
    return { kind: 'unsigned', answer: failure(status, code) };
  }
  if (taken('systemError')) return { kind: 'signed', answer: failure(500, 'SYSTEM_ERROR', '系统繁忙') };
  const business = taken('businessError');
  if (business) {
    return { kind: 'signed', answer: failure(business.status ?? 400, business.code ?? 'INVALID_REQUEST') };
  }
  return taken('rateLimited') && { kind: 'signed', answer: failure(429, 'FREQUENCY_LIMITED', '频率超限') };
}

/** What befalls the answer of a call that has taken effect. */
export function troubleAfterEffect({ faults }: Platform, occasion: Occasion, answer: Answer): Reply | undefined {
  const timeout = faults.take('timeoutAfterEffect', occasion);
  if (timeout) return { kind: 'hang', delayMs: timeout.delayMs ?? HANG_MS };
  if (faults.take('errorAfterEffect', occasion)) return { kind: 'http503' };
  if (faults.take('badAnswerSignature', occasion)) return { kind: 'badlySigned', answer };
  if (faults.take('answerSkewed', occasion)) return { kind: 'skewed', answer };
  return faults.take('answerUnknownSerial', occasion) && { kind: 'unknownSerial', answer };
}

/** Answers a call. The payer may race a close: pay just before it lands, or get through although it has landed. */
export function racedByPayer(platform: Platform, occasion: Occasion, call: () => Answer): Answer {
  const order = occasion.numbers.map((number) => platform.orders.find(number)).find((each) => each !== undefined);
  const race = occasion.method === 'close' && platform.faults.take('payDuringClose', occasion);
  if (order === undefined || !race || order.payment !== undefined) return call();
  if (race.after !== true) pay(platform, order);
  const answer = call();
  if (race.after === true) pay(platform, order);
  return answer;
}
