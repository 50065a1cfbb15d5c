import { announcePaid, announceRefunded } from './announcements.js';
import type { Order, Refund } from './orders.js';
import { paidTogether } from './orders.js';
import type { Platform } from './platform.js';

/** Everything that changes an order: the payer, the merchant, the clock. */

export type NotPayable = 'alreadyPaid' | 'closed' | 'expired';

export function whyNotPayable({ now }: Platform, { payment, closedAt, expiresAt }: Order): NotPayable | undefined {
  if (payment !== undefined) return 'alreadyPaid';
  if (closedAt !== undefined) return 'closed';
  return now() >= expiresAt ? 'expired' : undefined;
}

/**
 * The payer pays: with a child of a combined order all of that, in one go. Whether that is allowed is `whyNotPayable`;
 * faults pay regardless. `only` leaves the other children unpaid, which no channel should ever show.
 */
export function pay(platform: Platform, order: Order, { paidFen = order.amountFen, only = false } = {}): void {
  const at = platform.now();
  const { combination } = order;
  if (combination !== undefined) combination.transactionId ??= platform.orders.nextNumber('42', at);
  for (const each of only ? [order] : paidTogether(order)) {
    const transactionId = platform.orders.nextNumber('42', at);
    each.payment ??= { transactionId, paidFen: each === order ? paidFen : each.amountFen, at };
  }
  announcePaid(platform, order);
}

/** A refund ends: with the payer, at the merchant again, or not at all. */
export function endRefund(platform: Platform, order: Order, refund: Refund, status: Refund['status']): void {
  refund.status = status;
  if (status === 'SUCCESS') refund.succeededAt = platform.now();
  announceRefunded(platform, order, refund);
}
