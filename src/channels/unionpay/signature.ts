import { createHash, createSign, createVerify, X509Certificate } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { SignatureCheck } from '../channel.js';
import { trustedAt } from '../trustedKeys.js';
import type { UnionpayTrust } from './settings.js';
import type { Fields } from './wire.js';

/** From a message's certificate to a root; longer chains are none of UnionPay's. */
const chainLengthMax = 4;

/**
 * The text that is signed (5.1.0, 签名): every field that is not empty but `signature`, by name, as received; of it the
 * SHA-256 in lower-case hexadecimal. That hexadecimal text is then signed with RSA-SHA256, which hashes it once more.
 */
export function digestOf(fields: Fields): string {
  const signed = Object.entries(fields)
    .filter(([name, value]) => name !== 'signature' && value !== '')
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`);
  return createHash('sha256').update(signed.join('&'), 'utf8').digest('hex');
}

export function signed(fields: Fields, privateKey: KeyObject): Fields {
  return { ...fields, signature: createSign('RSA-SHA256').update(digestOf(fields)).sign(privateKey, 'base64') };
}

/**
 * Checks a message as of the moment it was received (ISO-8601): the certificate it brings along must lead to a root we
 * trust, be UnionPay's and valid at that moment, and the signature must be made with it.
 */
export function checkMessage(trust: UnionpayTrust, fields: Fields | null, receivedAt: string): SignatureCheck {
  const { signature, signPubKeyCert: pem } = fields ?? {};
  if (fields === null || signature === undefined || pem === undefined) return { signature: 'absent', keyId: null };
  const invalid: SignatureCheck = { signature: 'invalid', keyId: null };
  if (fields['version'] !== '5.1.0' || fields['signMethod'] !== '01') return invalid;
  const certificate = readCertificate(pem);
  if (certificate === null || ownerOf(certificate) !== trust.ownerName) return invalid;
  if (!isTraced(certificate, trust, receivedAt)) return invalid;
  const verify = createVerify('RSA-SHA256').update(digestOf(fields));
  return verify.verify(certificate.publicKey, signature, 'base64')
    ? { signature: 'valid', keyId: serialOf(certificate) }
    : invalid;
}

/** Serial number of a certificate as the protocol writes it: decimal. */
export function serialOf(certificate: X509Certificate): string {
  return BigInt(`0x${certificate.serialNumber}`).toString();
}

/** A name of the form `a@b@owner@c` holds the owner in its third part; any other is the owner itself. */
function ownerOf(certificate: X509Certificate): string | null {
  const { CN: name } = certificate.toLegacyObject().subject as { CN?: string | string[] };
  if (typeof name !== 'string') return null;
  return name.split('@')[2] ?? name;
}

function isTraced(certificate: X509Certificate, trust: UnionpayTrust, at: string): boolean {
  const roots = trustedAt(trust.roots, at).map((root) => root.certificate);
  const isIssuedBy = (issued: X509Certificate, issuer: X509Certificate): boolean =>
    issuer.ca && isValidAt(issuer, at) && issued.checkIssued(issuer) && issued.verify(issuer.publicKey);
  let current = certificate;
  for (let length = 1; length < chainLengthMax; length += 1) {
    const child = current;
    if (!isValidAt(child, at)) return false;
    if (roots.some((root) => isIssuedBy(child, root))) return true;
    const above = trust.intermediates.find((each) => isIssuedBy(child, each));
    if (above === undefined) return false;
    current = above;
  }
  return false;
}

function isValidAt({ validFrom, validTo }: X509Certificate, at: string): boolean {
  const atMs = Date.parse(at);
  return Date.parse(validFrom) <= atMs && atMs <= Date.parse(validTo);
}

function readCertificate(pem: string): X509Certificate | null {
  try {
    const certificate = new X509Certificate(pem);
    return certificate.publicKey.asymmetricKeyType === 'rsa' ? certificate : null;
  } catch {
    return null;
  }
}
