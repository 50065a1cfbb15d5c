import { z } from 'zod';
import { businessFailure, success, tradeNotExist } from '../answers.js';
import type { Answer } from '../answers.js';
import { toBeijingTime } from '../beijingTime.js';
import type { Channel } from '../channel.js';
import { tradeReference, amountFen, outRequestNo } from '../content.js';
import type { Order, Refund, Trade } from '../orders.js';
import { claimedByRefundsFen, isPaid, occasionOf, refundedFen } from '../orders.js';
import { settleRefund } from '../trades.js';
import { fenToYuan } from '../yuan.js';
import { call, findTrade } from './call.js';

const refundContent = tradeReference.safeExtend({
  refund_amount: amountFen,
  out_request_no: outRequestNo.optional(),
  refund_reason: z.string().max(256).optional(),
});

/** alipay.trade.refund: the same request number and amount again moves nothing and says so with `fund_change=N`. */
export const refund = call(refundContent, (channel, content, { method, caller }) => {
  const found = findTrade(channel, caller, content);
  if (found === undefined) return tradeNotExist;
  const { order, trade } = found;

  const wanted = { outRequestNo: content.out_request_no ?? order.outTradeNo, amountFen: content.refund_amount };
  const earlier = order.refunds.find(({ outRequestNo: each }) => each === wanted.outRequestNo);
  if (earlier !== undefined) return answerRepeat(channel, { order, trade, earlier, amountFen: wanted.amountFen });

  const refusal = whyNotRefundable({ order, trade, content });
  if (refusal !== undefined) return refusal;
  const refused = channel.faults.take('refundRefused', { ...occasionOf(order), method });
  if (refused !== undefined) {
    return businessFailure(refused.subCode ?? 'ACQ.SELLER_BALANCE_NOT_ENOUGH', '退款被拒绝');
  }

  const accepted: Refund = { ...wanted, requestedAt: channel.now(), status: 'stuck' };
  order.refunds.push(accepted);
  // Standing, not used up: how long the refund stays stuck is counted in refund queries.
  if (channel.faults.find('refundStuck', occasionOf(order)) === undefined)
    settleRefund(channel, order, trade, accepted);
  return refundAnswer({ order, trade, refund: accepted, changed: accepted.status === 'succeeded' });
});

type Repeat = { order: Order; trade: Trade; earlier: Refund; amountFen: number };

function answerRepeat(channel: Channel, { order, trade, earlier, amountFen: wantedFen }: Repeat): Answer {
  if (earlier.amountFen !== wantedFen) {
    return businessFailure('ACQ.DISCORDANT_REPEAT_REQUEST', '请求信息与前次不一致');
  }
  const moves = earlier.status === 'stuck' && channel.faults.find('refundStuck', occasionOf(order)) === undefined;
  if (moves) settleRefund(channel, order, trade, earlier);
  return refundAnswer({ order, trade, refund: earlier, changed: moves });
}

function whyNotRefundable(asked: {
  order: Order;
  trade: Trade;
  content: { refund_amount: number; out_request_no?: string | undefined };
}): Answer | undefined {
  const { order, trade, content } = asked;
  if (!isPaid(trade)) return businessFailure('ACQ.TRADE_STATUS_ERROR', '交易状态不合法');
  if (trade.status === 'TRADE_FINISHED') return businessFailure('ACQ.TRADE_HAS_FINISHED', '交易已完结');
  if (content.out_request_no === undefined && content.refund_amount !== trade.totalFen) {
    return businessFailure('ACQ.INVALID_PARAMETER', '参数无效: out_request_no');
  }
  if (claimedByRefundsFen(order) + content.refund_amount > trade.totalFen) {
    return businessFailure('ACQ.REASON_TRADE_REFUND_FEE_ERR', '退款金额无效');
  }
  return undefined;
}

/** `refund_fee` is what the trade has refunded in all, not this refund. */
function refundAnswer(done: { order: Order; trade: Trade; refund: Refund; changed: boolean }): Answer {
  const { order, trade, refund: each, changed } = done;
  return success({
    trade_no: trade.tradeNo,
    out_trade_no: order.outTradeNo,
    buyer_logon_id: '138****0000',
    fund_change: changed ? 'Y' : 'N',
    refund_fee: fenToYuan(refundedFen(order)),
    ...(each.succeededAt && { gmt_refund_pay: toBeijingTime(each.succeededAt) }),
  });
}
