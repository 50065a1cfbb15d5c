import type { KeyObject } from 'node:crypto';
import type { Notifier } from '../shared/notifier.js';
import type { WechatpayFaults } from './faults.js';
import type { Notification } from './notification.js';
import type { OrderBook } from './orders.js';
import type { PlatformKey } from './signature.js';

type Merchant = {
  readonly mchId: string;
  readonly appId: string;
  readonly apiV3Key: string;
  readonly serial: string;
  readonly publicKey: KeyObject;
};

/** The simulated platform: what every part of it works on. */
export type Platform = {
  readonly merchant: Merchant;
  /** The first is what it signs with by itself; a request may ask for any of them. */
  readonly keys: readonly [PlatformKey, ...PlatformKey[]];
  /** Where this simulator is reached; H5 pages are there. */
  readonly baseUrl: string;
  readonly now: () => Date;
  readonly orders: OrderBook;
  readonly faults: WechatpayFaults;
  readonly notifier: Notifier<Notification>;
};
