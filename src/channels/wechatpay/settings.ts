import type { KeyObject } from 'node:crypto';
import type { TrustedKey } from '../trustedKeys.js';

export const wechatpayProducts = ['qr', 'jsapi', 'h5'] as const;

/** One WeChat Pay merchant, ready to use. Keys are key objects and buffers, so that logging this by accident shows none. */
export interface WechatpaySettings {
  name: string;
  gatewayUrl: string;
  mchId: string;
  appId: string;
  merchantSerial: string;
  merchantPrivateKey: KeyObject;
  apiV3Key: Buffer;
  /** The last one believed now is the one we ask answers to be signed with. */
  platformKeys: readonly TrustedKey[];
  timeoutMs: number;
  notifyUrl: string;
  /** Where an H5 page sends the payer afterwards; proves nothing. */
  returnUrl: string | null;
  products: readonly (typeof wechatpayProducts)[number][];
}
