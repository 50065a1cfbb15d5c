import { HANG_MS } from '../shared/hang.js';
import { answer } from './answers.js';
import type { Answer } from './answers.js';
import type { FaultName, Occasion } from './faults.js';
import type { Platform } from './platform.js';
import type { Reply } from './reply.js';

/** What befalls the call instead of its effect. */
export function troubleBeforeEffect({ faults }: Platform, occasion: Occasion): Reply | undefined {
  const taken = (name: FaultName) => faults.take(name, occasion);
  const timeout = taken('timeoutBeforeEffect');
  if (timeout) return { kind: 'hang', delayMs: timeout.delayMs ?? HANG_MS };
  if (taken('errorBeforeEffect')) return { kind: 'http503' };
  const unsigned = taken('unsignedError');
  if (unsigned) return { kind: 'unsigned', answer: answer(unsigned.code ?? '10') };
  if (taken('systemError')) return { kind: 'signed', answer: answer('06') };
  const business = taken('businessError');
  if (business) return { kind: 'signed', answer: answer(business.code ?? '10') };
  return taken('rateLimited') && { kind: 'signed', answer: answer('37') };
}

/** What befalls the answer of a call that has taken effect. */
export function troubleAfterEffect({ faults }: Platform, occasion: Occasion, given: Answer): Reply | undefined {
  const timeout = faults.take('timeoutAfterEffect', occasion);
  if (timeout) return { kind: 'hang', delayMs: timeout.delayMs ?? HANG_MS };
  if (faults.take('errorAfterEffect', occasion)) return { kind: 'http503' };
  return faults.take('badAnswerSignature', occasion) && { kind: 'badlySigned', answer: given };
}
