import { createPrivateKey, createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { required, requiredPort, scaleOr } from '../shared/environment.js';
import { otherMerchants } from '../shared/merchantsFile.js';
import { runSim } from '../shared/runSim.js';
import { startAlipaySim } from './startAlipaySim.js';

const { env } = process;

/** A line of the file SIM_ALIPAY_MERCHANTS_FILE names. */
const merchantEntry = z.strictObject({
  appId: z.string().min(1),
  sellerId: z.string().min(1),
  appPublicKeyFile: z.string().min(1),
});

await runSim('sim/alipay', () =>
  startAlipaySim({
    port: requiredPort(env, 'SIM_ALIPAY_PORT'),
    appId: required(env, 'SIM_ALIPAY_APP_ID'),
    sellerId: required(env, 'SIM_ALIPAY_SELLER_ID'),
    signingKey: createPrivateKey(readFileSync(required(env, 'SIM_ALIPAY_PRIVATE_KEY_FILE'))),
    appPublicKey: createPublicKey(readFileSync(required(env, 'SIM_ALIPAY_APP_PUBLIC_KEY_FILE'))),
    otherMerchants: otherMerchants(env, 'SIM_ALIPAY_MERCHANTS_FILE', {
      entry: merchantEntry,
      merchant: ({ appPublicKeyFile, ...merchant }, files) => ({
        ...merchant,
        appPublicKey: files.publicKey(appPublicKeyFile),
      }),
    }),
    timeScale: scaleOr(env, 'SIM_TIME_SCALE', 1),
    notifiesClosing: env['SIM_ALIPAY_NOTIFIES_CLOSING'] === 'true',
  }),
);
