import { Router } from 'express';
import { cashierHtml, refusalHtml } from './cashierHtml.js';
import type { Channel } from './channel.js';
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
    closeWhenExpired(channel, order);
    const reason = whyNotPayable(channel, order);
    if (reason === undefined) scan(channel, order);
    const dead = reason === 'expired' || reason === 'closed';
    res.type('html').send(dead ? refusalHtml('订单已过期或已关闭') : cashierHtml(order));
  });
  return router;
}
