import { z } from 'zod';
import { canonical } from '../shared/canonical.js';
import { failure, noContent, ok } from './answers.js';
import type { Answer } from './answers.js';
import { combinationFields } from './combinationFields.js';
import type { Merchant } from './merchant.js';
import type { Combination, OrderTerms } from './orders.js';
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
import { codeFor } from './placeOrder.js';
import type { Way } from './placeOrder.js';
import type { Platform } from './platform.js';
import { whyNotPayable } from './trades.js';

const CHILDREN_MAX = 50;

/** Unlike in a plain order, the amount's field is called `total_amount`. */
const child = z.strictObject({
  mchid: z.string().min(1),
  out_trade_no: outTradeNo,
  attach,
  description,
  amount: z.strictObject({ total_amount: z.int().min(1), currency: z.literal('CNY') }),
  goods_tag: z.string().max(32).optional(),
});

const scene = { payer_client_ip: payerClientIp, device_id: z.string().max(32).optional() };

const common = {
  combine_appid: z.string().min(1),
  combine_mchid: z.string().min(1),
  combine_out_trade_no: z.string().regex(/^[0-9A-Za-z_\-|*]{2,32}$/),
  sub_orders: z
    .tuple([child], child)
    .refine((children) => children.length <= CHILDREN_MAX)
    .refine((children) => new Set(children.map(({ out_trade_no: no }) => no)).size === children.length),
  scene_info: z.strictObject(scene).optional(),
  time_start: z.iso.datetime({ offset: true }).optional(),
  time_expire: timeExpire,
  notify_url: notifyUrl,
};

/** WeChat Pay API v3: 合单 Native, JSAPI, H5 下单. */
const ways = {
  native: { tradeType: 'NATIVE', body: z.strictObject(common) },
  jsapi: { tradeType: 'JSAPI', body: z.strictObject({ ...common, combine_payer_info: z.strictObject({ openid }) }) },
  h5: {
    tradeType: 'MWEB',
    body: z.strictObject({ ...common, scene_info: z.strictObject({ ...scene, h5_info: h5Info }) }),
  },
} as const satisfies Record<Way, unknown>;

/** As with a plain order: the same number and parameters while unpaid give a fresh code. All children, or none. */
export function placeCombination(platform: Platform, caller: Merchant, way: Way, content: unknown): Answer {
  const parsed = ways[way].body.safeParse(content);
  if (!parsed.success) return parameterError(parsed.error);
  const { merchants, orders, now } = platform;
  const asked = parsed.data;
  if (asked.combine_mchid !== caller.mchId || asked.combine_appid !== caller.appId) return appIdNotMatching;

  const [first, ...others] = asked.sub_orders;
  const text = canonical({ way, asked });
  const known = orders.findCombination(asked.combine_out_trade_no);
  if (known !== undefined) return repeat(platform, known, { caller, text });

  const expiresAt = expiryOf(asked.time_expire, now());
  if (isTooSoon(expiresAt, now())) return failure(400, 'PARAM_ERROR', 'time_expire');
  if (asked.sub_orders.some(({ out_trade_no: no }) => orders.find(no) !== undefined)) return numberUsed;
  if (asked.sub_orders.some(({ mchid }) => !merchants.some(({ mchId }) => mchId === mchid))) {
    return failure(400, 'MCH_NOT_EXISTS', '商户号不存在');
  }

  const terms = ({ mchid, ...each }: z.infer<typeof child>): OrderTerms => ({
    merchant: merchants.find(({ mchId }) => mchId === mchid) ?? caller,
    outTradeNo: each.out_trade_no,
    tradeType: ways[way].tradeType,
    amountFen: each.amount.total_amount,
    description: each.description,
    attach: each.attach,
    openid: (asked as { combine_payer_info?: { openid: string } }).combine_payer_info?.openid ?? anyOpenid,
    notifyUrl: asked.notify_url,
    expiresAt,
    content: text,
  });
  const combination = { merchant: caller, combineNo: asked.combine_out_trade_no, content: text };
  return codeFor(platform, orders.combine(combination, [terms(first), ...others.map(terms)]).orders[0]);
}

function repeat(platform: Platform, known: Combination, { caller, text }: { caller: Merchant; text: string }): Answer {
  if (known.merchant !== caller) return numberUsed;
  const reasons = known.orders.map((order) => whyNotPayable(platform, order));
  if (reasons.includes('alreadyPaid')) return orderPaid;
  if (reasons.some((reason) => reason !== undefined)) return failure(400, 'ORDER_CLOSED', '订单已关闭');
  return known.content === text ? codeFor(platform, known.orders[0]) : numberUsed;
}

/** 合单查询订单. */
export function queryCombination(platform: Platform, caller: Merchant, combineNo: string): Answer {
  const known = combinationOf(platform, caller, combineNo);
  return known === undefined ? orderNotExist : ok(combinationFields(platform, known));
}

const closeBody = z.strictObject({
  combine_appid: z.string().min(1),
  sub_orders: z.array(z.strictObject({ mchid: z.string().min(1), out_trade_no: outTradeNo })).min(1),
});

/** 合单关闭订单: all children, which the request has to name exactly. */
export function closeCombination(platform: Platform, caller: Merchant, combineNo: string, content: unknown): Answer {
  const parsed = closeBody.safeParse(content);
  if (!parsed.success) return parameterError(parsed.error);
  if (parsed.data.combine_appid !== caller.appId) return appIdNotMatching;
  const known = combinationOf(platform, caller, combineNo);
  if (known === undefined) return orderNotExist;
  const named = parsed.data.sub_orders.map((each) => `${each.mchid} ${each.out_trade_no}`);
  const children = known.orders.map(({ merchant, outTradeNo: no }) => `${merchant.mchId} ${no}`);
  if (canonical(named.sort()) !== canonical(children.sort())) {
    return failure(400, 'INVALID_REQUEST', '子单信息与下单时不一致');
  }
  if (known.orders.some(({ payment }) => payment !== undefined)) return orderPaid;
  for (const order of known.orders) order.closedAt ??= platform.now();
  return noContent;
}

function combinationOf({ orders }: Platform, caller: Merchant, combineNo: string): Combination | undefined {
  const known = orders.findCombination(combineNo);
  return known?.merchant === caller ? known : undefined;
}

/** The numbers a combined order goes by: its own, then those of the children the request names. */
export function numbersAsked(content: unknown): string[] {
  const parsed = z
    .object({ combine_out_trade_no: z.string(), sub_orders: z.array(z.object({ out_trade_no: z.string() })) })
    .safeParse(content);
  if (!parsed.success) return [''];
  return [parsed.data.combine_out_trade_no, ...parsed.data.sub_orders.map(({ out_trade_no: no }) => no)];
}

const appIdNotMatching = failure(400, 'APPID_MCHID_NOT_MATCH', 'appid和mch_id不匹配');
const orderNotExist = failure(404, 'ORDER_NOT_EXIST', '订单不存在');
const orderPaid = failure(400, 'ORDER_PAID', '该订单已支付');
