import { HANG_MS } from '../shared/hang.js';
import { businessFailure } from './answers.js';
import type { Answer } from './answers.js';
import type { Channel } from './channel.js';
import type { FaultName, Occasion } from './faults.js';
import { isPaid } from './orders.js';
import type { Reply } from './reply.js';
import { pay } from './trades.js';

/** What befalls the call instead of its effect. */
export function troubleBeforeEffect({ faults }: Channel, occasion: Occasion): Reply | undefined {
  const taken = (name: FaultName) => faults.take(name, occasion);
  const timeout = taken('timeoutBeforeEffect');
  if (timeout) return { kind: 'hang', delayMs: timeout.delayMs ?? HANG_MS };
  if (taken('errorBeforeEffect')) return { kind: 'http503' };
  const unsigned = taken('unsignedError');
  if (unsigned) return { kind: 'unsigned', answer: unavailable(unsigned.code, unsigned.subCode) };
  const systemError = taken('systemError');
  if (systemError) return { kind: 'signed', answer: unavailable('20000', systemError.subCode) };
  const businessError = taken('businessError');
  if (businessError) {
    return { kind: 'signed', answer: businessFailure(businessError.subCode ?? 'ACQ.SYSTEM_ERROR', '业务处理失败') };
  }
  return taken('rateLimited') && { kind: 'signed', answer: callLimited };
}

/** What befalls the answer of a call that has taken effect. */
export function troubleAfterEffect({ faults }: Channel, occasion: Occasion, answer: Answer): Reply | undefined {
  const timeout = faults.take('timeoutAfterEffect', occasion);
  if (timeout) return { kind: 'hang', delayMs: timeout.delayMs ?? HANG_MS };
  if (faults.take('errorAfterEffect', occasion)) return { kind: 'http503' };
  return faults.take('badAnswerSignature', occasion) && { kind: 'badlySigned', answer };
}

/**
 * Answers a call. The payer may race a close: pay just before it lands, or get through although it has landed. The race
 * is run whatever the clock says, because a merchant closes when the time is up and the payer may be that late.
 */
export function racedByPayer(channel: Channel, occasion: Required<Occasion>, call: () => Answer): Answer {
  const order = occasion.numbers.map((number) => channel.orders.find(number)).find((each) => each !== undefined);
  const race = occasion.method === 'alipay.trade.close' && channel.faults.take('payDuringClose', occasion);
  if (order === undefined || !race || isPaid(order.trade)) return call();
  if (race.after !== true) pay(channel, order);
  const answer = call();
  if (race.after === true) pay(channel, order);
  return answer;
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
