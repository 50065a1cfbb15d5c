import { createPrivateKey, createPublicKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

/** Reads a PEM private key, PKCS#8 or PKCS#1. Raises RangeError whose message goes on after "which". */
export function readPrivateKey(pem: string): KeyObject {
  if (!pem.includes('-----BEGIN')) throw new RangeError('is not a PEM key (it has no -----BEGIN line)');
  if (!pem.includes('PRIVATE KEY-----')) throw new RangeError('is not a private key');
  return strongRsaKey(() => createPrivateKey(pem));
}

/** Reads a PEM public key. Raises RangeError whose message goes on after "which". */
export function readPublicKey(pem: string): KeyObject {
  if (!pem.includes('-----BEGIN')) throw new RangeError('is not a PEM key (it has no -----BEGIN line)');
  // Node would derive the public half and say nothing; a private key has no business being here.
  if (pem.includes('PRIVATE KEY-----')) throw new RangeError('is a private key where a public key belongs');
  return strongRsaKey(() => createPublicKey(pem));
}

export function sameKeyPair(privateKey: KeyObject, publicKey: KeyObject): boolean {
  return createPublicKey(privateKey).equals(publicKey);
}

function strongRsaKey(read: () => KeyObject): KeyObject {
  const key = readable(read);
  if (key.asymmetricKeyType !== 'rsa') throw new RangeError('is not an RSA key');
  if ((key.asymmetricKeyDetails?.modulusLength ?? 0) < 2048) throw new RangeError('is an RSA key under 2048 bits');
  return key;
}

function readable(read: () => KeyObject): KeyObject {
  try {
    return read();
  } catch {
    throw new RangeError('is not a readable PEM key');
  }
}
