import type { Deliverable } from '../shared/notifier.js';
import type { Message } from './message.js';

export type Notification = Deliverable & {
  /** Stays the same however often the notification is delivered. */
  readonly id: string;
  readonly event: 'paid' | 'refunded' | 'undone' | 'forged';
  readonly message: Message;
  readonly badSignature: boolean;
};

/** What a fault or a forger writes over the truth. */
export type Overwrite = {
  readonly amountFen?: number | undefined;
  readonly merchantId?: string | undefined;
};
