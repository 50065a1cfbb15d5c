import type { KeyObject } from 'node:crypto';

/** An application this channel serves, and the seller its payments go to. */
export type Merchant = {
  readonly appId: string;
  readonly sellerId: string;
  /** Verifies the requests of the application. */
  readonly appPublicKey: KeyObject;
};
