import type { Notifier } from '../shared/notifier.js';
import type { WechatpayFaults } from './faults.js';
import type { Merchant } from './merchant.js';
import type { Notification } from './notification.js';
import type { OrderBook } from './orders.js';
import type { PlatformKey } from './signature.js';

/** The simulated platform: what every part of it works on. */
export type Platform = {
  readonly merchants: readonly Merchant[];
  /** The first is what it signs with by itself; a request may ask for any of them. */
  readonly keys: readonly [PlatformKey, ...PlatformKey[]];
  /** Where this simulator is reached; H5 pages are there. */
  readonly baseUrl: string;
  readonly now: () => Date;
  readonly orders: OrderBook;
  readonly faults: WechatpayFaults;
  readonly notifier: Notifier<Notification>;
};
