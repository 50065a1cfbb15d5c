import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';

const read = (name: string) => readFileSync(new URL(`../keys/${name}`, import.meta.url));

export const merchantKey = createPrivateKey(read('merchant-test-only.pem'));
export const merchantPublicKey = createPublicKey(merchantKey);
export const channelKey = createPrivateKey(read('channel-test-only.pem'));
export const channelPublicKey = createPublicKey(channelKey);

/** Of a merchant beside the usual one. */
export const { privateKey: otherMerchantKey, publicKey: otherMerchantPublicKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
});
