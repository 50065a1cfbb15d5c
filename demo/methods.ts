import type { ChannelName } from '../stack/channels/channelSide.js';

/** A channel's way to pay, with what is special about it for whoever plays the payer. */
export interface Method {
  readonly channel: ChannelName;
  readonly product: string;
  /** The channel's main product: everything is played with it, and the essentials with the others. */
  readonly main: boolean;
  /** Opened by a call of ours; otherwise by the payer's browser, and the channel learns of the order from it. */
  readonly opensByCall: boolean;
  /** Until the payer looks at it, the channel says it has no such order. */
  readonly hiddenAtFirst: boolean;
  /** How the channel is made to refuse an order, and to refuse a refund for good. */
  readonly refusal: Readonly<Record<string, unknown>>;
  readonly refundRefusal: Readonly<Record<string, unknown>>;
}

const alipay = {
  channel: 'alipay',
  hiddenAtFirst: true,
  refusal: { subCode: 'ACQ.TOTAL_FEE_EXCEED' },
  refundRefusal: { subCode: 'ACQ.TRADE_NOT_ALLOW_REFUND' },
} as const;

const wechatpay = {
  channel: 'wechatpay',
  opensByCall: true,
  hiddenAtFirst: false,
  refusal: { status: 403, code: 'RULE_LIMIT' },
  refundRefusal: { status: 403, code: 'USER_ACCOUNT_ABNORMAL' },
} as const;

export const methods: readonly [Method, ...Method[]] = [
  { ...alipay, product: 'qr', main: true, opensByCall: true },
  { ...alipay, product: 'page', main: false, opensByCall: false },
  { ...alipay, product: 'wap', main: false, opensByCall: false },
  { ...wechatpay, product: 'qr', main: true },
  { ...wechatpay, product: 'jsapi', main: false },
  { ...wechatpay, product: 'h5', main: false },
];

/** The main method of another channel: what a payer changes to. */
export function otherMethod({ channel }: Method): Method {
  const other = methods.find((method) => method.main && method.channel !== channel);
  if (other === undefined) throw new Error(`there is no channel beside ${channel}`);
  return other;
}
