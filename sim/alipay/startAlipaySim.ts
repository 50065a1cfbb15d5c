import type { KeyObject } from 'node:crypto';
import express from 'express';
import { answerErrors } from '../shared/controlError.js';
import { Notifier } from '../shared/notifier.js';
import { listenOnLoopback } from '../shared/loopbackServer.js';
import type { RunningSim } from '../shared/loopbackServer.js';
import { billRoutes } from './billRoutes.js';
import { Bills } from './bills.js';
import { cashierRoutes } from './cashier.js';
import type { Channel } from './channel.js';
import { controlRoutes } from './control.js';
import { createFaults } from './faults.js';
import { gatewayRoutes } from './gateway.js';
import { alipayDeliveries } from './notifier.js';
import { OrderBook } from './orders.js';
import type { Merchant } from './merchant.js';

/** The usual merchant, and how the channel runs. */
export type AlipaySimOptions = Merchant & {
  /** Served beside the usual one: each with keys, orders and bills of its own. */
  readonly otherMerchants?: readonly Merchant[];
  /** 0 takes a free port. */
  readonly port: number;
  /** The channel's private key: signs answers and notifications. */
  readonly signingKey: KeyObject;
  /** Multiplies the gaps between notification retries; 1 is Alipay's own pace. */
  readonly timeScale?: number;
  /** Whether closing is notified too; at Alipay a setting of the application. */
  readonly notifiesClosing?: boolean;
  readonly now?: () => Date;
};

/** Starts a simulated Alipay on loopback: gateway, cashier and control API, all state in memory. */
export async function startAlipaySim(options: AlipaySimOptions): Promise<RunningSim> {
  const { otherMerchants = [], signingKey, timeScale = 1, now = () => new Date() } = options;
  const server = await listenOnLoopback(options.port);
  const notifier = new Notifier({ ...alipayDeliveries(signingKey), now, timeScale });
  const channel: Channel = {
    merchants: [options, ...otherMerchants],
    signingKey,
    baseUrl: server.url,
    now,
    orders: new OrderBook(),
    bills: new Bills(),
    faults: createFaults(),
    notifier,
    notifiesClosing: options.notifiesClosing ?? false,
  };

  const app = express().disable('x-powered-by').disable('etag');
  app.get('/healthz', (_req, res) => {
    res.json({ status: 'ok' });
  });
  app.use(gatewayRoutes(channel));
  app.use(cashierRoutes(channel));
  app.use(billRoutes(channel));
  app.use('/control', controlRoutes(channel));
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
