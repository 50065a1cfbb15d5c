import { generateKeyPairSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';

/** Writes a fresh RSA key pair as PEM; answers the two paths. */
export async function writeKeyPair(folder: string, name: string): Promise<{ privateKey: string; publicKey: string }> {
  const pair = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  return {
    privateKey: await writeSecret(folder, `${name}-private.pem`, pair.privateKey),
    publicKey: await writeOpen(folder, `${name}-public.pem`, pair.publicKey),
  };
}

/** Only the person who runs the stack may read it. */
export async function writeSecret(folder: string, name: string, content: string): Promise<string> {
  const file = path.join(folder, name);
  await writeFile(file, content, { mode: 0o600 });
  return file;
}

/** Anybody may read it: public keys and certificates. */
export async function writeOpen(folder: string, name: string, content: string): Promise<string> {
  const file = path.join(folder, name);
  await writeFile(file, content);
  return file;
}
