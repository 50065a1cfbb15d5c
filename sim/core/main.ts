import { required, requiredPort } from '../shared/environment.js';
import { runSim } from '../shared/runSim.js';
import { startCoreSim } from './startCoreSim.js';

const { env } = process;

await runSim('sim/core', () =>
  startCoreSim({
    port: requiredPort(env, 'SIM_CORE_PORT'),
    secret: required(env, 'SIM_CORE_WEBHOOK_SECRET'),
  }),
);
