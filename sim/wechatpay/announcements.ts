import { announce } from '../shared/announce.js';
import type { AnnouncementFault } from '../shared/announce.js';
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
  send(platform, order, paymentNotification(platform, order, { overwrite, falsehood: falsehood(platform, order) }));
}

export function announceRefunded(platform: Platform, order: Order, refund: Refund): void {
  if (refund.notifyUrl === undefined) return;
  send(platform, order, refundNotification(platform, order, refund), refund.notifyUrl);
}

/** What the platform sends now and then to see whether anybody checks signatures. */
function probe(platform: Platform, order: Order): void {
  const trial = paymentNotification(platform, order, { event: 'probe', falsehood: { probe: true } });
  order.notifications.push(trial);
  platform.notifier.inBackground(async () => {
    await platform.notifier.deliver(order.notifyUrl, trial);
  });
}

function send(platform: Platform, order: Order, notification: Notification, notifyUrl = order.notifyUrl): void {
  const { faults, notifier } = platform;
  const earlier = order.notifications.find(({ event }) => event === 'paid');
  order.notifications.push(notification);
  // This platform tells of successes only, so what comes out of turn is the payment, told again as another event.
  const stale = (): Notification => {
    if (earlier !== undefined) return earlier;
    const another = paymentNotification(platform, order, { event: 'stale' });
    order.notifications.push(another);
    return another;
  };
  announce(notifier, (fault: AnnouncementFault) => faults.take(fault, order), { notifyUrl, notification, stale });
}

function falsehood({ faults }: Platform, order: Order): Falsehood {
  return {
    badSignature: faults.take('callbackBadSignature', order) !== undefined,
    unknownSerial: faults.take('callbackUnknownSerial', order) !== undefined,
    wrongAssociatedData: faults.take('callbackWrongAssociatedData', order) !== undefined,
    skewSeconds: faults.take('callbackSkewed', order) === undefined ? 0 : -900,
  };
}
