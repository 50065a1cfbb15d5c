import { toBeijingTime } from './beijingTime.js';
import type { Channel } from './channel.js';
import type { Order } from './orders.js';
import { isPaid } from './orders.js';
import { notificationBaseString, signText } from './signature.js';
import { fenToYuan } from './yuan.js';

/** Where the payer's browser goes after paying (Alipay OpenAPI: 同步返回); signed as a notification, proves nothing. */
export function returnUrl(channel: Channel, order: Order): string | undefined {
  if (order.returnUrl === undefined || !isPaid(order.trade)) return undefined;
  const { appId, sellerId } = order.merchant;
  const parameters = {
    out_trade_no: order.outTradeNo,
    trade_no: order.trade.tradeNo,
    total_amount: fenToYuan(order.trade.totalFen),
    seller_id: sellerId,
    app_id: appId,
    auth_app_id: appId,
    charset: 'utf-8',
    method: `${order.method}.return`,
    timestamp: toBeijingTime(channel.now()),
    version: '1.0',
    sign_type: 'RSA2',
  };
  const url = new URL(order.returnUrl);
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  url.searchParams.set('sign', signText(notificationBaseString(parameters), channel.signingKey));
  return url.toString();
}
