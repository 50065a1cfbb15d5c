import { assertNever } from '../../domain/assertNever.js';
import type { ChargeOutcome } from '../../domain/evidence.js';
import type { OrderState } from './wire.js';

/** What an order's state says of its charge (WeChat Pay API v3: 查询订单, 合单查询订单, trade_state). */
export function readOrder(order: OrderState): ChargeOutcome {
  switch (order.trade_state) {
    case 'SUCCESS':
      return { kind: 'paid', ...receiptOf(order) };
    case 'REFUND':
      // Refunded in whole or in part: the state does not tell which. Until the premium is received nobody of ours gives
      // money back, so the careful reading is that all of it is gone, which makes a person look.
      return { kind: 'returned', ...receiptOf(order) };
    case 'NOTPAY':
    case 'USERPAYING':
    case 'ACCEPT':
    case 'PAYERROR': // One attempt failed; the same order may be paid by another card until it is closed.
      return { kind: 'waiting' };
    case 'CLOSED':
    case 'REVOKED':
      return { kind: 'closed' };
    default:
      return assertNever(order);
  }
}

function receiptOf(paid: Extract<OrderState, { transaction_id: string }>) {
  return { paidFen: paid.amount.total, tradeNo: paid.transaction_id, paidAt: paid.success_time };
}
