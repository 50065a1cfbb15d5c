import { announceClosed, announcePaid, announceRefunded } from './announcements.js';
import type { Channel } from './channel.js';
import type { Order, Refund, Trade } from './orders.js';
import { isPaid, paidTogether, payableUntil, refundedFen } from './orders.js';

/** Everything that changes a trade: the payer, the merchant, the clock. */

export type NotPayable = 'alreadyPaid' | 'closed' | 'expired';

/** The order as it stands now: one that waited beyond its time is found closed. */
export function findOrder(channel: Channel, outTradeNo: string): Order | undefined {
  const order = channel.orders.find(outTradeNo);
  if (order !== undefined) closeWhenExpired(channel, order);
  return order;
}

/** Closing is noticed, and notified, when somebody next looks at the order; no payment can slip in between. */
export function closeWhenExpired(channel: Channel, order: Order): void {
  const { trade } = order;
  if (trade?.status === 'WAIT_BUYER_PAY' && channel.now() >= order.expiresAt) close(channel, order, trade);
}

/** A merged payment succeeds with all its children or not at all, unless somebody asks for `only` one of them. */
export function whyNotPayable(channel: Channel, order: Order, { only = false } = {}): NotPayable | undefined {
  const reason = whyNotPayableAlone(channel, order);
  if (reason !== undefined || only) return reason;
  const reasons = paidTogether(order).map((each) => whyNotPayableAlone(channel, each));
  return reasons.find((each) => each === 'closed' || each === 'expired');
}

function whyNotPayableAlone(channel: Channel, order: Order): NotPayable | undefined {
  if (isPaid(order.trade)) return 'alreadyPaid';
  if (channel.now() >= payableUntil(order)) return 'expired';
  return order.trade?.status === 'TRADE_CLOSED' ? 'closed' : undefined;
}

/** The payer scans or signs in: there is a trade from now on, and for each child of a merged payment. */
export function scan(channel: Channel, order: Order): void {
  for (const each of paidTogether(order)) tradeOf(channel, each);
}

function tradeOf(channel: Channel, order: Order): Trade {
  const createdAt = channel.now();
  order.trade ??= {
    tradeNo: channel.orders.nextTradeNo(createdAt),
    createdAt,
    status: 'WAIT_BUYER_PAY',
    totalFen: order.totalFen,
  };
  return order.trade;
}

/**
 * The payer pays: with a child of a merged payment all of that, in one go. Whether that is allowed is `whyNotPayable`;
 * faults pay regardless. `only` leaves the other children unpaid, which no channel should ever show.
 */
export function pay(channel: Channel, order: Order, { amountFen = order.totalFen, only = false } = {}): void {
  scan(channel, order);
  for (const each of only ? [order] : paidTogether(order)) {
    const trade = tradeOf(channel, each);
    if (isPaid(trade)) continue;
    trade.status = 'TRADE_SUCCESS';
    trade.totalFen = each === order ? amountFen : each.totalFen;
    trade.paidAt = channel.now();
    delete trade.closedAt;
    announcePaid(channel, each);
  }
}

export function close(channel: Channel, order: Order, trade: Trade): void {
  trade.status = 'TRADE_CLOSED';
  trade.closedAt = channel.now();
  announceClosed(channel, order);
}

/** The refund's money moves. A full refund closes the trade, a partial one leaves it as it was. */
export function settleRefund(channel: Channel, order: Order, trade: Trade, refund: Refund): void {
  refund.status = 'succeeded';
  refund.succeededAt = channel.now();
  if (refundedFen(order) === trade.totalFen) {
    trade.status = 'TRADE_CLOSED';
    trade.closedAt = channel.now();
  }
  announceRefunded(channel, order, trade, refund);
}
