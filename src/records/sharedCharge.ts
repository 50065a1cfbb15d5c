import { cartRecordId, paysSeveral } from '../domain/ids.js';
import type { PaymentRecord } from './payments.js';
import type { ReserveRefund } from './refunds.js';

/** Of an item, whose cart's one charge pays others too, how much of the charge is its own; nothing for any other payment. */
export function sharedCharge(
  { shape, amountFen }: Pick<PaymentRecord, 'shape' | 'amountFen'>,
  outTradeNo: string,
): Pick<ReserveRefund, 'shared'> {
  if (shape.kind !== 'item' || !paysSeveral(outTradeNo)) return {};
  return { shared: { chargedTo: cartRecordId(shape.cartId), amountFen } };
}
