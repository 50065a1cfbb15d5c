import { announce } from '../shared/announce.js';
import type { AnnouncementFault } from '../shared/announce.js';
import { paymentNotification, refundNotification } from './createNotification.js';
import type { Occasion } from './faults.js';
import type { Falsehood, Notification, Overwrite, Overwrites } from './notification.js';
import { occasionOf, paidTogether, paymentOccasionOf } from './orders.js';
import type { Order, Refund } from './orders.js';
import type { Platform } from './platform.js';

/** What happened to an order, told to the merchant: rightly, or as the standing faults have it. */

/** Once for everything that was paid together. */
export function announcePaid(platform: Platform, order: Order): void {
  const occasion = paymentOccasionOf(order);
  const overwrites: Overwrites = new Map(paidTogether(order).map((each) => [each.outTradeNo, untruth(platform, each)]));
  if (platform.faults.take('callbackProbe', occasion) !== undefined) probe(platform, order);
  const how = { overwrites, falsehood: falsehood(platform, occasion) };
  const notification = paymentNotification(platform, order, how);
  for (const each of paidTogether(order)) each.notifications.push(notification);
  send(platform, order, { notification, notifyUrl: order.notifyUrl, occasion });
}

export function announceRefunded(platform: Platform, order: Order, refund: Refund): void {
  const { notifyUrl } = refund;
  if (notifyUrl === undefined) return;
  const notification = refundNotification(platform, order, refund);
  order.notifications.push(notification);
  send(platform, order, { notification, notifyUrl, occasion: occasionOf(order) });
}

/** What the faults of content write over the truth of one order. */
function untruth({ faults }: Platform, order: Order): Overwrite {
  const wrongAmount = faults.take('callbackWrongAmount', occasionOf(order));
  const wrongMerchant = faults.take('callbackWrongMerchant', occasionOf(order));
  return {
    ...(wrongAmount && { amountFen: wrongAmount.amountFen ?? order.amountFen + 1 }),
    ...(wrongMerchant && { merchantId: wrongMerchant.merchantId ?? '1999999999' }),
  };
}

/** What the platform sends now and then to see whether anybody checks signatures. */
function probe(platform: Platform, order: Order): void {
  const trial = paymentNotification(platform, order, { event: 'probe', falsehood: { probe: true } });
  order.notifications.push(trial);
  platform.notifier.inBackground(async () => {
    await platform.notifier.deliver(order.notifyUrl, trial);
  });
}

function send(
  platform: Platform,
  order: Order,
  due: { notification: Notification; notifyUrl: string; occasion: Occasion },
): void {
  const { faults, notifier } = platform;
  const { notification, notifyUrl, occasion } = due;
  const earlier = order.notifications.find((each) => each.event === 'paid' && each !== notification);
  // This platform tells of successes only, so what comes out of turn is the payment, told again as another event.
  const stale = (): Notification => {
    if (earlier !== undefined) return earlier;
    const another = paymentNotification(platform, order, { event: 'stale' });
    order.notifications.push(another);
    return another;
  };
  announce(notifier, (fault: AnnouncementFault) => faults.take(fault, occasion), { notifyUrl, notification, stale });
}

function falsehood({ faults }: Platform, occasion: Occasion): Falsehood {
  return {
    badSignature: faults.take('callbackBadSignature', occasion) !== undefined,
    unknownSerial: faults.take('callbackUnknownSerial', occasion) !== undefined,
    wrongAssociatedData: faults.take('callbackWrongAssociatedData', occasion) !== undefined,
    skewSeconds: faults.take('callbackSkewed', occasion) === undefined ? 0 : -900,
  };
}
