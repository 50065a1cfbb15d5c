import { randomUUID } from 'node:crypto';
import type { Falsehood, Notification, Overwrite } from './notification.js';
import type { Order, Refund } from './orders.js';
import type { Platform } from './platform.js';
import { seal } from './seal.js';
import { orderFields, refundNoticeFields } from './views.js';

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
