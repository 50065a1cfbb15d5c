import { z } from 'zod';
import { failure, ok } from './answers.js';
import type { Answer } from './answers.js';
import type { Merchant } from './merchant.js';
import type { Order, Refund } from './orders.js';
import { claimedByRefundsFen, occasionOf } from './orders.js';
import { parameterError } from './orderContent.js';
import type { Platform } from './platform.js';
import { endRefund } from './trades.js';
import { refundFields } from './views.js';

const REFUNDS_PER_ORDER_MAX = 50;

const refundBody = z.strictObject({
  transaction_id: z.string().min(1).optional(),
  out_trade_no: z.string().min(1).optional(),
  out_refund_no: z.string().regex(/^[0-9A-Za-z_\-|*@]{1,64}$/),
  reason: z.string().min(1).max(80).optional(),
  notify_url: z.url({ protocol: /^https?$/ }).optional(),
  funds_account: z.literal('AVAILABLE').optional(),
  amount: z.strictObject({ refund: z.int().min(1), total: z.int().min(1), currency: z.literal('CNY') }),
});
type RefundBody = z.infer<typeof refundBody>;

/**
 * 申请退款: accepted first, done afterwards. The same number and amount again is the same refund. A child of a combined
 * order is refunded as any order of its merchant is.
 */
export function applyForRefund(platform: Platform, caller: Merchant, content: unknown): Answer {
  const parsed = refundBody.safeParse(content);
  if (!parsed.success) return parameterError(parsed.error);
  const asked = parsed.data;
  const { orders, faults } = platform;
  const order =
    asked.transaction_id === undefined
      ? orders.find(asked.out_trade_no ?? '')
      : orders.findByTransactionId(asked.transaction_id);
  if (order?.payment === undefined || order.merchant !== caller)
    return failure(404, 'RESOURCE_NOT_EXISTS', '订单不存在');

  const known = orders.findRefund(caller, asked.out_refund_no);
  if (known !== undefined) return answerRepeat(known, order, asked);
  const broken = ruleBroken(order, asked);
  if (broken !== undefined) return failure(400, 'INVALID_REQUEST', broken);
  const refused = faults.take('refundRefused', occasionOf(order, 'refund'));
  if (refused !== undefined) return failure(refused.status ?? 403, refused.code ?? 'NOT_ENOUGH', '退款被拒绝');
  return ok(refundFields(order, accept(platform, order, asked)));
}

function accept(platform: Platform, order: Order, asked: RefundBody): Refund {
  const { orders, now } = platform;
  const refund: Refund = {
    refundId: orders.nextNumber('50', now()),
    outRefundNo: asked.out_refund_no,
    amountFen: asked.amount.refund,
    createdAt: now(),
    notifyUrl: asked.notify_url,
    status: 'PROCESSING',
  };
  order.refunds.push(refund);
  // The answer of the call says PROCESSING all the same: what comes afterwards is told by notification and query.
  const answered = { ...refund };
  moveOn(platform, order, refund);
  return answered;
}

/** Whether the refund's money moves now, or what else becomes of it. A stuck one waits until it is asked about. */
function moveOn(platform: Platform, order: Order, refund: Refund): void {
  const { faults } = platform;
  const occasion = occasionOf(order);
  if (faults.find('refundStuck', occasion) !== undefined) return;
  if (faults.take('refundAbnormal', occasion) !== undefined) endRefund(platform, order, refund, 'ABNORMAL');
  else if (faults.take('refundClosed', occasion) !== undefined) endRefund(platform, order, refund, 'CLOSED');
  else endRefund(platform, order, refund, 'SUCCESS');
}

function answerRepeat(known: { order: Order; refund: Refund }, order: Order, asked: RefundBody): Answer {
  const same = known.order === order && known.refund.amountFen === asked.amount.refund;
  return same ? ok(refundFields(order, known.refund)) : failure(400, 'INVALID_REQUEST', '退款单号已存在且参数不一致');
}

function ruleBroken(order: Order, asked: RefundBody): string | undefined {
  const paidFen = order.payment?.paidFen ?? 0;
  if (asked.amount.total !== paidFen) return '订单金额不一致';
  if (claimedByRefundsFen(order) + asked.amount.refund > paidFen) return '退款金额大于可退金额';
  return order.refunds.length >= REFUNDS_PER_ORDER_MAX ? '退款次数超限' : undefined;
}

/** 查询单笔退款. How long a stuck refund stays so is counted in these queries. */
export function queryRefund(platform: Platform, caller: Merchant, outRefundNo: string): Answer {
  const known = platform.orders.findRefund(caller, outRefundNo);
  if (known === undefined) return failure(404, 'RESOURCE_NOT_EXISTS', '退款单不存在');
  const { order, refund } = known;
  if (refund.status === 'PROCESSING') {
    const stuck = platform.faults.take('refundStuck', occasionOf(order, 'queryRefund'));
    if (stuck === undefined) endRefund(platform, order, refund, 'SUCCESS');
  }
  return ok(refundFields(order, refund));
}
