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
  /** Where a cashier takes the payment. */
  readonly terminalId?: string;
  /** Whether an unpaid order can be closed; otherwise it runs out by itself. */
  readonly closes: boolean;
  /** Whether all of a payment goes back by an undo on its own day, and only afterwards by a refund. */
  readonly undoes: boolean;
  /** How the channel is made to refuse an order, and to refuse a refund for good. */
  readonly refusal: Readonly<Record<string, unknown>>;
  readonly refundRefusal: Readonly<Record<string, unknown>>;
}

const alipay = {
  channel: 'alipay',
  hiddenAtFirst: true,
  closes: true,
  undoes: false,
  refusal: { subCode: 'ACQ.TOTAL_FEE_EXCEED' },
  refundRefusal: { subCode: 'ACQ.TRADE_NOT_ALLOW_REFUND' },
} as const;

const wechatpay = {
  channel: 'wechatpay',
  opensByCall: true,
  hiddenAtFirst: false,
  closes: true,
  undoes: false,
  refusal: { status: 403, code: 'RULE_LIMIT' },
  refundRefusal: { status: 403, code: 'USER_ACCOUNT_ABNORMAL' },
} as const;

const unionpay = {
  closes: false,
  undoes: true,
  refusal: { code: '33' },
  refundRefusal: { code: '38' },
} as const;
const browser = { ...unionpay, channel: 'unionpay', opensByCall: false, hiddenAtFirst: true } as const;
const terminal = { ...unionpay, channel: 'pos', opensByCall: true, hiddenAtFirst: false } as const;

export const methods: readonly [Method, ...Method[]] = [
  { ...alipay, product: 'qr', main: true, opensByCall: true },
  { ...alipay, product: 'page', main: false, opensByCall: false },
  { ...alipay, product: 'wap', main: false, opensByCall: false },
  { ...wechatpay, product: 'qr', main: true },
  { ...wechatpay, product: 'jsapi', main: false },
  { ...wechatpay, product: 'h5', main: false },
  { ...browser, product: 'page', main: true },
  { ...browser, product: 'wap', main: false },
  { ...terminal, product: 'pos', main: true, terminalId: 'T0000001' },
];

/** The main method of the next channel: what a payer changes to. */
export function otherMethod({ channel }: Method): Method {
  const mains = methods.filter(({ main }) => main);
  const at = mains.findIndex((method) => method.channel === channel);
  const other = mains[(at + 1) % mains.length];
  if (other === undefined || other.channel === channel) throw new Error(`there is no channel beside ${channel}`);
  return other;
}

/** A second way to pay, for another part of the same payment: one of the channels that hold a second company's merchant. */
export function besides({ channel }: Method): Method {
  return mainOf(channel === 'alipay' || channel === 'unionpay' ? 'wechatpay' : 'alipay');
}

export function mainOf(channel: ChannelName): Method {
  const method = methods.find((each) => each.channel === channel && each.main);
  if (method === undefined) throw new Error(`${channel} has no main product`);
  return method;
}

/** Whoever pays; each method takes of it what it needs. */
export const payer = {
  name: '示例',
  mobile: '13800000000',
  openid: 'oDemoPayer0000000000000000001',
  clientIp: '203.0.113.7',
} as const;

/** A method as the API is asked for it. */
export function methodAsked({ channel, product, terminalId }: Pick<Method, 'channel' | 'product' | 'terminalId'>) {
  return { channel, product, ...(terminalId === undefined ? {} : { terminalId }) };
}
