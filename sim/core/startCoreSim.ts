import express from 'express';
import { answerErrors } from '../shared/controlError.js';
import { listenOnLoopback } from '../shared/loopbackServer.js';
import type { RunningSim } from '../shared/loopbackServer.js';
import { controlRoutes } from './control.js';
import { createFaults } from './faults.js';
import { policyRoutes } from './policies.js';
import type { Core } from './policies.js';
import { PolicyBook } from './policyBook.js';

export type CoreSimOptions = {
  /** 0 takes a free port. */
  readonly port: number;
  /** Standard Webhooks secret: `whsec_` and base64. */
  readonly secret: string;
  readonly now?: () => Date;
};

/** Starts a simulated insurance core on loopback: policies and control API, all state in memory. */
export async function startCoreSim({ port, secret, now = () => new Date() }: CoreSimOptions): Promise<RunningSim> {
  const server = await listenOnLoopback(port);
  const core: Core = { secret, now, book: new PolicyBook(), faults: createFaults() };
  const app = express().disable('x-powered-by').disable('etag');
  app.get('/healthz', (_req, res) => {
    res.json({ status: 'ok' });
  });
  app.use('/control', controlRoutes(core));
  app.use(policyRoutes(core));
  app.use(answerErrors);
  server.serve(app);
  return server;
}
