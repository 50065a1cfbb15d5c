import { Router } from 'express';
import type { Channel } from './channel.js';

/** The files themselves: a plain GET, no signature. */
export function billRoutes({ bills, now }: Pick<Channel, 'bills' | 'now'>): Router {
  const router = Router();
  router.get('/bills/:token', (req, res) => {
    const bytes = bills.find(req.params.token, now());
    if (bytes === undefined) res.status(404).type('text/plain').send('expired');
    else res.type('application/zip').send(bytes);
  });
  return router;
}
