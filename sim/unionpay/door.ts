import { answer } from './answers.js';
import type { Answer } from './answers.js';
import type { Message } from './message.js';
import type { Platform } from './platform.js';
import { isSignedBy } from './signature.js';

/** Why a message is turned away before it is looked at; undefined lets it in. */
export function turnAway({ merchants, merchantCertificate }: Platform, message: Message): Answer | undefined {
  if (message['version'] !== '5.1.0' || message['encoding'] !== 'UTF-8' || message['signMethod'] !== '01') {
    return answer('10');
  }
  if (!merchants.has(message['merId'] ?? '')) return answer('31');
  return isSignedBy(merchantCertificate, message) ? undefined : answer('11');
}
