import { toBeijing } from './beijingTime.js';
import type { Message } from './message.js';
import type { Overwrite } from './notification.js';
import { givenBackFen } from './orders.js';
import type { GivingBack, Order, Payment, Trace } from './orders.js';
import type { Platform } from './platform.js';

/** What every transaction that went through has. */
function traceFields({ queryId, traceNo, at }: Trace): Message {
  const when = toBeijing(at).slice(4);
  return { queryId, traceNo, traceTime: when, settleDate: when.slice(0, 4), settleCurrencyCode: '156' };
}

/** A payment as the query and the notification tell it; a terminal's has what stands on its slip. */
export function paymentFields(order: Order, payment: Payment, { amountFen, merchantId }: Overwrite = {}): Message {
  const txnAmt = String(amountFen ?? payment.paidFen);
  return {
    ...nameFields({ ...order, merId: merchantId ?? order.merId }),
    txnType: '01',
    txnSubType: '01',
    bizType: order.bizType,
    txnAmt,
    settleAmt: txnAmt,
    currencyCode: '156',
    accNo: '622202******1234',
    payCardType: '01',
    ...traceFields(payment),
    ...(order.reqReserved !== undefined && { reqReserved: order.reqReserved }),
    ...(order.termId !== undefined && slipFields(order.termId, payment)),
  };
}

function slipFields(termId: string, { queryId }: Payment): Message {
  return { termId, batchNo: queryId.slice(2, 8), referNo: queryId.slice(-12), cardType: '01' };
}

/** A refund or an undo as its query and its notification tell it. */
export function givingBackFields(order: Order, back: GivingBack): Message {
  return {
    ...nameFields(back),
    txnType: back.kind === 'refund' ? '04' : '31',
    txnSubType: '00',
    bizType: order.bizType,
    txnAmt: String(back.amountFen),
    settleAmt: String(back.amountFen),
    currencyCode: '156',
    origQryId: order.payment?.queryId ?? '',
    ...traceFields(back.trace),
    ...(back.reqReserved !== '' && { reqReserved: back.reqReserved }),
  };
}

function nameFields({ merId, orderId, txnTime }: Pick<Order, 'merId' | 'orderId' | 'txnTime'>): Message {
  return { accessType: '0', encoding: 'UTF-8', version: '5.1.0', merId, orderId, txnTime };
}

export function stateOf({ now }: Platform, order: Order): 'unpaid' | 'expired' | 'paid' | 'refunded' {
  if (order.payment !== undefined) return givenBackFen(order) > 0 ? 'refunded' : 'paid';
  return order.payTimeout !== undefined && now() >= order.payTimeout ? 'expired' : 'unpaid';
}

/** An order as the control API shows it: amounts in fen, and all that was asked and notified. */
export function controlView(platform: Platform, order: Order) {
  return {
    outTradeNo: order.orderId,
    merchantId: order.merId,
    txnTime: order.txnTime,
    method: order.termId === undefined ? 'browser' : `terminal ${order.termId}`,
    state: stateOf(platform, order),
    tradeNo: order.payment?.queryId ?? null,
    amountFen: order.amountFen,
    paidFen: order.payment?.paidFen ?? 0,
    refundedFen: givenBackFen(order),
    expiresAt: order.payTimeout ?? null,
    paidAt: order.payment?.at ?? null,
    cashierUrl: `${platform.baseUrl}/cashier/${order.cashierToken}`,
    calls: order.verbs,
    verbs: order.verbs,
    refunds: order.givenBack.map(({ kind, orderId, amountFen, status }) => ({
      kind,
      outRefundNo: orderId,
      amountFen,
      status,
    })),
    notifications: order.notifications.map(({ id, event, state, deliveries }) => ({
      notifyId: id,
      event,
      state,
      deliveries,
    })),
  };
}
