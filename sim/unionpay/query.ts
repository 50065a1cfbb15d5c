import { answer } from './answers.js';
import type { Answer } from './answers.js';
import type { Message } from './message.js';
import type { GivingBack, Order, TransactionName } from './orders.js';
import type { Platform } from './platform.js';
import { endGivingBack } from './trades.js';
import { givingBackFields, paymentFields, stateOf } from './views.js';

/** 交易状态查询, by number and time together: the query's own success, and inside it what became of the transaction. */
export function queryTransaction(platform: Platform, message: Message): Answer {
  const { merId = '', orderId = '', txnTime = '' } = message;
  if (message['txnType'] !== '00' || message['txnSubType'] !== '00') return answer('10');
  const name: TransactionName = { merId, orderId, txnTime };
  const order = platform.orders.find(name);
  if (order !== undefined) return tellOrder(platform, order);
  const known = platform.orders.findGivingBack(name);
  return known === undefined ? answer('34') : tellGivingBack(platform, known.order, known.back);
}

/** An order that nobody paid in time is none. */
function tellOrder(platform: Platform, order: Order): Answer {
  const { payment } = order;
  if (payment !== undefined) return found(payment.pastDeadline ? '42' : '00', paymentFields(order, payment));
  if (stateOf(platform, order) === 'expired') return answer('34');
  return found('05', { txnAmt: String(order.amountFen), currencyCode: '156' });
}

/** How long a stuck refund stays so is counted in these queries. */
function tellGivingBack(platform: Platform, order: Order, back: GivingBack): Answer {
  if (back.status === 'underWay') {
    const occasion = { outTradeNo: order.orderId, method: 'queryRefund' } as const;
    if (platform.faults.take('refundStuck', occasion) === undefined) endGivingBack(platform, order, back);
  }
  const codes = { underWay: '05', done: '00', failed: back.failedCode ?? '61' };
  return found(codes[back.status], givingBackFields(order, back));
}

function found(origRespCode: string, fields: Message): Answer {
  const { respMsg: origRespMsg } = answer(origRespCode);
  return answer('00', { ...fields, origRespCode, origRespMsg });
}
