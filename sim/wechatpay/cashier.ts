import { Router } from 'express';
import { paidTogether } from './orders.js';
import type { Platform } from './platform.js';
import { whyNotPayable } from './trades.js';

/** What an H5 address leads to, and where a person can play the payer of any order. */
export function cashierRoutes(platform: Platform): Router {
  const router = Router();
  router.get('/cashier/:token', (req, res) => {
    const order = platform.orders.findByCashierToken(req.params.token);
    if (order === undefined) {
      res.status(404).type('html').send(page('无此订单', ''));
      return;
    }
    const reason = whyNotPayable(platform, order);
    const orders = paidTogether(order);
    const amount = `¥${(orders.reduce((sum, { amountFen }) => sum + amountFen, 0) / 100).toFixed(2)}`;
    const title = escaped([...new Set(orders.map(({ description }) => description))].join('、'));
    const payUrl = JSON.stringify(`/control/orders/${encodeURIComponent(order.outTradeNo)}/pay`);
    const button = `<button onclick='fetch(${payUrl},{method:"POST"}).then(()=>location.reload())'>支付 ${amount}</button>`;
    res.type('html').send(page(title, reason === undefined ? button : `<p>${reason}</p>`));
  });
  return router;
}

const page = (title: string, content: string): string =>
  `<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>模拟微信支付</title><h1>${title}</h1>${content}</html>`;

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
