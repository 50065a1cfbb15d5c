import { z } from 'zod';
import { readPrivateKey, readPublicKey, sameKeyPair } from '../../platform/rsaKeys.js';
import { commonSettings, filePath, httpUrl, quotedDigits, trustedFile } from '../commonSettings.js';
import { defineProtocol } from '../protocol.js';
import { fingerprintOf } from '../trustedKeys.js';
import type { TrustedKey } from '../trustedKeys.js';
import { alipayChannel } from './adapter.js';
import { alipayProducts } from './settings.js';

const schema = z.strictObject({
  protocol: z.literal('alipay'),
  gatewayUrl: httpUrl,
  appId: quotedDigits(/^\d{1,32}$/),
  sellerId: quotedDigits(/^\d{1,28}$/),
  appPrivateKeyFile: filePath,
  channelPublicKeyFiles: z.array(trustedFile).min(1),
  returnUrl: httpUrl.optional(),
  ...commonSettings({
    products: alipayProducts,
    queryGaps: ['10s', '20s', '30s', '60s', '3m', '5m', '10m'],
    // Alipay asks for at least ten seconds between a refund and the first query of it.
    refundGaps: ['10s', '30s', '2m', '10m', '30m', '1h'],
    closeMargin: '2m',
    callsPerSecond: 50,
    callsPerStep: 1,
  }),
});

/** Alipay OpenAPI v2, RSA2 with public keys. */
export const alipay = defineProtocol({
  protocol: 'alipay',
  settings: schema,
  async create(settings, { name, notifyUrl, files, clock }) {
    const appPrivateKey = await files.read('appPrivateKeyFile', settings.appPrivateKeyFile, readPrivateKey);
    const channelPublicKeys: TrustedKey[] = [];
    let ours = false;
    for (const [index, { file, ...validity }] of settings.channelPublicKeyFiles.entries()) {
      const setting = `channelPublicKeyFiles.${index}`;
      const key = await files.read(setting, file, readPublicKey);
      if (key === null) continue;
      channelPublicKeys.push({ keyId: fingerprintOf(key), key, ...validity });
      if (appPrivateKey === null || !sameKeyPair(appPrivateKey, key)) continue;
      ours = true;
      files.reject(setting, "names our own public key; the channel's is needed");
    }
    if (appPrivateKey === null || ours || channelPublicKeys.length < settings.channelPublicKeyFiles.length) return null;
    const { gatewayUrl, appId, sellerId, timeout: timeoutMs, returnUrl = null } = settings;
    const products = [...new Set(settings.products)];
    const ready = { name, gatewayUrl, appId, sellerId, appPrivateKey, channelPublicKeys, timeoutMs, notifyUrl };
    return alipayChannel({ ...ready, returnUrl, products }, clock);
  },
});
