import type { DeliveryManner } from '../shared/notifier.js';
import { formText } from './message.js';
import type { Notification } from './notification.js';
import { sign } from './signature.js';
import type { SigningIdentity } from './signature.js';

const MINUTE_MS = 60_000;

/** 5.1.0, 后台通知: five sends in all, until 200 or 302; each is the same to the letter. */
export function unionpayDeliveries(identity: SigningIdentity): DeliveryManner<Notification> {
  return {
    write: ({ message, badSignature }) => ({
      headers: { 'content-type': 'application/x-www-form-urlencoded;charset=UTF-8' },
      body: formText(sign(message, identity, badSignature)),
    }),
    isAcknowledgement: ({ status }) => status === 200 || status === 302,
    retryGapsMs: [0, 1, 2, 4].map((minutes) => minutes * MINUTE_MS),
    answerWithinMs: 10_000,
  };
}
