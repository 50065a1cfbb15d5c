import { announce } from '../shared/announce.js';
import type { AnnouncementFault } from '../shared/announce.js';
import type { Channel } from './channel.js';
import { createNotification } from './createNotification.js';
import type { NotificationContent } from './createNotification.js';
import { occasionOf } from './orders.js';
import type { Order, Refund, Trade } from './orders.js';
import type { Parameters } from './signature.js';
import { fenToYuan } from './yuan.js';

/** What happened to a trade, told to the merchant: rightly, or as the standing faults have it. */

export function announcePaid(channel: Channel, order: Order): void {
  send(channel, order, { event: 'paid', tradeStatus: 'TRADE_SUCCESS' });
}

export function announceRefunded(channel: Channel, order: Order, trade: Trade, refund: Refund): void {
  send(channel, order, { event: 'refunded', tradeStatus: trade.status, refund });
}

export function announceClosed(channel: Channel, order: Order): void {
  if (channel.notifiesClosing) send(channel, order, { event: 'closed', tradeStatus: 'TRADE_CLOSED' });
}

function send(channel: Channel, order: Order, content: NotificationContent): void {
  const { notifyUrl } = order;
  if (notifyUrl === undefined) return;
  const earlier = order.notifications.find(({ event }) => event === 'paid');
  const notification = createNotification(channel, order, { ...content, ...falsehood(channel, order) });
  order.notifications.push(notification);

  const { faults, notifier } = channel;
  const take = (fault: AnnouncementFault) => faults.take(fault, occasionOf(order));
  announce(notifier, take, {
    notifyUrl,
    notification,
    // The older state: the earlier payment notification, or waiting-for-payment.
    stale({ tradeStatus }) {
      if (earlier !== undefined && tradeStatus === undefined) return earlier;
      const event = { event: 'stale', tradeStatus: tradeStatus ?? 'WAIT_BUYER_PAY' } as const;
      const older = createNotification(channel, order, event);
      order.notifications.push(older);
      return older;
    },
  });
}

/** What the faults of content write over the truth, in every delivery of this notification. */
function falsehood(channel: Channel, order: Order): { overwrite: Parameters; badSignature: boolean } {
  const { faults } = channel;
  const occasion = occasionOf(order);
  const wrongAmount = faults.take('callbackWrongAmount', occasion);
  const wrongMerchant = faults.take('callbackWrongMerchant', occasion);
  return {
    overwrite: {
      ...(wrongAmount && { total_amount: fenToYuan(wrongAmount.amountFen ?? order.totalFen + 1) }),
      ...(wrongMerchant && { seller_id: wrongMerchant.merchantId ?? wrongMerchant.sellerId ?? '2088999999999999' }),
    },
    badSignature: faults.take('callbackBadSignature', occasion) !== undefined,
  };
}
