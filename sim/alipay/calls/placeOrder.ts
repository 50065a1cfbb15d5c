import { z } from 'zod';
import { canonical } from '../../shared/canonical.js';
import { businessFailure, contextInconsistent } from '../answers.js';
import type { Answer } from '../answers.js';
import type { Channel } from '../channel.js';
import { amountFen, beijingTime, outTradeNo, subject, timeoutMs } from '../content.js';
import type { Order } from '../orders.js';
import { isPaid } from '../orders.js';
import { findOrder } from '../trades.js';
import type { CallRequest } from './call.js';

/** What precreate and the two cashier pages have in common: an order under the merchant's number. */
export const orderContent = z.object({
  out_trade_no: outTradeNo,
  total_amount: amountFen,
  subject,
  body: z.string().max(400).optional(),
  seller_id: z.string().optional(),
  timeout_express: timeoutMs.optional(),
  time_expire: beijingTime.optional(),
  passback_params: z.string().max(512).optional(),
});

export type OrderContent = z.infer<typeof orderContent>;
export type Placed = { readonly kind: 'placed'; readonly order: Order } | { readonly kind: 'refused'; answer: Answer };

/** Same number and same parameters: the same order. Same number, other parameters: refused. */
export function placeOrder(
  channel: Channel,
  content: OrderContent,
  request: CallRequest,
  { defaultTimeoutMs, qrLifeMs }: { defaultTimeoutMs: number; qrLifeMs?: number },
): Placed {
  const { caller } = request;
  const now = channel.now().getTime();
  const expiresAt = content.time_expire ?? new Date(now + (content.timeout_express ?? defaultTimeoutMs));
  const wanted = canonical({ appId: caller.appId, method: request.method, content: request.content });
  const existing = findOrder(channel, content.out_trade_no);

  if (content.seller_id !== undefined && content.seller_id !== caller.sellerId) {
    return refused(businessFailure('ACQ.INVALID_PARAMETER', '参数无效: seller_id'));
  }
  if (existing !== undefined) {
    if (existing.content !== wanted) return refused(contextInconsistent);
    const over = whyOver(existing);
    return over === undefined ? { kind: 'placed', order: existing } : refused(over);
  }
  if (expiresAt.getTime() <= now) return refused(businessFailure('ACQ.INVALID_PARAMETER', '参数无效: time_expire'));

  const order = channel.orders.register({
    merchant: caller,
    outTradeNo: content.out_trade_no,
    method: request.method,
    totalFen: content.total_amount,
    subject: content.subject,
    body: content.body,
    passbackParams: content.passback_params,
    notifyUrl: request.parameters['notify_url'],
    returnUrl: request.parameters['return_url'],
    expiresAt,
    qrExpiresAt: qrLifeMs === undefined ? undefined : new Date(now + qrLifeMs),
    content: wanted,
  });
  return { kind: 'placed', order };
}

/** Why an order cannot be asked for again, however alike; undefined while it waits for its payer. */
export function whyOver({ trade }: Order): Answer | undefined {
  if (isPaid(trade)) return businessFailure('ACQ.TRADE_HAS_SUCCESS', '交易已被支付');
  return trade?.status === 'TRADE_CLOSED' ? businessFailure('ACQ.TRADE_HAS_CLOSE', '交易已经关闭') : undefined;
}

function refused(answer: Answer): Placed {
  return { kind: 'refused', answer };
}
