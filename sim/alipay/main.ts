import { createPrivateKey, createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { required, requiredPort, scaleOr } from '../shared/environment.js';
import { runSim } from '../shared/runSim.js';
import { startAlipaySim } from './startAlipaySim.js';

const { env } = process;

await runSim('sim/alipay', () =>
  startAlipaySim({
    port: requiredPort(env, 'SIM_ALIPAY_PORT'),
    appId: required(env, 'SIM_ALIPAY_APP_ID'),
    sellerId: required(env, 'SIM_ALIPAY_SELLER_ID'),
    signingKey: createPrivateKey(readFileSync(required(env, 'SIM_ALIPAY_PRIVATE_KEY_FILE'))),
    appPublicKey: createPublicKey(readFileSync(required(env, 'SIM_ALIPAY_APP_PUBLIC_KEY_FILE'))),
    timeScale: scaleOr(env, 'SIM_TIME_SCALE', 1),
    notifiesClosing: env['SIM_ALIPAY_NOTIFIES_CLOSING'] === 'true',
  }),
);
