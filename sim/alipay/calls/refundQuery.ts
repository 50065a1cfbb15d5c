import { z } from 'zod';
import { success, tradeNotExist } from '../answers.js';
import { toBeijingTime } from '../beijingTime.js';
import type { Channel } from '../channel.js';
import { tradeReference, outRequestNo } from '../content.js';
import { occasionOf } from '../orders.js';
import type { Order, Refund, Trade } from '../orders.js';
import { settleRefund } from '../trades.js';
import { fenToYuan } from '../yuan.js';
import { call, findTrade } from './call.js';

const refundQueryContent = tradeReference.safeExtend({
  out_request_no: outRequestNo,
  query_options: z.array(z.string()).optional(),
});

/** alipay.trade.fastpay.refund.query: without `refund_status` the refund is unknown here or has not succeeded yet. */
export const refundQuery = call(refundQueryContent, (channel, content, { method, caller }) => {
  const found = findTrade(channel, caller, content);
  if (found === undefined) return tradeNotExist;
  const { order, trade } = found;
  const refund = order.refunds.find(({ outRequestNo: each }) => each === content.out_request_no);
  if (refund?.status === 'stuck') settleUnlessStuck(channel, { order, trade, refund, method });

  const numbers = { trade_no: trade.tradeNo, out_trade_no: order.outTradeNo };
  if (refund?.succeededAt === undefined) return success(numbers);
  return success({
    ...numbers,
    out_request_no: refund.outRequestNo,
    refund_amount: fenToYuan(refund.amountFen),
    total_amount: fenToYuan(trade.totalFen),
    refund_status: 'REFUND_SUCCESS',
    ...(content.query_options?.includes('gmt_refund_pay') === true && {
      gmt_refund_pay: toBeijingTime(refund.succeededAt),
    }),
  });
});

function settleUnlessStuck(
  channel: Channel,
  { order, trade, refund, method }: { order: Order; trade: Trade; refund: Refund; method: string },
): void {
  const stuck = channel.faults.take('refundStuck', { ...occasionOf(order), method });
  if (stuck === undefined) settleRefund(channel, order, trade, refund);
}
