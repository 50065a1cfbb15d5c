import 'reflect-metadata'; // x509 needs it before itself.
import { randomBytes, webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';

x509.cryptoProvider.set(webcrypto);

const rsa = {
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  modulusLength: 2048,
  publicExponent: new Uint8Array([1, 0, 1]),
} as const;
const yearMs = 365 * 24 * 3_600_000;

/** A certificate with its private key, both PEM. */
export interface Identity {
  certificate: string;
  privateKey: string;
}

/** A certificate authority of this run alone, and two certificates it has issued by their common names. */
export async function issueCertificates<Name extends string>(
  authority: string,
  commonNames: Readonly<Record<Name, string>>,
): Promise<{ root: string; issued: Record<Name, Identity> }> {
  const rootKeys = await webcrypto.subtle.generateKey(rsa, true, ['sign', 'verify']);
  const issuer = `CN=${authority}`;
  const root = await x509.X509CertificateGenerator.createSelfSigned({
    name: issuer,
    ...lifetime(),
    keys: rootKeys,
    signingAlgorithm: rsa,
    extensions: [new x509.BasicConstraintsExtension(true, 1, true)],
  });
  const issued = await Promise.all(
    Object.entries<string>(commonNames).map(async ([name, commonName]) => {
      const keys = await webcrypto.subtle.generateKey(rsa, true, ['sign', 'verify']);
      const certificate = await x509.X509CertificateGenerator.create({
        subject: `CN=${commonName}`,
        issuer,
        ...lifetime(),
        publicKey: keys.publicKey,
        signingKey: rootKeys.privateKey,
        signingAlgorithm: rsa,
        extensions: [new x509.BasicConstraintsExtension(false, undefined, true)],
      });
      const privateKey = x509.PemConverter.encode(
        await webcrypto.subtle.exportKey('pkcs8', keys.privateKey),
        'PRIVATE KEY',
      );
      return [name, { certificate: certificate.toString('pem'), privateKey }] as const;
    }),
  );
  return { root: root.toString('pem'), issued: Object.fromEntries(issued) as Record<Name, Identity> };
}

const lifetime = () => ({
  serialNumber: `4${randomBytes(9).toString('hex')}`.slice(0, 18),
  notBefore: new Date(Date.now() - 3_600_000),
  notAfter: new Date(Date.now() + yearMs),
});
