import { Router } from 'express';
import { cashierHtml, refusalHtml } from './cashierHtml.js';
import type { Channel } from './channel.js';
import type { Order } from './orders.js';
import { closeWhenExpired, scan, whyNotPayable } from './trades.js';

/** What a QR code leads to. Opening it is the scan: from then on the order is a trade. */
export function cashierRoutes(channel: Channel): Router {
  const router = Router();
  router.get('/qr/:token', (req, res) => {
    const order = channel.orders.findByCashierToken(req.params.token);
    if (order === undefined) {
      res.status(404).type('html').send(refusalHtml('二维码无效'));
      return;
    }
    res.type('html').send(enterCashier(channel, order));
  });
  return router;
}

/** The payer arrives with an order that is known: the page he gets. */
export function enterCashier(channel: Channel, order: Order): string {
  closeWhenExpired(channel, order);
  const reason = whyNotPayable(channel, order);
  if (reason === undefined) scan(channel, order);
  const dead = reason === 'expired' || reason === 'closed';
  return dead ? refusalHtml('订单已过期或已关闭') : cashierHtml(order);
}
