import { paymentNotification, refundNotification } from './createNotification.js';
import type { Falsehood, Notification, Overwrite } from './notification.js';
import type { Order, Refund } from './orders.js';
import type { Platform } from './platform.js';

/** What happened to an order, told to the merchant: rightly, or as the standing faults have it. */

export function announcePaid(platform: Platform, order: Order): void {
  const { faults } = platform;
  const wrongAmount = faults.take('callbackWrongAmount', order);
  const wrongMerchant = faults.take('callbackWrongMerchant', order);
  const overwrite: Overwrite = {
    ...(wrongAmount && { amountFen: wrongAmount.amountFen ?? order.amountFen + 1 }),
    ...(wrongMerchant && { merchantId: wrongMerchant.merchantId ?? '1999999999' }),
  };
  if (faults.take('callbackProbe', order) !== undefined) probe(platform, order);
  announce(platform, order, paymentNotification(platform, order, { overwrite, falsehood: falsehood(platform, order) }));
}

export function announceRefunded(platform: Platform, order: Order, refund: Refund): void {
  if (refund.notifyUrl === undefined) return;
  announce(platform, order, refundNotification(platform, order, refund), refund.notifyUrl);
}

/** What the platform sends now and then to see whether anybody checks signatures. */
function probe(platform: Platform, order: Order): void {
  const trial = paymentNotification(platform, order, { event: 'probe', falsehood: { probe: true } });
  order.notifications.push(trial);
  platform.notifier.inBackground(async () => {
    await platform.notifier.deliver(order.notifyUrl, trial);
  });
}

function announce(
  { faults, notifier, ...platform }: Platform,
  order: Order,
  notification: Notification,
  notifyUrl = order.notifyUrl,
): void {
  const earlier = order.notifications.find(({ event }) => event === 'paid');
  order.notifications.push(notification);
  if (faults.take('callbackLost', order) !== undefined) {
    notification.state = 'lost';
    return;
  }
  const delayMs = faults.take('callbackLate', order)?.delayMs ?? 0;
  const repeated = faults.take('callbackRepeated', order);
  const copies = repeated === undefined ? 1 : (repeated.repeat ?? 3);
  const reordered = faults.take('callbackReordered', order);
  // This platform tells of successes only, so what comes out of turn is the payment, told again as another event.
  const stale =
    reordered === undefined
      ? undefined
      : (earlier ?? paymentNotification({ faults, notifier, ...platform }, order, { event: 'stale' }));
  if (stale !== undefined && stale !== earlier) order.notifications.push(stale);

  notifier.inBackground(async () => {
    await notifier.pause(delayMs);
    if (stale !== undefined && reordered?.before === true) await notifier.deliver(notifyUrl, stale);
    // At the same moment: duplicates that race each other are the harder case for the receiver.
    await Promise.all(Array.from({ length: copies }, () => notifier.deliver(notifyUrl, notification)));
    if (stale !== undefined && reordered?.before !== true) await notifier.deliver(notifyUrl, stale);
    await notifier.retryUntilAcknowledged(notifyUrl, notification);
  });
}

function falsehood({ faults }: Platform, order: Order): Falsehood {
  return {
    badSignature: faults.take('callbackBadSignature', order) !== undefined,
    unknownSerial: faults.take('callbackUnknownSerial', order) !== undefined,
    wrongAssociatedData: faults.take('callbackWrongAssociatedData', order) !== undefined,
    skewSeconds: faults.take('callbackSkewed', order) === undefined ? 0 : -900,
  };
}
