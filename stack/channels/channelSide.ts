/** The channels of the local stack, each with the simulator that plays it. */
export const channelSims = {
  alipay: 'alipay',
  wechatpay: 'wechatpay',
  unionpay: 'unionpay',
  pos: 'unionpay',
} as const;
export type ChannelName = keyof typeof channelSims;
export type ChannelSim = (typeof channelSims)[ChannelName];
export const channelNames = Object.keys(channelSims) as ChannelName[];

/** Both sides of a simulated channel: what our channels file says of it, and what the simulator is told. */
export interface ChannelSide {
  /** By name: one simulator may play several channels. */
  readonly channels: Readonly<Partial<Record<ChannelName, Readonly<Record<string, unknown>>>>>;
  readonly simEnvironment: Readonly<Record<string, string>>;
}
