import { z } from 'zod';
import { businessFailure } from '../answers.js';
import { enterCashier } from '../cashier.js';
import type { Channel } from '../channel.js';
import type { CallRequest } from './call.js';
import { invalidParameter } from './call.js';
import { refusalPage } from './cashierPage.js';

const mergePageContent = z.object({ pre_order_no: z.string().min(1) });

/** alipay.trade.wap.merge.pay: the payer's browser arrives with what merge.precreate answered; all children are trades then. */
export function mergePage(channel: Channel, { caller, content }: CallRequest): string {
  const asked = mergePageContent.safeParse(content);
  if (!asked.success) return refusalPage(invalidParameter(asked.error));
  const combination = channel.orders.findByPreOrderNo(asked.data.pre_order_no);
  if (combination?.merchant !== caller) {
    return refusalPage(businessFailure('ACQ.INVALID_PARAMETER', '参数无效: pre_order_no'));
  }
  return enterCashier(channel, combination.orders[0]);
}
