import type { Deliverable } from '../shared/notifier.js';

export type Notification = Deliverable & {
  /** Stays the same however often the notification is delivered. */
  readonly id: string;
  readonly event: 'paid' | 'refunded' | 'stale' | 'forged' | 'probe';
  readonly eventType: string;
  readonly body: string;
  readonly falsehood: Falsehood;
};

/** What is wrong with the way a notification is signed or sealed. */
export type Falsehood = {
  readonly badSignature?: boolean;
  readonly probe?: boolean;
  readonly unknownSerial?: boolean;
  readonly skewSeconds?: number;
  readonly wrongAssociatedData?: boolean;
};

/** What a fault or a forger writes over the truth about an order. */
export type Overwrite = {
  readonly amountFen?: number | undefined;
  readonly merchantId?: string | undefined;
  readonly appId?: string | undefined;
};

/** By order number: a notification of a combined order tells of all its children. */
export type Overwrites = ReadonlyMap<string, Overwrite>;
