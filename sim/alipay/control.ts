import { Router, json } from 'express';
import { z } from 'zod';
import { ControlError } from '../shared/controlError.js';
import { faultRoutes } from '../shared/faultRoutes.js';
import type { Channel } from './channel.js';
import { createNotification } from './createNotification.js';
import { alipayFault } from './faults.js';
import { orderView } from './orderView.js';
import type { Order } from './orders.js';
import { findOrder, pay, scan, whyNotPayable } from './trades.js';
import { fenToYuan } from './yuan.js';

const tradeStatus = z.enum(['WAIT_BUYER_PAY', 'TRADE_SUCCESS', 'TRADE_FINISHED', 'TRADE_CLOSED']);

const payBody = z.strictObject({
  amountFen: z.int().min(1).optional(),
  force: z.boolean().default(false),
  only: z.boolean().default(false),
});

const notifyBody = z.strictObject({
  amountFen: z.int().min(1).optional(),
  sellerId: z.string().min(1).optional(),
  merchantId: z.string().min(1).optional(),
  appId: z.string().min(1).optional(),
  badSignature: z.boolean().optional(),
  repeat: z.int().min(1).max(50).default(1),
  tradeStatus: tradeStatus.optional(),
  delayMs: z.int().min(0).default(0),
});

/** What people and tests use to play the payer and to order trouble; `sim/README.md` lists it. */
export function controlRoutes(channel: Channel): Router {
  const router = Router();
  router.use(json());
  router.use(faultRoutes(channel.faults, alipayFault));

  router.get('/orders', (_req, res) => {
    res.json({ orders: channel.orders.all().map((order) => orderView(channel, order)) });
  });
  router.get('/orders/:outTradeNo', (req, res) => {
    res.json(orderView(channel, known(channel, req.params.outTradeNo)));
  });
  router.post('/orders/:outTradeNo/scan', (req, res) => {
    const order = known(channel, req.params.outTradeNo);
    refuseUnpayable(channel, order);
    scan(channel, order);
    res.json(orderView(channel, order));
  });
  router.post('/orders/:outTradeNo/pay', (req, res) => {
    const order = known(channel, req.params.outTradeNo);
    const { amountFen, force, only } = payBody.parse(req.body ?? {});
    refuseUnpayable(channel, order, { force, only });
    pay(channel, order, { amountFen, only });
    res.json(orderView(channel, order));
  });
  router.post('/orders/:outTradeNo/notify', async (req, res) => {
    const order = known(channel, req.params.outTradeNo);
    const deliveries = await forge(channel, order, notifyBody.parse(req.body ?? {}));
    const { status, body } = deliveries.at(-1) ?? { status: null, body: '' };
    res.json({ status, body, deliveries });
  });
  router.post('/reset', (_req, res) => {
    channel.notifier.abandon();
    channel.faults.clear();
    channel.orders.clear();
    res.status(204).end();
  });
  return router;
}

function known(channel: Channel, outTradeNo: string): Order {
  const order = findOrder(channel, outTradeNo);
  if (order === undefined) throw new ControlError(404, 'unknownOrder', `no order ${outTradeNo}`);
  return order;
}

/** Forcing pays a closed or expired order, as channels at times let happen; nobody pays one order twice. */
function refuseUnpayable(channel: Channel, order: Order, { force = false, only = false } = {}): void {
  const reason = whyNotPayable(channel, order, { only });
  if (reason === undefined || (force && reason !== 'alreadyPaid')) return;
  throw new ControlError(409, reason, `order ${order.outTradeNo} cannot be paid: ${reason}`);
}

/** One extra notification, true or false, delivered now under one notify id; never retried. */
async function forge(channel: Channel, order: Order, asked: z.infer<typeof notifyBody>) {
  const { notifyUrl } = order;
  if (notifyUrl === undefined)
    throw new ControlError(409, 'noNotifyUrl', `order ${order.outTradeNo} has no notify_url`);
  const merchantId = asked.merchantId ?? asked.sellerId;
  const notification = createNotification(channel, order, {
    event: 'forged',
    tradeStatus: asked.tradeStatus ?? order.trade?.status ?? 'TRADE_SUCCESS',
    badSignature: asked.badSignature,
    overwrite: {
      ...(asked.amountFen !== undefined && { total_amount: fenToYuan(asked.amountFen) }),
      ...(merchantId !== undefined && { seller_id: merchantId }),
      ...(asked.appId !== undefined && { app_id: asked.appId }),
    },
  });
  order.notifications.push(notification);
  await channel.notifier.pause(asked.delayMs);
  for (let sent = 0; sent < asked.repeat; sent += 1) await channel.notifier.deliver(notifyUrl, notification);
  return notification.deliveries;
}
