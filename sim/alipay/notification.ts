import type { Parameters } from './signature.js';

export type Delivery = {
  readonly at: Date;
  /** Null when no answer came. */
  readonly status: number | null;
  readonly body: string;
  readonly acknowledged: boolean;
};

export type Notification = {
  /** Stays the same however often the notification is delivered. */
  readonly notifyId: string;
  readonly event: 'paid' | 'refunded' | 'closed' | 'stale' | 'forged';
  readonly fields: Parameters;
  readonly badSignature: boolean;
  state: 'due' | 'acknowledged' | 'lost' | 'givenUp';
  readonly deliveries: Delivery[];
};
