import { announceGivenBack, announcePaid } from './announcements.js';
import type { GivingBack, Order } from './orders.js';
import type { Platform } from './platform.js';

/** Everything that changes an order: the payer, the merchant, the clock. */

export type NotPayable = 'alreadyPaid' | 'expired';

const HOUR_MS = 3_600_000;

export function whyNotPayable({ now }: Platform, { payment, payTimeout }: Order): NotPayable | undefined {
  if (payment !== undefined) return 'alreadyPaid';
  return payTimeout !== undefined && now() >= payTimeout ? 'expired' : undefined;
}

/** The payer pays. Debited after the deadline is possible, told by nobody, and found by query with a code of its own. */
export function pay(platform: Platform, order: Order, paidFen = order.amountFen): void {
  const pastDeadline = whyNotPayable(platform, order) === 'expired';
  order.payment = { ...platform.orders.trace(platform.now()), paidFen, pastDeadline };
  if (!pastDeadline) announcePaid(platform, order, order.payment);
}

/**
 * Whether the day of a payment, and with it a terminal's batch, has been closed: at eleven in the evening, Beijing time, or
 * by hand. From then on it can be refunded and not undone.
 */
export function isSettled({ now }: Platform, { payment, settled }: Order): boolean {
  if (payment === undefined) return false;
  const midnight = Date.parse(
    `${new Date(payment.at.getTime() + 8 * HOUR_MS).toISOString().slice(0, 10)}T00:00:00+08:00`,
  );
  const sameEvening = midnight + 23 * HOUR_MS;
  const closesAt = payment.at.getTime() < sameEvening ? sameEvening : sameEvening + 24 * HOUR_MS;
  return settled || now().getTime() >= closesAt;
}

export function endGivingBack(platform: Platform, order: Order, back: GivingBack, failedCode?: string): void {
  if (failedCode === undefined) {
    back.status = 'done';
    announceGivenBack(platform, order, back);
  } else {
    back.status = 'failed';
    back.failedCode = failedCode;
  }
}
