import { createSign, createVerify } from 'node:crypto';
import type { KeyObject, X509Certificate } from 'node:crypto';
import { digest } from './message.js';
import type { Message } from './message.js';

/** What UnionPay signs with: every message carries the certificate along. */
export type SigningIdentity = { readonly certificatePem: string; readonly privateKey: KeyObject };

/** A bad signature is well formed, made with the right key, and wrong: it belongs to another message. */
export function sign(message: Message, { certificatePem, privateKey }: SigningIdentity, badly = false): Message {
  const whole = { ...message, signMethod: '01', signPubKeyCert: certificatePem };
  const signed = badly ? { ...whole, respMsg: 'other' } : whole;
  return { ...whole, signature: createSign('RSA-SHA256').update(digest(signed)).sign(privateKey, 'base64') };
}

export function isSignedBy(certificate: X509Certificate, message: Message): boolean {
  if (message['certId'] !== BigInt(`0x${certificate.serialNumber}`).toString()) return false;
  const verify = createVerify('RSA-SHA256').update(digest(message));
  return verify.verify(certificate.publicKey, message['signature'] ?? '', 'base64');
}
