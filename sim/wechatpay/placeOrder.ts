import { z } from 'zod';
import { canonical } from '../shared/canonical.js';
import { failure, ok } from './answers.js';
import type { Answer } from './answers.js';
import type { Order, OrderTerms } from './orders.js';
import type { Platform } from './platform.js';
import { whyNotPayable } from './trades.js';

const MINUTE_MS = 60_000;

const common = {
  appid: z.string().min(1),
  mchid: z.string().min(1),
  description: z.string().min(1).max(127),
  out_trade_no: z.string().regex(/^[0-9A-Za-z_\-|*]{6,32}$/),
  time_expire: z.iso.datetime({ offset: true }).optional(),
  attach: z.string().max(128).optional(),
  notify_url: z.url({ protocol: /^https?$/ }).refine((url) => !url.includes('?')),
  amount: z.strictObject({ total: z.int().min(1), currency: z.literal('CNY').default('CNY') }),
};

/** The ways to pay, by the last part of the path (WeChat Pay API v3: Native, JSAPI, H5 下单). */
const ways = {
  native: { tradeType: 'NATIVE', body: z.strictObject(common) },
  jsapi: {
    tradeType: 'JSAPI',
    body: z.strictObject({ ...common, payer: z.strictObject({ openid: z.string().min(1).max(128) }) }),
  },
  h5: {
    tradeType: 'MWEB',
    body: z.strictObject({
      ...common,
      scene_info: z.strictObject({
        payer_client_ip: z.string().min(1).max(45),
        h5_info: z.strictObject({ type: z.enum(['iOS', 'Android', 'Wap']) }),
      }),
    }),
  },
} as const;
export type Way = keyof typeof ways;
export const isWay = (text: string): text is Way => Object.hasOwn(ways, text);

/** The same number and parameters while unpaid give a fresh code; the order stays one. */
export function placeOrder(platform: Platform, way: Way, content: unknown): Answer {
  const parsed = ways[way].body.safeParse(content);
  if (!parsed.success) return failure(400, 'PARAM_ERROR', parsed.error.issues[0]?.path.join('.') ?? '参数错误');
  const { merchant, orders, now } = platform;
  const asked = parsed.data;
  if (asked.mchid !== merchant.mchId || asked.appid !== merchant.appId) {
    return failure(400, 'APPID_MCHID_NOT_MATCH', 'appid和mch_id不匹配');
  }
  const expiresAt = asked.time_expire === undefined ? weekFrom(now()) : new Date(asked.time_expire);
  const known = orders.find(asked.out_trade_no);
  // A minute ahead is asked of a new order only; the same request again stays the same request.
  if (known === undefined && expiresAt.getTime() < now().getTime() + MINUTE_MS) {
    return failure(400, 'PARAM_ERROR', 'time_expire');
  }
  const terms: OrderTerms = {
    outTradeNo: asked.out_trade_no,
    tradeType: ways[way].tradeType,
    amountFen: asked.amount.total,
    description: asked.description,
    attach: asked.attach,
    openid: (asked as { payer?: { openid: string } }).payer?.openid ?? 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o',
    notifyUrl: asked.notify_url,
    expiresAt,
    content: canonical({ way, asked }),
  };
  return known === undefined ? codeFor(platform, orders.register(terms)) : repeat(platform, known, terms);
}

function repeat(platform: Platform, known: Order, terms: OrderTerms): Answer {
  if (known.payment !== undefined) return failure(400, 'ORDER_PAID', '该订单已支付');
  if (whyNotPayable(platform, known) !== undefined) return failure(400, 'ORDER_CLOSED', '订单已关闭');
  if (known.content !== terms.content) return failure(403, 'OUT_TRADE_NO_USED', '商户订单号重复');
  return codeFor(platform, known);
}

function codeFor({ baseUrl }: Platform, order: Order): Answer {
  switch (order.tradeType) {
    case 'NATIVE':
      return ok({ code_url: `weixin://wxpay/bizpayurl?pr=${order.cashierToken.slice(0, 9)}` });
    case 'JSAPI':
      return ok({ prepay_id: `wx${order.cashierToken.replaceAll('-', '')}` });
    default:
      return ok({ h5_url: `${baseUrl}/cashier/${order.cashierToken}` });
  }
}

const weekFrom = (at: Date): Date => new Date(at.getTime() + 7 * 24 * 60 * MINUTE_MS);
