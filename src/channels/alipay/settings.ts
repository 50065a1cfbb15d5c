import type { KeyObject } from 'node:crypto';
import type { TrustedKey } from '../trustedKeys.js';

export const alipayProducts = ['qr', 'page', 'wap'] as const;
type AlipayProduct = (typeof alipayProducts)[number];

/** One Alipay-speaking channel, ready to use. Keys are key objects, so that logging this by accident shows none. */
export interface AlipaySettings {
  name: string;
  gatewayUrl: string;
  appId: string;
  sellerId: string;
  appPrivateKey: KeyObject;
  channelPublicKeys: readonly TrustedKey[];
  timeoutMs: number;
  /** Where the channel sends its callbacks. */
  notifyUrl: string;
  /** Where the payer's browser is sent after paying; proves nothing. */
  returnUrl: string | null;
  products: readonly AlipayProduct[];
}
