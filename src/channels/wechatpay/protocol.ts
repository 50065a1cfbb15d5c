import { createPublicKey, X509Certificate } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { z } from 'zod';
import { readPrivateKey, readPublicKey } from '../../platform/rsaKeys.js';
import { commonSettings, filePath, httpUrl, quotedDigits, trustedKeyFile } from '../commonSettings.js';
import { defineProtocol } from '../protocol.js';
import type { TrustedKey } from '../trustedKeys.js';
import { wechatpayChannel } from './adapter.js';
import { wechatpayProducts } from './settings.js';

const serial = z
  .string({ error: 'must be text; put it in quotes' })
  .regex(/^[0-9A-Za-z_]{1,64}$/, 'must be a serial number or a public key id');

const schema = z.strictObject({
  protocol: z.literal('wechatpay'),
  gatewayUrl: httpUrl,
  mchId: quotedDigits(/^\d{1,32}$/),
  appId: z.string().regex(/^wx[0-9a-z]{1,30}$/, 'must be an application id such as wx0123456789abcdef'),
  merchantSerial: serial,
  merchantPrivateKeyFile: filePath,
  apiV3KeyFile: filePath,
  platformKeys: z.array(trustedKeyFile({ serial })).min(1),
  returnUrl: httpUrl.optional(),
  ...commonSettings({
    products: wechatpayProducts,
    queryGaps: ['10s', '20s', '30s', '60s', '3m', '5m', '10m'],
    refundGaps: ['10s', '30s', '2m', '10m', '30m', '1h'],
    closeMargin: '2m',
    callsPerSecond: 50,
    callsPerStep: 2,
  }),
});

/** WeChat Pay API v3, merchant mode, with platform public keys or certificates. */
export const wechatpay = defineProtocol({
  protocol: 'wechatpay',
  settings: schema,
  async create(settings, { name, notifyUrl, files, clock }) {
    const merchantPrivateKey = await files.read(
      'merchantPrivateKeyFile',
      settings.merchantPrivateKeyFile,
      readPrivateKey,
    );
    const apiV3Key = await files.read('apiV3KeyFile', settings.apiV3KeyFile, readApiV3Key);
    const platformKeys: TrustedKey[] = [];
    for (const [index, { serial: keyId, file, ...validity }] of settings.platformKeys.entries()) {
      const key = await files.read(`platformKeys.${index}`, file, readPlatformKey);
      if (key !== null) platformKeys.push({ keyId, key, ...validity });
    }
    const complete = platformKeys.length === settings.platformKeys.length;
    if (merchantPrivateKey === null || apiV3Key === null || !complete) return null;
    const { gatewayUrl, mchId, appId, merchantSerial, timeout: timeoutMs, returnUrl = null } = settings;
    const products = [...new Set(settings.products)];
    const merchant = { mchId, appId, merchantSerial, merchantPrivateKey, apiV3Key };
    return wechatpayChannel(
      { name, gatewayUrl, ...merchant, platformKeys, timeoutMs, notifyUrl, returnUrl, products },
      clock,
    );
  },
});

function readApiV3Key(text: string): Buffer {
  const key = Buffer.from(text.trim(), 'utf8');
  if (key.length !== 32) throw new RangeError(`holds ${key.length} bytes; an API v3 key has 32`);
  return key;
}

function readPlatformKey(pem: string): KeyObject {
  if (!pem.includes('BEGIN CERTIFICATE')) return readPublicKey(pem);
  try {
    return createPublicKey(new X509Certificate(pem).publicKey.export({ type: 'spki', format: 'pem' }));
  } catch {
    throw new RangeError('is not a readable certificate');
  }
}
