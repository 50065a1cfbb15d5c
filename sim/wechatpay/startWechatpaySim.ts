import express from 'express';
import { answerErrors } from '../shared/controlError.js';
import { listenOnLoopback } from '../shared/loopbackServer.js';
import type { RunningSim } from '../shared/loopbackServer.js';
import { Notifier } from '../shared/notifier.js';
import { cashierRoutes } from './cashier.js';
import { controlRoutes } from './control.js';
import { createFaults } from './faults.js';
import { gatewayRoutes } from './gateway.js';
import { wechatpayDeliveries } from './deliveries.js';
import type { Merchant } from './merchant.js';
import { OrderBook } from './orders.js';
import type { Platform } from './platform.js';
import type { PlatformKey } from './signature.js';

/** The usual merchant, and how the platform runs. */
export type WechatpaySimOptions = Merchant & {
  /** Served beside the usual one: each with numbers, keys and bills of its own. */
  readonly otherMerchants?: readonly Merchant[];
  /** 0 takes a free port. */
  readonly port: number;
  /** Signs answers and notifications: the first, unless a request asks for another. */
  readonly keys: readonly [PlatformKey, ...PlatformKey[]];
  /** Multiplies the gaps between notification retries; 1 is the platform's own pace. */
  readonly timeScale?: number;
  readonly now?: () => Date;
};

/** Starts a simulated WeChat Pay on loopback: API v3, cashier and control API, all state in memory. */
export async function startWechatpaySim(options: WechatpaySimOptions): Promise<RunningSim> {
  const { otherMerchants = [], keys, timeScale = 1, now = () => new Date() } = options;
  const server = await listenOnLoopback(options.port);
  const notifier = new Notifier({ ...wechatpayDeliveries(keys[0]), now, timeScale });
  const platform: Platform = {
    merchants: [options, ...otherMerchants],
    keys,
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
