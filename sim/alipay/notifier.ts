import type { KeyObject } from 'node:crypto';
import type { DeliveryManner } from '../shared/notifier.js';
import { toBeijingTime } from './beijingTime.js';
import type { Notification } from './notification.js';
import { notificationBaseString, signOtherText, signText } from './signature.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Alipay OpenAPI: 异步通知 — eight deliveries within 25 hours, until the answer is `success` and nothing else. */
export function alipayDeliveries(signingKey: KeyObject): DeliveryManner<Notification> {
  return {
    write: ({ fields, badSignature }, at) => {
      const dated = { ...fields, notify_time: toBeijingTime(at) };
      const sign = badSignature ? signOtherText : signText;
      const form = new URLSearchParams({ ...dated, sign: sign(notificationBaseString(dated), signingKey) });
      return {
        headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
        body: form.toString(),
      };
    },
    isAcknowledgement: ({ status, body }) => status === 200 && body === 'success',
    retryGapsMs: [4 * MINUTE_MS, 10 * MINUTE_MS, 10 * MINUTE_MS, HOUR_MS, 2 * HOUR_MS, 6 * HOUR_MS, 15 * HOUR_MS],
    answerWithinMs: 5_000,
  };
}
