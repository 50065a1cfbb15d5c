import { roles } from '../../records/apiKeys.js';
import { endpoint } from '../deps.js';
import { channelList } from './channelList.js';

export const channelEndpoints = [
  endpoint({
    method: 'get',
    path: '/channels',
    id: 'readChannels',
    tag: 'payments',
    summary: 'List the channels',
    says: 'What a payment can be made with, and what each way needs to know.',
    roles,
    answers: { 200: { says: 'All of them.', schema: channelList } },
    problems: [],
    handle: ({ deps: { channels, offer } }) => ({
      body: {
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
      },
    }),
  }),
];
