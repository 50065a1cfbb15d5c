import {
  condition,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import type { BareActivities } from './activities.js';
import { openUpdate, paidSignal, searchAttributes } from './messages.js';

const { open, receive, issue } = proxyActivities<BareActivities>({ startToCloseTimeout: '45s' });

/** The floor: what Temporal alone costs for the durable steps of a happy payment, event for event, without the work. */
export async function barePayment(outTradeNo: string): Promise<string> {
  let status = 'opening';
  let isPaid = false;
  const moveTo = (next: string) => {
    status = next;
    upsertSearchAttributes([
      { key: searchAttributes.paymentStatus, value: status },
      { key: searchAttributes.needsAttention, value: false },
    ]);
    setCurrentDetails(`| | |\n|---|---|\n| Status | **${status}** |\n| Charge | ${outTradeNo} |`);
  };
  setHandler(paidSignal, () => {
    isPaid = true;
  });
  setHandler(openUpdate, async () => {
    await condition(() => status !== 'opening');
    return status;
  });

  await open.executeWithOptions({ summary: `open ${outTradeNo}` }, []);
  moveTo('awaitingPayment');
  await condition(() => isPaid, '10s', { summary: `query 1 of ${outTradeNo}` });
  moveTo('paid');
  await receive.executeWithOptions({ summary: `receive ${outTradeNo}` }, []);
  await issue.executeWithOptions({ summary: `issue ${outTradeNo}` }, []);
  moveTo('issued');
  return status;
}
