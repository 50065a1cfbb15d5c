import type { KeyObject } from 'node:crypto';
import type { Bills } from './bills.js';
import type { AlipayFaults } from './faults.js';
import type { Merchant } from './merchant.js';
import type { Notifier } from '../shared/notifier.js';
import type { Notification } from './notification.js';
import type { OrderBook } from './orders.js';

/** The simulated channel: what every part of it works on. */
export type Channel = {
  readonly merchants: readonly Merchant[];
  readonly signingKey: KeyObject;
  /** Where this simulator is reached; QR codes point here. */
  readonly baseUrl: string;
  readonly now: () => Date;
  readonly orders: OrderBook;
  readonly bills: Bills;
  readonly faults: AlipayFaults;
  readonly notifier: Notifier<Notification>;
  /** Alipay notifies closing only when the application is configured for it. */
  readonly notifiesClosing: boolean;
};
