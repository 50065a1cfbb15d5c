import type { DeliveryManner } from '../shared/notifier.js';
import type { Notification } from './notification.js';
import { signedHeaders } from './signature.js';
import type { PlatformKey } from './signature.js';

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** WeChat Pay API v3: 回调通知 — fifteen repeats within 24 hours, until 200 or 204. */
export function wechatpayDeliveries(key: PlatformKey): DeliveryManner<Notification> {
  return {
    write: ({ body, falsehood }, at) => {
      const { badSignature = false, probe = false, unknownSerial = false, skewSeconds = 0 } = falsehood;
      const signedAt = new Date(at.getTime() + skewSeconds * SECOND_MS);
      const headers = signedHeaders(body, {
        key,
        at: signedAt,
        badly: badSignature,
        ...(unknownSerial && { serial: 'PUB_KEY_ID_0000000000000000' }),
      });
      const signature = headers['Wechatpay-Signature'] ?? '';
      return {
        headers: {
          'content-type': 'application/json',
          ...headers,
          ...(probe && { 'Wechatpay-Signature': `WECHATPAY/SIGNTEST/${signature}` }),
        },
        body,
      };
    },
    isAcknowledgement: ({ status }) => status === 200 || status === 204,
    retryGapsMs: [
      ...[15, 15, 30].map((seconds) => seconds * SECOND_MS),
      ...[3, 10, 20, 30, 30, 30, 60].map((minutes) => minutes * MINUTE_MS),
      ...[3, 3, 3, 6, 6].map((hours) => hours * HOUR_MS),
    ],
    answerWithinMs: 5_000,
  };
}
