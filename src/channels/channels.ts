import type { ChannelsConfig } from '../platform/channelsConfig.js';
import { alipayChannel } from './alipay/adapter.js';
import type { Channels } from './channel.js';

/** The adapter of every configured channel, by name. */
export function createChannels(
  config: ChannelsConfig,
  clock: { now: () => Date } = { now: () => new Date() },
): Channels {
  return new Map([...config.channels.values()].map((channel) => [channel.name, alipayChannel(channel, clock)]));
}
