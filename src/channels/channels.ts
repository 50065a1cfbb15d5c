import { alipay } from './alipay/settings.js';
import type { Protocol } from './protocol.js';
import { wechatpay } from './wechatpay/settings.js';

/** The protocols this version speaks. A new channel is a folder beside `alipay` and a line here. */
export const protocols: readonly Protocol[] = [alipay, wechatpay];
