import { proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../../activities/index.js';
import { bookkeeping, channelCall, coreCall } from './activityOptions.js';
import { channelTaskQueue } from './messages.js';

/** The steps by what they talk to, so that each call stands under the right limits. */
export const atChannel = (channel: string) =>
  proxyActivities<
    Pick<
      Activities,
      | 'openCharge'
      | 'queryCharge'
      | 'closeCharge'
      | 'openCombined'
      | 'queryCombined'
      | 'closeCombined'
      | 'refundCharge'
      | 'queryRefund'
    >
  >({
    ...channelCall,
    taskQueue: channelTaskQueue(channel),
  });

export const atCore = proxyActivities<Pick<Activities, 'issuePolicy' | 'queryPolicy' | 'cancelPolicy'>>(coreCall);

export const inRecords =
  proxyActivities<
    Pick<
      Activities,
      | 'receivePremium'
      | 'receiveCart'
      | 'registerParts'
      | 'registerItems'
      | 'recordPayment'
      | 'escalate'
      | 'loadLateCharge'
      | 'receiveLateMoney'
      | 'revivePayment'
      | 'recordReturned'
      | 'reserveRefund'
      | 'findRefund'
      | 'receiveStranded'
      | 'settleStranded'
      | 'returnPremium'
      | 'settleRefundOutside'
      | 'escalateRefund'
      | 'deliverPending'
    >
  >(bookkeeping);
