import { randomUUID } from 'node:crypto';
import { combinationFields } from './combinationFields.js';
import type { Merchant } from './merchant.js';
import type { Falsehood, Notification, Overwrites } from './notification.js';
import type { Order, Refund } from './orders.js';
import type { Platform } from './platform.js';
import { seal } from './seal.js';
import { orderFields, refundNoticeFields } from './views.js';

export function paymentNotification(
  platform: Platform,
  order: Order,
  {
    event = 'paid',
    overwrites = new Map(),
    falsehood = {},
  }: { event?: Notification['event']; overwrites?: Overwrites; falsehood?: Falsehood } = {},
): Notification {
  const { combination, merchant } = order;
  const content =
    combination === undefined
      ? orderFields(platform, order, { ...overwrites.get(order.outTradeNo), asPaid: true })
      : combinationFields(platform, combination, { overwrites, asPaid: true });
  return notification(platform, {
    event,
    eventType: 'TRANSACTION.SUCCESS',
    type: 'transaction',
    content,
    falsehood,
    to: combination?.merchant ?? merchant,
  });
}

export function refundNotification(platform: Platform, order: Order, refund: Refund): Notification {
  const content = refundNoticeFields(order, refund);
  const eventType = `REFUND.${refund.status}`;
  const to = order.merchant;
  return notification(platform, { event: 'refunded', eventType, type: 'refund', content, falsehood: {}, to });
}

function notification(
  { now }: Platform,
  said: {
    event: Notification['event'];
    eventType: string;
    type: string;
    content: object;
    falsehood: Falsehood;
    to: Merchant;
  },
): Notification {
  const id = `EV-${randomUUID()}`;
  const { event, eventType, type, content, falsehood, to } = said;
  const resource = seal(JSON.stringify(content), {
    apiV3Key: to.apiV3Key,
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
