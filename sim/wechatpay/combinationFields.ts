import type { Overwrites } from './notification.js';
import type { Combination, Order } from './orders.js';
import { stateOf } from './orderState.js';
import type { Platform } from './platform.js';
import { paymentTold, toBeijingTime } from './views.js';

/** A combined order as its query and its payment notification tell it (WeChat Pay API v3: 合单查询订单). */
export function combinationFields(
  platform: Platform,
  { merchant, combineNo, transactionId, orders }: Combination,
  { overwrites = new Map(), asPaid = false }: { overwrites?: Overwrites; asPaid?: boolean } = {},
): Record<string, unknown> {
  const paid = orders.filter(({ payment }) => payment !== undefined);
  // Only a forger speaks of a payment when nothing was paid: he then speaks of all of it.
  const told = asPaid ? (paid.length === 0 ? orders : paid) : [];
  const appIdOverwritten = orders
    .map(({ outTradeNo }) => overwrites.get(outTradeNo)?.appId)
    .find((appId) => appId !== undefined);
  return {
    combine_appid: appIdOverwritten ?? merchant.appId,
    combine_mchid: merchant.mchId,
    combine_out_trade_no: combineNo,
    ...((told.length > 0 || paid.length > 0) && {
      combine_transaction_id: transactionId ?? platform.orders.nextNumber('42', platform.now()),
      combine_payer_info: { openid: orders[0].openid },
    }),
    sub_orders: orders.map((order) => childFields(platform, order, { overwrites, asPaid: told.includes(order) })),
  };
}

function childFields(
  platform: Platform,
  order: Order,
  { overwrites, asPaid }: { overwrites: Overwrites; asPaid: boolean },
): Record<string, unknown> {
  const { amountFen, merchantId } = overwrites.get(order.outTradeNo) ?? {};
  const state = asPaid ? 'SUCCESS' : stateOf(platform, order);
  const head = {
    mchid: merchantId ?? order.merchant.mchId,
    out_trade_no: order.outTradeNo,
    trade_type: order.tradeType,
    trade_state: state,
    attach: order.attach,
  };
  if (state !== 'SUCCESS' && state !== 'REFUND') {
    return { ...head, amount: { total_amount: amountFen ?? order.amountFen, currency: 'CNY' } };
  }
  const payment = paymentTold(platform, order);
  const total = amountFen ?? payment.paidFen;
  return {
    ...head,
    transaction_id: payment.transactionId,
    bank_type: 'OTHERS',
    success_time: toBeijingTime(payment.at),
    amount: { total_amount: total, payer_amount: total, currency: 'CNY', payer_currency: 'CNY' },
  };
}
