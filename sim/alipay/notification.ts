import type { Deliverable } from '../shared/notifier.js';
import type { Parameters } from './signature.js';

export type Notification = Deliverable & {
  /** Stays the same however often the notification is delivered. */
  readonly notifyId: string;
  readonly event: 'paid' | 'refunded' | 'closed' | 'stale' | 'forged';
  readonly fields: Parameters;
  readonly badSignature: boolean;
};
