import { AlipaySdk } from 'alipay-sdk';
import { trustedAt } from '../trustedKeys.js';
import type { TrustedKey } from '../trustedKeys.js';

/** Checks what the channel signed, with every key believed at the moment `at` (ISO-8601). Answers the key's id, or null. */
export interface ChannelSignature {
  /** RSA2 over the text exactly as received. */
  keyOfText(signed: { text: string; signature: string; at: string }): string | null;
  /** RSA2 over a notification's parameters, decoded once (Alipay OpenAPI: 异步通知验签). */
  keyOfNotification(signed: { parameters: ReadonlyMap<string, string>; at: string }): string | null;
}

export function channelSignature(keys: {
  appId: string;
  appPrivateKey: string;
  channelPublicKeys: readonly TrustedKey[];
}): ChannelSignature {
  // The SDK knows one channel key per instance.
  const checks = keys.channelPublicKeys.map(({ keyId, key, validFrom, validUntil }) => ({
    keyId,
    validFrom,
    validUntil,
    sdk: new AlipaySdk({
      appId: keys.appId,
      privateKey: keys.appPrivateKey,
      keyType: 'PKCS8',
      alipayPublicKey: key.export({ type: 'spki', format: 'pem' }).toString(),
    }),
  }));
  return {
    keyOfText: ({ text, signature, at }) =>
      trustedAt(checks, at).find(({ sdk }) => sdk.rsaCheck(text, signature, 'RSA2'))?.keyId ?? null,
    keyOfNotification({ parameters, at }) {
      // The SDK would take the algorithm from the message: a forger must not be able to choose SHA-1.
      const signed = { ...Object.fromEntries(parameters), sign_type: 'RSA2' };
      // V2 because V1 decodes every value a second time and breaks on a `%` in a subject.
      return trustedAt(checks, at).find(({ sdk }) => sdk.checkNotifySignV2(signed))?.keyId ?? null;
    },
  };
}

/**
 * The object under `key` as the exact characters received: what Alipay signs (同步返回验签). Null unless the top level has
 * that key exactly once with an object. `json` must be valid JSON.
 */
export function signedObject(json: string, key: string): string | null {
  const found: string[] = [];
  let depth = 0;
  let lastText = '';
  let start: number | null = null;
  for (const { 0: token, index } of json.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\]]/g)) {
    if (token.startsWith('"')) {
      if (depth === 1) lastText = token;
    } else if (token === '{' || token === '[') {
      if (depth === 1 && token === '{' && lastText === `"${key}"`) start = index;
      depth += 1;
    } else {
      depth -= 1;
      if (depth === 1 && start !== null) {
        found.push(json.slice(start, index + 1));
        start = null;
      }
    }
  }
  return found.length === 1 ? (found[0] ?? null) : null;
}
