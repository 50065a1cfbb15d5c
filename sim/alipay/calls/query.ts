import { success, tradeNotExist } from '../answers.js';
import { toBeijingTime } from '../beijingTime.js';
import { tradeReference } from '../content.js';
import { isPaid } from '../orders.js';
import { fenToYuan } from '../yuan.js';
import { call, findTrade } from './call.js';

/** alipay.trade.query. `send_pay_date` is what tells a paid and fully refunded trade from one closed unpaid. */
export const query = call(tradeReference, (channel, content, { caller }) => {
  const found = findTrade(channel, caller, content);
  if (found === undefined) return tradeNotExist;
  const { order, trade } = found;
  const paid = fenToYuan(isPaid(trade) ? trade.totalFen : 0);
  return success({
    trade_no: trade.tradeNo,
    out_trade_no: order.outTradeNo,
    buyer_logon_id: '138****0000',
    buyer_user_id: '2088000000000001',
    trade_status: trade.status,
    total_amount: fenToYuan(trade.totalFen),
    receipt_amount: paid,
    buyer_pay_amount: paid,
    invoice_amount: paid,
    point_amount: '0.00',
    ...(isPaid(trade) && {
      send_pay_date: toBeijingTime(trade.paidAt),
      fund_bill_list: [{ fund_channel: 'ALIPAYACCOUNT', amount: paid }],
    }),
  });
});
