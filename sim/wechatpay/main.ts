import { createPrivateKey, createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { required, requiredPort, scaleOr } from '../shared/environment.js';
import { otherMerchants } from '../shared/merchantsFile.js';
import { runSim } from '../shared/runSim.js';
import type { PlatformKey } from './signature.js';
import { startWechatpaySim } from './startWechatpaySim.js';

const { env } = process;

/** A line of the file SIM_WECHATPAY_MERCHANTS_FILE names. */
const merchantEntry = z.strictObject({
  mchId: z.string().min(1),
  appId: z.string().min(1),
  apiV3KeyFile: z.string().min(1),
  merchantSerial: z.string().min(1),
  merchantPublicKeyFile: z.string().min(1),
});

await runSim('sim/wechatpay', () => {
  const key = (name: string): PlatformKey => ({
    serial: required(env, `SIM_WECHATPAY_${name}_SERIAL`),
    privateKey: createPrivateKey(readFileSync(required(env, `SIM_WECHATPAY_${name}_PRIVATE_KEY_FILE`))),
  });
  const next = env['SIM_WECHATPAY_PLATFORM_NEXT_SERIAL'] === undefined ? [] : [key('PLATFORM_NEXT')];
  return startWechatpaySim({
    port: requiredPort(env, 'SIM_WECHATPAY_PORT'),
    mchId: required(env, 'SIM_WECHATPAY_MCHID'),
    appId: required(env, 'SIM_WECHATPAY_APPID'),
    apiV3Key: required(env, 'SIM_WECHATPAY_API_V3_KEY'),
    merchantSerial: required(env, 'SIM_WECHATPAY_MERCHANT_SERIAL'),
    merchantPublicKey: createPublicKey(readFileSync(required(env, 'SIM_WECHATPAY_MERCHANT_PUBLIC_KEY_FILE'))),
    otherMerchants: otherMerchants(env, 'SIM_WECHATPAY_MERCHANTS_FILE', {
      entry: merchantEntry,
      merchant: ({ apiV3KeyFile, merchantPublicKeyFile, ...merchant }, files) => ({
        ...merchant,
        apiV3Key: files.text(apiV3KeyFile),
        merchantPublicKey: files.publicKey(merchantPublicKeyFile),
      }),
    }),
    keys: [key('PLATFORM'), ...next],
    timeScale: scaleOr(env, 'SIM_TIME_SCALE', 1),
  });
});
