import { z } from 'zod';
import { businessFailure, success } from '../answers.js';
import { billOf } from '../billOf.js';
import { call } from './call.js';

const content = z.object({ bill_type: z.literal('trade'), bill_date: z.string().regex(/^\d{4}-\d{2}-\d{2}$/) });

/** alipay.data.dataservice.bill.downloadurl.query: where the bill of a day is, for half a minute. */
export const billAddress = call(content, (channel, { bill_date: day }, { caller }) => {
  const creating = channel.faults.take('statementCreating', { numbers: [''] }) !== undefined;
  const bill = creating ? undefined : billOf(channel, caller, day);
  if (bill === undefined) return businessFailure('isp.bill_not_exist', '账单不存在');
  const token = channel.bills.keep(bill, channel.now());
  return success({ bill_download_url: `${channel.baseUrl}/bills/${token}` });
});
