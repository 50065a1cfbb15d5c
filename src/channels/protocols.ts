import { alipay } from './alipay/protocol.js';
import type { Protocol } from './protocol.js';
import { unionpay, unionpayPos } from './unionpay/protocol.js';
import { wechatpay } from './wechatpay/protocol.js';

/** The protocols this version speaks. A new channel is a folder beside `alipay` and a line here. */
export const protocols: readonly Protocol[] = [alipay, wechatpay, unionpay, unionpayPos];
