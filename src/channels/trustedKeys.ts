import type { KeyObject } from 'node:crypto';
import { createHash } from 'node:crypto';

/** A key of a channel and the time in which it is believed, ISO-8601; null leaves that end open. */
export interface TrustedKey {
  keyId: string;
  key: KeyObject;
  validFrom: string | null;
  validUntil: string | null;
}

/** The keys believed at a moment (ISO-8601): two while the channel changes its key. */
export function trustedAt<Key extends Pick<TrustedKey, 'validFrom' | 'validUntil'>>(
  keys: readonly Key[],
  at: string,
): Key[] {
  const atMs = Date.parse(at);
  return keys.filter(
    ({ validFrom, validUntil }) =>
      (validFrom === null || Date.parse(validFrom) <= atMs) && (validUntil === null || atMs < Date.parse(validUntil)),
  );
}

/** Names a key that its channel gives no name: the beginning of the SHA-256 of its public half. */
export function fingerprintOf(key: KeyObject): string {
  return createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('hex')
    .slice(0, 16);
}
