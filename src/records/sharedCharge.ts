import { cartRecordId, chargeMark } from '../domain/ids.js';
import type { PaymentRecord } from './payments.js';
import type { ReserveRefund } from './refunds.js';

/** Of an item, whose cart's one charge pays others too, how much of the charge is its own; nothing for any other payment. */
export function sharedCharge(
  { shape, amountFen }: Pick<PaymentRecord, 'shape' | 'amountFen'>,
  outTradeNo: string,
): Pick<ReserveRefund, 'shared'> {
  if (shape.kind !== 'item' || !/^K[1-9]$/.test(chargeMark(outTradeNo))) return {};
  return { shared: { chargedTo: cartRecordId(shape.cartId), amountFen } };
}
