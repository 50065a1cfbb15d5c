import type { Channel } from './channel.js';
import { countByVerb } from '../shared/verbs.js';
import { verbOf } from './faults.js';
import type { Order } from './orders.js';
import { isPaid, refundedFen } from './orders.js';
import { returnUrl } from './returnUrl.js';

/** An order as the control API shows it: amounts in fen, times in UTC, and all that was asked and notified. */
export function orderView(channel: Channel, order: Order) {
  const { trade } = order;
  return {
    outTradeNo: order.outTradeNo,
    combineNo: order.combination?.combineNo ?? null,
    merchantId: order.merchant.sellerId,
    method: order.method,
    state: trade?.status ?? 'notScanned',
    tradeNo: trade?.tradeNo ?? null,
    amountFen: order.totalFen,
    paidFen: isPaid(trade) ? trade.totalFen : 0,
    refundedFen: refundedFen(order),
    expiresAt: order.expiresAt,
    paidAt: trade?.paidAt ?? null,
    cashierUrl: `${channel.baseUrl}/qr/${order.cashierToken}`,
    returnUrl: returnUrl(channel, order) ?? null,
    calls: order.calls,
    verbs: countByVerb(order.calls, verbOf),
    refunds: order.refunds.map(({ outRequestNo, amountFen, status }) => ({ outRequestNo, amountFen, status })),
    notifications: order.notifications.map(({ notifyId, event, state, fields, deliveries }) => ({
      notifyId,
      event,
      state,
      tradeStatus: fields['trade_status'],
      deliveries,
    })),
  };
}
