import { z } from 'zod';
import type { Answer } from '../answers.js';
import { cashierHtml, refusalHtml } from '../cashierHtml.js';
import type { Channel } from '../channel.js';
import { DAY_MS } from '../content.js';
import type { CallRequest } from './call.js';
import { invalidParameter } from './call.js';
import { orderContent, placeOrder } from './placeOrder.js';

const ORDER_LIFE_MS = 15 * DAY_MS;

const productCodes: Readonly<Record<string, string>> = {
  'alipay.trade.page.pay': 'FAST_INSTANT_TRADE_PAY',
  'alipay.trade.wap.pay': 'QUICK_WAP_WAY',
};

/** alipay.trade.page.pay and alipay.trade.wap.pay: the payer's browser arrives with the order and gets a cashier. */
export function cashierPage(channel: Channel, request: CallRequest): string {
  const productCode = productCodes[request.method];
  const content = orderContent.extend({ product_code: z.literal(productCode ?? '') }).safeParse(request.content);
  if (!content.success) return refusalPage(invalidParameter(content.error));
  const placed = placeOrder(channel, content.data, request, { defaultTimeoutMs: ORDER_LIFE_MS });
  return placed.kind === 'placed' ? cashierHtml(placed.order) : refusalPage(placed.answer);
}

/** What the payer sees instead of a cashier. */
export function refusalPage(answer: Answer): string {
  return refusalHtml(`${String(answer['sub_code'])}: ${String(answer['sub_msg'])}`);
}
