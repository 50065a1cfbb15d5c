import type { KeyObject } from 'node:crypto';

/** A merchant this platform serves. */
export type Merchant = {
  readonly mchId: string;
  readonly appId: string;
  /** Thirty-two characters; seals notifications. */
  readonly apiV3Key: string;
  readonly merchantSerial: string;
  /** Verifies the merchant's requests. */
  readonly merchantPublicKey: KeyObject;
};
