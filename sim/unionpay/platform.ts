import type { X509Certificate } from 'node:crypto';
import type { Notifier } from '../shared/notifier.js';
import type { UnionpayFaults } from './faults.js';
import type { Notification } from './notification.js';
import type { OrderBook } from './orders.js';
import type { SigningIdentity } from './signature.js';

/** The simulated gateway: what every part of it works on. */
export type Platform = {
  /** What each of the merchants may be paid with. */
  readonly merchants: ReadonlyMap<string, 'browser' | 'terminal'>;
  readonly merchantCertificate: X509Certificate;
  readonly identity: SigningIdentity;
  /** Where this simulator is reached; cashier pages are there. */
  readonly baseUrl: string;
  readonly now: () => Date;
  readonly orders: OrderBook;
  readonly faults: UnionpayFaults;
  readonly notifier: Notifier<Notification>;
};
