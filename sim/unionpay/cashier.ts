import { Router } from 'express';
import type { Platform } from './platform.js';
import { whyNotPayable } from './trades.js';

/** Where the browser is sent with its order, and where a person can play the payer of any order. */
export function cashierRoutes(platform: Platform): Router {
  const router = Router();
  router.get('/cashier/:token', (req, res) => {
    const order = platform.orders.findByCashierToken(req.params.token);
    if (order === undefined) {
      res.status(404).type('html').send(page('无此订单', ''));
      return;
    }
    const reason = whyNotPayable(platform, order);
    const payUrl = JSON.stringify(`/control/orders/${encodeURIComponent(order.orderId)}/pay`);
    const amount = `¥${(order.amountFen / 100).toFixed(2)}`;
    const button = `<button onclick='fetch(${payUrl},{method:"POST"}).then(()=>location.reload())'>支付 ${amount}</button>`;
    res.type('html').send(page(order.orderId, reason === undefined ? button : `<p>${reason}</p>`));
  });
  return router;
}

export const refusalPage = (reason: string): string => page('无法支付', `<p>${reason}</p>`);

const page = (title: string, content: string): string =>
  `<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>模拟银联</title><h1>${title}</h1>${content}</html>`;
