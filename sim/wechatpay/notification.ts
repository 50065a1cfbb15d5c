import { randomUUID } from 'node:crypto';
import type { Deliverable, DeliveryManner } from '../shared/notifier.js';
import type { Order, Refund } from './orders.js';
import type { Platform } from './platform.js';
import { seal } from './seal.js';
import { signedHeaders } from './signature.js';
import type { PlatformKey } from './signature.js';
import { orderFields, refundNoticeFields } from './views.js';

export type Notification = Deliverable & {
  /** Stays the same however often the notification is delivered. */
  readonly id: string;
  readonly event: 'paid' | 'refunded' | 'stale' | 'forged' | 'probe';
  readonly eventType: string;
  readonly body: string;
  readonly falsehood: Falsehood;
};

/** What is wrong with the way a notification is signed or sealed. */
export type Falsehood = {
  readonly badSignature?: boolean;
  readonly probe?: boolean;
  readonly unknownSerial?: boolean;
  readonly skewSeconds?: number;
  readonly wrongAssociatedData?: boolean;
};

/** What a fault or a forger writes over the truth. */
export type Overwrite = {
  readonly amountFen?: number | undefined;
  readonly merchantId?: string | undefined;
  readonly appId?: string | undefined;
};

export function paymentNotification(
  platform: Platform,
  order: Order,
  {
    event = 'paid',
    overwrite = {},
    falsehood = {},
  }: { event?: Notification['event']; overwrite?: Overwrite; falsehood?: Falsehood } = {},
): Notification {
  const content = orderFields(platform, order, { ...overwrite, asPaid: true });
  return notification(platform, { event, eventType: 'TRANSACTION.SUCCESS', type: 'transaction', content, falsehood });
}

export function refundNotification(platform: Platform, order: Order, refund: Refund): Notification {
  const content = refundNoticeFields(platform, order, refund);
  const eventType = `REFUND.${refund.status}`;
  return notification(platform, { event: 'refunded', eventType, type: 'refund', content, falsehood: {} });
}

function notification(
  { merchant, now }: Platform,
  said: { event: Notification['event']; eventType: string; type: string; content: object; falsehood: Falsehood },
): Notification {
  const id = `EV-${randomUUID()}`;
  const { event, eventType, type, content, falsehood } = said;
  const resource = seal(JSON.stringify(content), {
    apiV3Key: merchant.apiV3Key,
    associatedData: type,
    falsely: falsehood.wrongAssociatedData ?? false,
  });
  const body = JSON.stringify({
    id,
    create_time: now().toISOString(),
    resource_type: 'encrypt-resource',
    event_type: eventType,
    summary: event === 'refunded' ? '退款' : '支付成功',
    resource: { original_type: type, ...resource },
  });
  return { id, event, eventType, body, falsehood, state: 'due', deliveries: [] };
}

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
