import { z } from 'zod';
import { canonical } from '../../shared/canonical.js';
import { businessFailure, contextInconsistent, success } from '../answers.js';
import type { Answer } from '../answers.js';
import type { Channel } from '../channel.js';
import { beijingTime, DAY_MS, outTradeNo, timeoutMs } from '../content.js';
import type { Merchant } from '../merchant.js';
import type { Combination } from '../orders.js';
import { closeWhenExpired } from '../trades.js';
import { call } from './call.js';
import { orderContent, whyOver } from './placeOrder.js';

const ORDER_LIFE_MS = 15 * DAY_MS;

/** The time is that of the whole. */
const child = orderContent
  .omit({ timeout_express: true, time_expire: true })
  .extend({ app_id: z.string().min(1), product_code: z.literal('QUICK_WAP_WAY') });
type Child = z.infer<typeof child>;

const mergeContent = z.object({
  out_merge_no: outTradeNo,
  order_details: z
    .tuple([child], child)
    .refine(
      (children) => new Set(children.map((each) => each.out_trade_no)).size === children.length,
      'repeats a number',
    ),
  timeout_express: timeoutMs.optional(),
  time_expire: beijingTime.optional(),
});

/**
 * alipay.trade.merge.precreate: several orders to be paid at once, each to its own seller; all of them, or none. No trade
 * exists until the payer opens the page of alipay.trade.wap.merge.pay.
 */
export const mergePrecreate = call(mergeContent, (channel, content, { caller, parameters, content: asked }) => {
  const wanted = canonical({ appId: caller.appId, content: asked });
  const existing = channel.orders.findCombination(content.out_merge_no);
  if (existing !== undefined) return existing.content === wanted ? repeat(channel, existing) : contextInconsistent;

  const { order_details: children } = content;
  const now = channel.now().getTime();
  const expiresAt = content.time_expire ?? new Date(now + (content.timeout_express ?? ORDER_LIFE_MS));
  if (expiresAt.getTime() <= now) return businessFailure('ACQ.INVALID_PARAMETER', '参数无效: time_expire');
  const problem = children.map((each) => problemOf(channel, each)).find((each) => each !== undefined);
  if (problem !== undefined) return problem;

  const termsOf = (each: Child) => ({
    merchant: merchantOf(channel, each) ?? caller,
    outTradeNo: each.out_trade_no,
    method: 'alipay.trade.wap.merge.pay',
    totalFen: each.total_amount,
    subject: each.subject,
    body: each.body,
    passbackParams: each.passback_params,
    notifyUrl: parameters['notify_url'],
    expiresAt,
    content: wanted,
  });
  const [first, ...others] = children;
  const whole = { merchant: caller, combineNo: content.out_merge_no, content: wanted };
  return taken(channel.orders.combine(whole, [termsOf(first), ...others.map(termsOf)]));
});

function merchantOf({ merchants }: Channel, { app_id: appId }: Child): Merchant | undefined {
  return merchants.find((merchant) => merchant.appId === appId);
}

function problemOf(channel: Channel, asked: Child): Answer | undefined {
  const merchant = merchantOf(channel, asked);
  if (merchant === undefined) return businessFailure('ACQ.INVALID_PARAMETER', '参数无效: app_id');
  if (asked.seller_id !== undefined && asked.seller_id !== merchant.sellerId) {
    return businessFailure('ACQ.INVALID_PARAMETER', '参数无效: seller_id');
  }
  return channel.orders.find(asked.out_trade_no) === undefined ? undefined : contextInconsistent;
}

function repeat(channel: Channel, existing: Combination): Answer {
  for (const order of existing.orders) closeWhenExpired(channel, order);
  return existing.orders.map(whyOver).find((each) => each !== undefined) ?? taken(existing);
}

function taken({ combineNo, preOrderNo, orders }: Combination): Answer {
  return success({
    out_merge_no: combineNo,
    pre_order_no: preOrderNo,
    order_detail_results: orders.map(({ merchant, outTradeNo: no }) => ({
      app_id: merchant.appId,
      out_trade_no: no,
      success: true,
      result_code: 'SUCCESS',
    })),
  });
}
