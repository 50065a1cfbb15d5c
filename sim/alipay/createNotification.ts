import { randomBytes } from 'node:crypto';
import { toBeijingTime } from './beijingTime.js';
import type { Channel } from './channel.js';
import type { Order, Refund, Trade, TradeStatus } from './orders.js';
import { isPaid, refundedFen } from './orders.js';
import type { Notification } from './notification.js';
import type { Parameters } from './signature.js';
import { fenToYuan } from './yuan.js';

export type NotificationContent = {
  readonly event: Notification['event'];
  readonly tradeStatus: TradeStatus;
  readonly refund?: Refund | undefined;
  /** What a fault or a forger writes over the truth. */
  readonly overwrite?: Parameters;
  readonly badSignature?: boolean | undefined;
};

/** Alipay OpenAPI: 异步通知参数. All but `notify_time` and `sign`, which every delivery has its own of. */
export function createNotification(channel: Channel, order: Order, content: NotificationContent): Notification {
  const notifyId = `${toBeijingTime(channel.now()).slice(0, 10).replaceAll('-', '')}${randomBytes(12).toString('hex')}`;
  const { appId, sellerId } = order.merchant;
  const fields: Record<string, string | undefined> = {
    notify_type: 'trade_status_sync',
    notify_id: notifyId,
    charset: 'utf-8',
    version: '1.0',
    sign_type: 'RSA2',
    app_id: appId,
    auth_app_id: appId,
    seller_id: sellerId,
    out_trade_no: order.outTradeNo,
    subject: order.subject,
    body: order.body,
    passback_params: order.passbackParams,
    trade_status: content.tradeStatus,
    ...tradeFields(channel, order, content.tradeStatus),
    ...(content.refund === undefined ? {} : refundFields(order, content.refund)),
    ...content.overwrite,
  };
  return {
    notifyId,
    event: content.event,
    fields: withoutEmpty(fields),
    badSignature: content.badSignature ?? false,
    state: 'due',
    deliveries: [],
  };
}

function tradeFields(channel: Channel, order: Order, tradeStatus: TradeStatus): Record<string, string | undefined> {
  // Before the payer scanned there is no trade; only a forger speaks of one then, and makes up its number.
  const trade: Trade = order.trade ?? {
    tradeNo: channel.orders.nextTradeNo(channel.now()),
    createdAt: channel.now(),
    status: tradeStatus,
    totalFen: order.totalFen,
  };
  const amount = fenToYuan(trade.totalFen);
  const paidAt = paidMoment(channel, trade, tradeStatus);
  return {
    trade_no: trade.tradeNo,
    buyer_id: '2088000000000001',
    buyer_logon_id: '138****0000',
    total_amount: amount,
    gmt_create: toBeijingTime(trade.createdAt),
    gmt_close: trade.closedAt && tradeStatus === 'TRADE_CLOSED' ? toBeijingTime(trade.closedAt) : undefined,
    ...(paidAt === undefined
      ? {}
      : {
          gmt_payment: toBeijingTime(paidAt),
          receipt_amount: amount,
          invoice_amount: amount,
          buyer_pay_amount: amount,
          point_amount: '0.00',
          fund_bill_list: JSON.stringify([{ amount, fundChannel: 'ALIPAYACCOUNT' }]),
        }),
  };
}

/** A notification speaks of the moment it is about: one of WAIT_BUYER_PAY has no payment time, even when late. */
function paidMoment(channel: Channel, trade: Trade, tradeStatus: TradeStatus): Date | undefined {
  if (tradeStatus === 'WAIT_BUYER_PAY') return undefined;
  if (isPaid(trade)) return trade.paidAt;
  return tradeStatus === 'TRADE_CLOSED' ? undefined : channel.now();
}

/** A partial refund is notified as TRADE_SUCCESS with these fields; `refund_fee` is the total refunded so far. */
function refundFields(order: Order, refund: Refund): Record<string, string | undefined> {
  return {
    out_biz_no: refund.outRequestNo,
    refund_fee: fenToYuan(refundedFen(order)),
    gmt_refund: refund.succeededAt === undefined ? undefined : `${toBeijingTime(refund.succeededAt)}.000`,
  };
}

function withoutEmpty(fields: Record<string, string | undefined>): Parameters {
  return Object.fromEntries(
    Object.entries(fields).filter((field): field is [string, string] => field[1] !== undefined && field[1] !== ''),
  );
}
