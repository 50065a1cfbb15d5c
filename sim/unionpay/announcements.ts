import { announce } from '../shared/announce.js';
import type { AnnouncementFault } from '../shared/announce.js';
import type { Notification, Overwrite } from './notification.js';
import type { GivingBack, Order, Payment } from './orders.js';
import type { Platform } from './platform.js';
import { givingBackFields, paymentFields } from './views.js';

/** What went through, told to the merchant: rightly, or as the standing faults have it. Failures are told to nobody. */

export function announcePaid(platform: Platform, order: Order, payment: Payment): void {
  const { faults } = platform;
  const wrongAmount = faults.take('callbackWrongAmount', occasion(order));
  const wrongMerchant = faults.take('callbackWrongMerchant', occasion(order));
  const overwrite: Overwrite = {
    ...(wrongAmount && { amountFen: wrongAmount.amountFen ?? order.amountFen + 1 }),
    ...(wrongMerchant && { merchantId: wrongMerchant.merchantId ?? '999999999999999' }),
  };
  const badSignature = faults.take('callbackBadSignature', occasion(order)) !== undefined;
  send(platform, order, order.backUrl, paidNotification(order, payment, { overwrite, badSignature }));
}

export function announceGivenBack(platform: Platform, order: Order, back: GivingBack): void {
  const event = back.kind === 'refund' ? 'refunded' : 'undone';
  send(platform, order, back.backUrl, {
    id: `${back.trace.queryId}-${event}`,
    event,
    message: { ...givingBackFields(order, back), respCode: '00', respMsg: '成功[0000000]' },
    badSignature: false,
    state: 'due',
    deliveries: [],
  });
}

export function paidNotification(
  order: Order,
  payment: Payment,
  how: { event?: 'paid' | 'forged'; overwrite?: Overwrite; badSignature?: boolean } = {},
): Notification {
  const { event = 'paid', overwrite = {}, badSignature = false } = how;
  const message = { ...paymentFields(order, payment, overwrite), respCode: '00', respMsg: '成功[0000000]' };
  return { id: `${payment.queryId}-${event}`, event, message, badSignature, state: 'due', deliveries: [] };
}

function send(platform: Platform, order: Order, notifyUrl: string, notification: Notification): void {
  const earlier = order.notifications.find(({ event }) => event === 'paid');
  order.notifications.push(notification);
  const take = (fault: AnnouncementFault) => platform.faults.take(fault, occasion(order));
  // Only successes are told, so what comes out of turn is the payment once more.
  announce(platform.notifier, take, { notifyUrl, notification, stale: () => earlier ?? notification });
}

const occasion = ({ orderId }: Order) => ({ outTradeNo: orderId });
