import { sha256Hex } from '../../records/evidenceId.js';

/**
 * What a request asked for, as one short text: the same for the same content whatever the order of its keys. Fields
 * that are undefined do not count.
 */
export function requestHash(body: unknown): string {
  return sha256Hex(canonicalJson(body));
}

function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([one], [other]) => (one < other ? -1 : 1)))
      : inner,
  );
}
