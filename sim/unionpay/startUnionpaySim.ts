import type { KeyObject, X509Certificate } from 'node:crypto';
import express from 'express';
import { answerErrors } from '../shared/controlError.js';
import { listenOnLoopback } from '../shared/loopbackServer.js';
import type { RunningSim } from '../shared/loopbackServer.js';
import { Notifier } from '../shared/notifier.js';
import { cashierRoutes } from './cashier.js';
import { controlRoutes } from './control.js';
import { unionpayDeliveries } from './deliveries.js';
import { createFaults } from './faults.js';
import { gatewayRoutes } from './gateway.js';
import { OrderBook } from './orders.js';
import type { Platform } from './platform.js';

export type UnionpaySimOptions = {
  /** 0 takes a free port. */
  readonly port: number;
  /** Paid in browsers. */
  readonly merId: string;
  /** Paid at terminals. */
  readonly posMerId: string;
  /** Verifies the requests of both merchants. */
  readonly merchantCertificate: X509Certificate;
  /** Signs answers and notifications; goes along with each. */
  readonly certificatePem: string;
  readonly privateKey: KeyObject;
  /** Multiplies the gaps between notification retries; 1 is the gateway's own pace. */
  readonly timeScale?: number;
  readonly now?: () => Date;
};

/** Starts a simulated UnionPay on loopback: gateway 5.1.0, terminals, file host, cashier and control API, all in memory. */
export async function startUnionpaySim(options: UnionpaySimOptions): Promise<RunningSim> {
  const { merId, posMerId, merchantCertificate, certificatePem, privateKey } = options;
  const { timeScale = 1, now = () => new Date() } = options;
  const server = await listenOnLoopback(options.port);
  const identity = { certificatePem, privateKey };
  const notifier = new Notifier({ ...unionpayDeliveries(identity), now, timeScale });
  const platform: Platform = {
    merchants: new Map([
      [merId, 'browser'],
      [posMerId, 'terminal'],
    ]),
    merchantCertificate,
    identity,
    baseUrl: server.url,
    now,
    orders: new OrderBook(),
    faults: createFaults(),
    notifier,
  };

  const app = express().disable('x-powered-by').disable('etag');
  app.get('/healthz', (_req, res) => {
    res.json({ status: 'ok' });
  });
  app.use(gatewayRoutes(platform));
  app.use(cashierRoutes(platform));
  app.use('/control', controlRoutes(platform));
  app.use(answerErrors);
  server.serve(app);

  return {
    url: server.url,
    close: () => {
      notifier.abandon();
      return server.close();
    },
  };
}
