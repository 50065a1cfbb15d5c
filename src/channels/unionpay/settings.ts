import type { KeyObject, X509Certificate } from 'node:crypto';

export const unionpayProducts = ['page', 'wap'] as const;
export const unionpayPosProducts = ['pos'] as const;
export type UnionpayProduct = (typeof unionpayProducts)[number] | (typeof unionpayPosProducts)[number];

/** A certificate everything may be traced to, and the time in which it is, ISO-8601; null leaves that end open. */
export interface TrustedRoot {
  certificate: X509Certificate;
  validFrom: string | null;
  validUntil: string | null;
}

/** Whose certificates are UnionPay's. */
export interface UnionpayTrust {
  roots: readonly TrustedRoot[];
  /** Between a root and the certificate in a message; believed only because a root vouches for them. */
  intermediates: readonly X509Certificate[];
  /** As the signing certificate names its owner. */
  ownerName: string;
}

/** One UnionPay merchant, ready to use. The key is a key object, so that logging this by accident shows none. */
export interface UnionpaySettings {
  name: string;
  /** With the path before `backTransReq.do`; ends in a slash. */
  gatewayUrl: string;
  fileUrl: string;
  merId: string;
  privateKey: KeyObject;
  /** Serial number of our signing certificate, decimal. */
  certId: string;
  trust: UnionpayTrust;
  timeoutMs: number;
  notifyUrl: string;
  /** Where the payer's browser goes afterwards; proves nothing. Empty for a terminal. */
  returnUrl: string;
  products: readonly UnionpayProduct[];
  /** `HH:mm` in Beijing: until then a payment of the same day is undone rather than refunded; `24:00` is all day. */
  undoUntil: string;
  /** How long after its expiry an order may still turn out to have been paid, ms. */
  closeMarginMs: number;
}
