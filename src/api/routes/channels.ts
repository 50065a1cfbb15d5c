import { Router } from 'express';
import { access } from '../access.js';
import { allow } from '../auth.js';
import type { ApiDeps } from '../deps.js';
import { methodNotAllowed } from '../problem.js';
import type { ChannelList } from '../schemas/channels.js';

export function channelRoutes({ channels, offer }: ApiDeps): Router {
  const router = Router();
  router
    .route('/channels')
    .get(allow(access.readChannels), (_request, response) => {
      const list: ChannelList = {
        channels: [...channels.values()].map((channel) => ({
          channel: channel.name,
          inOffer: offer.isInOffer(channel.name),
          merchantId: channel.merchantId,
          products: channel.products.map((product) => ({ product, needs: [...channel.needs(product)] })),
        })),
        payees: [...offer.payees].map(([payee, { entity, owner, channels: accounts }]) => ({
          payee,
          entity,
          owner,
          accounts: [...accounts].map(([method, channel]) => ({ method, channel })),
        })),
      };
      response.json(list);
    })
    .all(methodNotAllowed('GET', 'HEAD'));
  return router;
}
