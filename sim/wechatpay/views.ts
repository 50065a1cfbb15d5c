import type { Order, Payment, Refund } from './orders.js';
import { refundedFen } from './orders.js';
import type { Overwrite } from './notification.js';
import type { Platform } from './platform.js';
import { stateOf } from './orderState.js';

/** RFC 3339 in Beijing. */
export function toBeijingTime(at: Date): string {
  return `${new Date(at.getTime() + 8 * 3_600_000).toISOString().slice(0, 19)}+08:00`;
}

/** An order as the query and the payment notification tell it (WeChat Pay API v3: 查询订单). */
export function orderFields(
  platform: Platform,
  order: Order,
  { amountFen, merchantId, appId, asPaid = false }: Overwrite & { asPaid?: boolean } = {},
): Record<string, unknown> {
  const head = {
    appid: appId ?? order.merchant.appId,
    mchid: merchantId ?? order.merchant.mchId,
    out_trade_no: order.outTradeNo,
    trade_type: order.tradeType,
    ...(order.attach !== undefined && { attach: order.attach }),
  };
  const state = asPaid ? 'SUCCESS' : stateOf(platform, order);
  if (state !== 'SUCCESS' && state !== 'REFUND') return { ...head, trade_state: state, trade_state_desc: state };
  const payment = paymentTold(platform, order);
  const total = amountFen ?? payment.paidFen;
  return {
    ...head,
    transaction_id: payment.transactionId,
    trade_state: state,
    trade_state_desc: '支付成功',
    bank_type: 'OTHERS',
    success_time: toBeijingTime(payment.at),
    payer: { openid: order.openid },
    amount: { total, payer_total: total, currency: 'CNY', payer_currency: 'CNY' },
  };
}

/** Only a forger speaks of a payment that was not made, and makes up its number. */
export function paymentTold({ now, orders }: Platform, { payment, amountFen }: Order): Payment {
  return payment ?? { transactionId: orders.nextNumber('42', now()), paidFen: amountFen, at: now() };
}

/** A refund as the refund call and its query tell it (WeChat Pay API v3: 查询单笔退款). */
export function refundFields(order: Order, refund: Refund): Record<string, unknown> {
  return {
    refund_id: refund.refundId,
    out_refund_no: refund.outRefundNo,
    transaction_id: order.payment?.transactionId ?? '',
    out_trade_no: order.outTradeNo,
    channel: 'ORIGINAL',
    user_received_account: '支付用户零钱',
    create_time: toBeijingTime(refund.createdAt),
    ...(refund.succeededAt && { success_time: toBeijingTime(refund.succeededAt) }),
    status: refund.status,
    funds_account: 'AVAILABLE',
    amount: amountFields(order, refund),
  };
}

/** A refund as its notification tells it; the state's field has another name there. */
export function refundNoticeFields(order: Order, refund: Refund): Record<string, unknown> {
  return {
    mchid: order.merchant.mchId,
    transaction_id: order.payment?.transactionId ?? '',
    out_trade_no: order.outTradeNo,
    refund_id: refund.refundId,
    out_refund_no: refund.outRefundNo,
    refund_status: refund.status,
    ...(refund.succeededAt && { success_time: toBeijingTime(refund.succeededAt) }),
    user_received_account: '支付用户零钱',
    amount: amountFields(order, refund),
  };
}

function amountFields({ payment, amountFen }: Order, refund: Refund) {
  const total = payment?.paidFen ?? amountFen;
  return {
    total,
    refund: refund.amountFen,
    payer_total: total,
    payer_refund: refund.amountFen,
    settlement_refund: refund.amountFen,
    settlement_total: total,
    discount_refund: 0,
    currency: 'CNY',
  };
}

/** An order as the control API shows it: amounts in fen, and all that was asked and notified. */
export function controlView(platform: Platform, order: Order) {
  return {
    outTradeNo: order.outTradeNo,
    combineNo: order.combination?.combineNo ?? null,
    merchantId: order.merchant.mchId,
    method: order.tradeType,
    state: stateOf(platform, order),
    tradeNo: order.payment?.transactionId ?? null,
    amountFen: order.amountFen,
    paidFen: order.payment?.paidFen ?? 0,
    refundedFen: refundedFen(order),
    expiresAt: order.expiresAt,
    paidAt: order.payment?.at ?? null,
    cashierUrl: `${platform.baseUrl}/cashier/${order.cashierToken}`,
    calls: order.verbs,
    verbs: order.verbs,
    refunds: order.refunds.map(({ outRefundNo, amountFen, status }) => ({ outRefundNo, amountFen, status })),
    notifications: order.notifications.map(({ id, event, eventType, state, deliveries }) => ({
      notifyId: id,
      event,
      eventType,
      state,
      deliveries,
    })),
  };
}
