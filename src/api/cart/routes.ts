import { roles } from '../../records/apiKeys.js';
import { cancelBody } from '../collect/bodies.js';
import { endpoint } from '../deps.js';
import { cart } from '../views/cartSchema.js';
import { cartPath, openCartBody } from './bodies.js';
import { createCarts } from './carts.js';

const openedStatus = { created: 201, same: 200, opening: 202 } as const;

export const cartEndpoints = [
  endpoint({
    method: 'post',
    path: '/carts',
    id: 'openCart',
    tag: 'carts',
    summary: 'Open a cart',
    says: 'Several payments, one charge; or, for several payees, one order of the channel’s combined payment. Each item is issued by itself and is a payment like any other.',
    roles: ['core'],
    body: openCartBody,
    answers: {
      201: { says: 'Open: the payer can pay.', schema: cart },
      200: { says: 'This cart was posted before with the same body.', schema: cart },
      202: { says: 'Registered and still `opening`: ask for the cart again.', schema: cart },
    },
    problems: ['cart-conflict', 'payment-conflict', 'combined-not-offered', 'channel-refused', 'channel-unavailable'],
    async handle({ deps, body }) {
      const opened = await createCarts(deps, deps.link).open(body);
      return { status: openedStatus[opened.kind], body: opened.cart, location: opened.cart.links.self };
    },
  }),
  endpoint({
    method: 'get',
    path: '/carts/{cartId}',
    id: 'readCart',
    tag: 'carts',
    summary: 'Read a cart',
    says: 'With its items, charges, refunds, evidence and timeline.',
    roles,
    params: cartPath,
    answers: { 200: { says: 'The cart.', schema: cart } },
    problems: ['not-found'],
    handle: async ({ deps, path: { cartId } }) => ({
      body: await createCarts(deps, deps.link).find(cartId),
    }),
  }),
  endpoint({
    method: 'post',
    path: '/carts/{cartId}/cancel',
    id: 'cancelCart',
    tag: 'carts',
    summary: 'Cancel a cart',
    says: 'Asked for, not done: it ends `closed`, or goes on when money was first. An ended cart is answered as it is.',
    roles: ['core'],
    params: cartPath,
    body: cancelBody,
    answers: { 202: { says: 'Taken.', schema: cart } },
    problems: ['not-found', 'not-possible-now'],
    handle: async ({ deps, path: { cartId }, body: { reason }, asked }) => ({
      body: await createCarts(deps, deps.link).cancel(cartId, reason, asked),
    }),
  }),
  endpoint({
    method: 'post',
    path: '/carts/{cartId}/query',
    id: 'queryCart',
    tag: 'carts',
    summary: 'Ask the channel about a cart now',
    says: 'Instead of at the next query.',
    roles: ['ops'],
    params: cartPath,
    answers: { 202: { says: 'Taken.', schema: cart } },
    problems: ['not-found', 'already-paid', 'not-possible-now'],
    handle: async ({ deps, path: { cartId }, asked }) => ({
      body: await createCarts(deps, deps.link).queryNow(cartId, asked),
    }),
  }),
];
