import { log } from '@temporalio/activity';
import type { ChannelCall } from '../../channels/channel.js';
import { channelLatency, counters } from './counters.js';

type Call = { channel: string; call: ChannelCall };

/** Counts what the channels answer, in the step that asked them. Codes go to the log: as labels they would be without end. */
export const channelObserver = {
  called: ({ channel, call, result, seconds }: Call & { result: string; seconds: number }): void => {
    counters.channelCalls.add(1, { channel, call, result });
    channelLatency.record(seconds, { channel, call });
  },
  unlisted: ({ channel, call, code }: Call & { code: string }): void => {
    counters.unlistedCodes.add(1, { channel, call });
    log.warn('the channel gave a code that no table lists: look it up', { channel, call, code });
  },
  paused: ({ channel, pauseMs }: { channel: string; pauseMs: number }): void => {
    counters.channelPauses.add(1, { channel });
    log.warn('the channel asks us to slow down', { channel, pauseMs });
  },
};
