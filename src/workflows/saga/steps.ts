import { proxyActivities } from '@temporalio/workflow';
import type { ChannelSteps, CoreSteps, RecordSteps } from '../../activities/index.js';
import { bookkeeping, channelCall, coreCall } from './activityOptions.js';
import { channelTaskQueue } from './messages.js';

/** The steps by what they talk to, so that each call stands under the right limits. */
export const atChannel = (channel: string) =>
  proxyActivities<ChannelSteps>({ ...channelCall, taskQueue: channelTaskQueue(channel) });

export const atCore = proxyActivities<CoreSteps>(coreCall);

export const inRecords = proxyActivities<RecordSteps>(bookkeeping);
