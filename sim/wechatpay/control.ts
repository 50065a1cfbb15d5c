import { Router, json } from 'express';
import { z } from 'zod';
import { ControlError } from '../shared/controlError.js';
import { faultRoutes } from '../shared/faultRoutes.js';
import { wechatpayFault } from './faults.js';
import { paymentNotification } from './createNotification.js';
import type { Order } from './orders.js';
import type { Platform } from './platform.js';
import { pay, whyNotPayable } from './trades.js';
import { controlView } from './views.js';

const payBody = z.strictObject({
  amountFen: z.int().min(1).optional(),
  force: z.boolean().default(false),
  only: z.boolean().default(false),
});

const notifyBody = z.strictObject({
  amountFen: z.int().min(1).optional(),
  merchantId: z.string().min(1).optional(),
  appId: z.string().min(1).optional(),
  badSignature: z.boolean().default(false),
  probe: z.boolean().default(false),
  unknownSerial: z.boolean().default(false),
  skewSeconds: z.int().default(0),
  wrongAssociatedData: z.boolean().default(false),
  repeat: z.int().min(1).max(50).default(1),
  delayMs: z.int().min(0).default(0),
});

/** What people and tests use to play the payer and to order trouble; `sim/README.md` lists it. */
export function controlRoutes(platform: Platform): Router {
  const router = Router();
  router.use(json());
  router.use(faultRoutes(platform.faults, wechatpayFault));

  router.get('/orders', (_req, res) => {
    res.json({ orders: platform.orders.all().map((order) => controlView(platform, order)) });
  });
  router.get('/orders/:no', (req, res) => {
    res.json(controlView(platform, known(platform, req.params.no)));
  });
  router.post('/orders/:no/scan', (req, res) => {
    const order = known(platform, req.params.no);
    refuseUnpayable(platform, order);
    res.json(controlView(platform, order));
  });
  router.post('/orders/:no/pay', (req, res) => {
    const order = known(platform, req.params.no);
    const { amountFen, force, only } = payBody.parse(req.body ?? {});
    refuseUnpayable(platform, order, { force });
    pay(platform, order, { paidFen: amountFen, only });
    res.json(controlView(platform, order));
  });
  router.post('/orders/:no/notify', async (req, res) => {
    const order = known(platform, req.params.no);
    const deliveries = await forge(platform, order, notifyBody.parse(req.body ?? {}));
    const { status, body } = deliveries.at(-1) ?? { status: null, body: '' };
    res.json({ status, body, deliveries });
  });
  router.post('/reset', (_req, res) => {
    platform.notifier.abandon();
    platform.faults.clear();
    platform.orders.clear();
    res.status(204).end();
  });
  return router;
}

function known(platform: Platform, outTradeNo: string): Order {
  const order = platform.orders.find(outTradeNo);
  if (order === undefined) throw new ControlError(404, 'unknownOrder', `no order ${outTradeNo}`);
  return order;
}

/** Forcing pays a closed or expired order, as channels at times let happen; nobody pays one order twice. */
function refuseUnpayable(platform: Platform, order: Order, { force } = { force: false }): void {
  const reason = whyNotPayable(platform, order);
  if (reason === undefined || (force && reason !== 'alreadyPaid')) return;
  throw new ControlError(409, reason, `order ${order.outTradeNo} cannot be paid: ${reason}`);
}

/** One extra notification, true or false, delivered now under one id; never retried. */
async function forge(platform: Platform, order: Order, asked: z.infer<typeof notifyBody>) {
  const { amountFen, merchantId, appId, repeat, delayMs, ...falsehood } = asked;
  const notification = paymentNotification(platform, order, {
    event: asked.probe ? 'probe' : 'forged',
    overwrites: new Map([[order.outTradeNo, { amountFen, merchantId, appId }]]),
    falsehood,
  });
  order.notifications.push(notification);
  await platform.notifier.pause(delayMs);
  for (let sent = 0; sent < repeat; sent += 1) await platform.notifier.deliver(order.notifyUrl, notification);
  return notification.deliveries;
}
