import { Router } from 'express';
import { access } from '../access.js';
import { allow } from '../auth.js';
import { askedBy } from '../audited.js';
import type { ApiDeps } from '../deps.js';
import { jsonBody } from '../jsonBody.js';
import { createCarts } from '../openCart.js';
import { parseBody, parsePath } from '../parse.js';
import { methodNotAllowed } from '../problem.js';
import { cartPath, openCartBody } from '../schemas/carts.js';
import { cancelBody } from '../schemas/payments.js';
import type { TemporalLink } from '../views.js';

const openedStatus = { created: 201, same: 200, opening: 202 };

export function cartRoutes(deps: ApiDeps, link: TemporalLink): Router {
  const carts = createCarts(deps, link);
  const router = Router();

  router
    .route('/carts')
    .post(allow(access.openPayment), jsonBody, async (request, response) => {
      const { kind, cart } = await carts.open(parseBody(openCartBody, request.body));
      response.status(openedStatus[kind]).location(cart.links.self).json(cart);
    })
    .all(methodNotAllowed('POST'));

  router
    .route('/carts/:cartId')
    .get(allow(access.readPayments), async (request, response) => {
      response.json(await carts.find(parsePath(cartPath, request.params).cartId));
    })
    .all(methodNotAllowed('GET', 'HEAD'));

  router
    .route('/carts/:cartId/cancel')
    .post(allow(access.cancelPayment), jsonBody, async (request, response) => {
      const { cartId } = parsePath(cartPath, request.params);
      const { reason } = parseBody(cancelBody, request.body);
      response.status(202).json(await carts.cancel(cartId, reason, askedBy(request, response)));
    })
    .all(methodNotAllowed('POST'));

  router
    .route('/carts/:cartId/query')
    .post(allow(access.queryPayment), async (request, response) => {
      const { cartId } = parsePath(cartPath, request.params);
      response.status(202).json(await carts.queryNow(cartId, askedBy(request, response)));
    })
    .all(methodNotAllowed('POST'));

  return router;
}
