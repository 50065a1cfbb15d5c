import { Router, json } from 'express';
import { z } from 'zod';
import { ControlError } from '../shared/controlError.js';
import { faultRoutes } from '../shared/faultRoutes.js';
import { paidNotification } from './announcements.js';
import { unionpayFault } from './faults.js';
import type { Order } from './orders.js';
import type { Platform } from './platform.js';
import { pay, whyNotPayable } from './trades.js';
import { controlView } from './views.js';

const payBody = z.strictObject({ amountFen: z.int().min(1).optional(), force: z.boolean().default(false) });

const notifyBody = z.strictObject({
  amountFen: z.int().min(1).optional(),
  merchantId: z.string().min(1).optional(),
  badSignature: z.boolean().default(false),
  repeat: z.int().min(1).max(50).default(1),
  delayMs: z.int().min(0).default(0),
});

/** What people and tests use to play payer and cashier and to order trouble; `sim/README.md` lists it. */
export function controlRoutes(platform: Platform): Router {
  const router = Router();
  router.use(json());
  router.use(faultRoutes(platform.faults, unionpayFault));

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
    const { amountFen, force } = payBody.parse(req.body ?? {});
    refuseUnpayable(platform, order, { force });
    pay(platform, order, amountFen);
    res.json(controlView(platform, order));
  });
  router.post('/orders/:no/notify', async (req, res) => {
    const order = known(platform, req.params.no);
    const deliveries = await forge(platform, order, notifyBody.parse(req.body ?? {}));
    const { status, body } = deliveries.at(-1) ?? { status: null, body: '' };
    res.json({ status, body, deliveries });
  });
  router.post('/orders/:no/settle', (req, res) => {
    const order = known(platform, req.params.no);
    order.settled = true;
    res.json(controlView(platform, order));
  });
  router.post('/settle', (_req, res) => {
    const sales = platform.orders.all().filter(({ payment, settled }) => payment !== undefined && !settled);
    for (const sale of sales) sale.settled = true;
    res.json({ settled: sales.length });
  });
  router.post('/reset', (_req, res) => {
    platform.notifier.abandon();
    platform.faults.clear();
    platform.orders.clear();
    res.status(204).end();
  });
  return router;
}

function known(platform: Platform, orderId: string): Order {
  const order = platform.orders.findByNo(orderId);
  if (order === undefined) throw new ControlError(404, 'unknownOrder', `no order ${orderId}`);
  return order;
}

/** Forcing pays an expired order, which is then debited past its deadline; nobody pays one order twice. */
function refuseUnpayable(platform: Platform, order: Order, { force } = { force: false }): void {
  const reason = whyNotPayable(platform, order);
  if (reason === undefined || (force && reason === 'expired')) return;
  throw new ControlError(409, reason, `order ${order.orderId} cannot be paid: ${reason}`);
}

/** One extra notification, true or false, delivered now; never retried. Only a forger speaks of a payment not made. */
async function forge(platform: Platform, order: Order, asked: z.infer<typeof notifyBody>) {
  const { badSignature, repeat, delayMs, ...overwrite } = asked;
  const payment = order.payment ?? {
    ...platform.orders.trace(platform.now()),
    paidFen: order.amountFen,
    pastDeadline: false,
  };
  const notification = paidNotification(order, payment, { event: 'forged', overwrite, badSignature });
  order.notifications.push(notification);
  await platform.notifier.pause(delayMs);
  for (let sent = 0; sent < repeat; sent += 1) await platform.notifier.deliver(order.backUrl, notification);
  return notification.deliveries;
}
