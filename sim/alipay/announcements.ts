import type { Channel } from './channel.js';
import { createNotification } from './createNotification.js';
import type { NotificationContent } from './createNotification.js';
import type { Notification } from './notification.js';
import type { Order, Refund, Trade } from './orders.js';
import type { Parameters } from './signature.js';
import { fenToYuan } from './yuan.js';

/** What happened to a trade, told to the merchant: rightly, or as the standing faults have it. */

export function announcePaid(channel: Channel, order: Order): void {
  announce(channel, order, { event: 'paid', tradeStatus: 'TRADE_SUCCESS' });
}

export function announceRefunded(channel: Channel, order: Order, trade: Trade, refund: Refund): void {
  announce(channel, order, { event: 'refunded', tradeStatus: trade.status, refund });
}

export function announceClosed(channel: Channel, order: Order): void {
  if (channel.notifiesClosing) announce(channel, order, { event: 'closed', tradeStatus: 'TRADE_CLOSED' });
}

function announce(channel: Channel, order: Order, content: NotificationContent): void {
  const { notifyUrl } = order;
  if (notifyUrl === undefined) return;
  const earlier = order.notifications.find(({ event }) => event === 'paid');
  const notification = createNotification(channel, order, { ...content, ...falsehood(channel, order) });
  order.notifications.push(notification);

  const { faults, notifier } = channel;
  if (faults.take('callbackLost', order) !== undefined) {
    notification.state = 'lost';
    return;
  }
  const delayMs = faults.take('callbackLate', order)?.delayMs ?? 0;
  const repeated = faults.take('callbackRepeated', order);
  const copies = repeated === undefined ? 1 : (repeated.repeat ?? 3);
  const stale = staleCompanion(channel, order, earlier);

  notifier.inBackground(async () => {
    await notifier.pause(delayMs);
    if (stale?.before === true) await notifier.deliver(notifyUrl, stale.notification);
    // At the same moment: duplicates that race each other are the harder case for the receiver.
    await Promise.all(Array.from({ length: copies }, () => notifier.deliver(notifyUrl, notification)));
    if (stale?.before === false) await notifier.deliver(notifyUrl, stale.notification);
    await notifier.retryUntilAcknowledged(notifyUrl, notification);
  });
}

/** What the faults of content write over the truth, in every delivery of this notification. */
function falsehood(channel: Channel, order: Order): { overwrite: Parameters; badSignature: boolean } {
  const { faults } = channel;
  const wrongAmount = faults.take('callbackWrongAmount', order);
  const wrongMerchant = faults.take('callbackWrongMerchant', order);
  return {
    overwrite: {
      ...(wrongAmount && { total_amount: fenToYuan(wrongAmount.amountFen ?? order.totalFen + 1) }),
      ...(wrongMerchant && { seller_id: wrongMerchant.merchantId ?? wrongMerchant.sellerId ?? '2088999999999999' }),
    },
    badSignature: faults.take('callbackBadSignature', order) !== undefined,
  };
}

/** The older state that arrives around the newer one: the earlier payment notification, or waiting-for-payment. */
function staleCompanion(
  channel: Channel,
  order: Order,
  earlier: Notification | undefined,
): { notification: Notification; before: boolean } | undefined {
  const fault = channel.faults.take('callbackReordered', order);
  if (fault === undefined) return undefined;
  const before = fault.before ?? false;
  if (earlier !== undefined && fault.tradeStatus === undefined) return { notification: earlier, before };

  const tradeStatus = fault.tradeStatus ?? 'WAIT_BUYER_PAY';
  const notification = createNotification(channel, order, { event: 'stale', tradeStatus });
  order.notifications.push(notification);
  return { notification, before };
}
