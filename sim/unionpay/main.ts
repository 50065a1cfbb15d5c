import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { required, requiredPort, scaleOr } from '../shared/environment.js';
import { runSim } from '../shared/runSim.js';
import { startUnionpaySim } from './startUnionpaySim.js';

const { env } = process;

await runSim('sim/unionpay', () => {
  const file = (name: string): string => readFileSync(required(env, `SIM_UNIONPAY_${name}_FILE`), 'utf8');
  return startUnionpaySim({
    port: requiredPort(env, 'SIM_UNIONPAY_PORT'),
    merId: required(env, 'SIM_UNIONPAY_MER_ID'),
    posMerId: required(env, 'SIM_UNIONPAY_POS_MER_ID'),
    merchantCertificate: new X509Certificate(file('MERCHANT_CERTIFICATE')),
    certificatePem: file('CERTIFICATE'),
    privateKey: createPrivateKey(file('PRIVATE_KEY')),
    timeScale: scaleOr(env, 'SIM_TIME_SCALE', 1),
  });
});
