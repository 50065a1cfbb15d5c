import { z } from 'zod';
import { canonical } from '../shared/canonical.js';
import { failure, ok } from './answers.js';
import type { Answer } from './answers.js';
import type { Merchant } from './merchant.js';
import type { Order, OrderTerms } from './orders.js';
import {
  anyOpenid,
  attach,
  description,
  expiryOf,
  h5Info,
  isTooSoon,
  notifyUrl,
  numberUsed,
  openid,
  outTradeNo,
  parameterError,
  payerClientIp,
  timeExpire,
} from './orderContent.js';
import type { Platform } from './platform.js';
import { whyNotPayable } from './trades.js';

const common = {
  appid: z.string().min(1),
  mchid: z.string().min(1),
  description,
  out_trade_no: outTradeNo,
  time_expire: timeExpire,
  attach: attach.optional(),
  notify_url: notifyUrl,
  amount: z.strictObject({ total: z.int().min(1), currency: z.literal('CNY').default('CNY') }),
};

/** The ways to pay, by the last part of the path (WeChat Pay API v3: Native, JSAPI, H5 下单). */
const ways = {
  native: { tradeType: 'NATIVE', body: z.strictObject(common) },
  jsapi: {
    tradeType: 'JSAPI',
    body: z.strictObject({ ...common, payer: z.strictObject({ openid }) }),
  },
  h5: {
    tradeType: 'MWEB',
    body: z.strictObject({
      ...common,
      scene_info: z.strictObject({
        payer_client_ip: payerClientIp,
        h5_info: h5Info,
      }),
    }),
  },
} as const;
export type Way = keyof typeof ways;
export const isWay = (text: string): text is Way => Object.hasOwn(ways, text);

/** The same number and parameters while unpaid give a fresh code; the order stays one. */
export function placeOrder(platform: Platform, caller: Merchant, way: Way, content: unknown): Answer {
  const parsed = ways[way].body.safeParse(content);
  if (!parsed.success) return parameterError(parsed.error);
  const { orders, now } = platform;
  const asked = parsed.data;
  if (asked.mchid !== caller.mchId || asked.appid !== caller.appId) {
    return failure(400, 'APPID_MCHID_NOT_MATCH', 'appid和mch_id不匹配');
  }
  const expiresAt = expiryOf(asked.time_expire, now());
  const known = orders.find(asked.out_trade_no);
  // A minute ahead is asked of a new order only; the same request again stays the same request.
  if (known === undefined && isTooSoon(expiresAt, now())) return failure(400, 'PARAM_ERROR', 'time_expire');
  const terms: OrderTerms = {
    merchant: caller,
    outTradeNo: asked.out_trade_no,
    tradeType: ways[way].tradeType,
    amountFen: asked.amount.total,
    description: asked.description,
    attach: asked.attach,
    openid: (asked as { payer?: { openid: string } }).payer?.openid ?? anyOpenid,
    notifyUrl: asked.notify_url,
    expiresAt,
    content: canonical({ way, asked }),
  };
  return known === undefined ? codeFor(platform, orders.register(terms)) : repeat(platform, known, terms);
}

function repeat(platform: Platform, known: Order, terms: OrderTerms): Answer {
  // No number is anybody else's here, and a child's number is no plain order's.
  const isOther = known.merchant !== terms.merchant || known.combination !== undefined;
  if (isOther) return numberUsed;
  if (known.payment !== undefined) return failure(400, 'ORDER_PAID', '该订单已支付');
  if (whyNotPayable(platform, known) !== undefined) return failure(400, 'ORDER_CLOSED', '订单已关闭');
  if (known.content !== terms.content) return numberUsed;
  return codeFor(platform, known);
}

/** What the payer's side needs to get to the cashier. */
export function codeFor({ baseUrl }: Platform, order: Order): Answer {
  switch (order.tradeType) {
    case 'NATIVE':
      return ok({ code_url: `weixin://wxpay/bizpayurl?pr=${order.cashierToken.slice(0, 9)}` });
    case 'JSAPI':
      return ok({ prepay_id: `wx${order.cashierToken.replaceAll('-', '')}` });
    default:
      return ok({ h5_url: `${baseUrl}/cashier/${order.cashierToken}` });
  }
}
