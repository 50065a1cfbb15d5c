/** The channels of the local stack, each with the simulator that plays it. */
export const channelSims = {
  alipay: 'alipay',
  wechatpay: 'wechatpay',
  unionpay: 'unionpay',
  pos: 'unionpay',
} as const;
/** The channels that payments name. */
export type ChannelName = keyof typeof channelSims;
export type ChannelSim = (typeof channelSims)[ChannelName];

/** A channel once more with another company's merchant: what payments to that payee go through, and never named by them. */
export const payeeChannelSims = { 'alipay-life': 'alipay', 'wechatpay-life': 'wechatpay' } as const;
export type PayeeChannelName = keyof typeof payeeChannelSims;

/** The companies beside our own, and the channels that hold their merchants. */
export const payees = {
  life: {
    entity: '示例人寿保险股份有限公司',
    owner: 'finance-life',
    channels: { alipay: 'alipay-life', wechatpay: 'wechatpay-life' },
  },
} as const satisfies Readonly<
  Record<string, { entity: string; owner: string; channels: Readonly<Partial<Record<ChannelName, PayeeChannelName>>> }>
>;

/** Both sides of a simulated channel: what our channels file says of it, and what the simulator is told. */
export interface ChannelSide {
  /** By name: one simulator may play several channels. */
  readonly channels: Readonly<Partial<Record<ChannelName | PayeeChannelName, Readonly<Record<string, unknown>>>>>;
  readonly simEnvironment: Readonly<Record<string, string>>;
}
