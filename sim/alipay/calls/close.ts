import { businessFailure, success, tradeNotExist } from '../answers.js';
import { tradeReference } from '../content.js';
import { close as closeTrade } from '../trades.js';
import { call, findTrade } from './call.js';

/** alipay.trade.close: only a trade that waits for its payer. Before the scan there is none, and the QR stays payable. */
export const close = call(tradeReference, (channel, content, { caller }) => {
  const found = findTrade(channel, caller, content);
  if (found === undefined) return tradeNotExist;
  const { order, trade } = found;
  if (trade.status !== 'WAIT_BUYER_PAY') return businessFailure('ACQ.REASON_TRADE_STATUS_INVALID', '交易状态不合法');
  closeTrade(channel, order, trade);
  return success({ trade_no: trade.tradeNo, out_trade_no: order.outTradeNo });
});
