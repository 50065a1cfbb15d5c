import { Router } from 'express';
import { access } from '../access.js';
import { allow, callerOf } from '../auth.js';
import { askedBy } from '../audited.js';
import type { ApiDeps } from '../deps.js';
import { jsonBody } from '../jsonBody.js';
import { openPayment, type Opened } from '../openPayment.js';
import { parseBody, parsePath, parseQuery } from '../parse.js';
import { createPaymentActs } from '../paymentActs.js';
import { createPaymentReader } from '../payments.js';
import { methodNotAllowed } from '../problem.js';
import { resolve } from '../resolution.js';
import * as schemas from '../schemas/payments.js';
import type { TemporalLink } from '../views.js';

const openedStatus: Record<Opened['kind'], number> = { created: 201, same: 200, opening: 202 };

export function paymentRoutes(deps: ApiDeps, link: TemporalLink): Router {
  const reader = createPaymentReader(deps, link);
  const acts = createPaymentActs(deps, link);
  const router = Router();

  router
    .route('/payments')
    .post(allow(access.openPayment), jsonBody, async (request, response) => {
      const opened = await openPayment(deps, link, parseBody(schemas.openPaymentBody, request.body));
      response.status(openedStatus[opened.kind]).location(opened.payment.links.self).json(opened.payment);
    })
    .get(allow(access.readPayments), async (request, response) => {
      const { limit, cursor, ...filter } = parseQuery(schemas.listPaymentsQuery, request.query);
      response.json(await reader.list(given(filter), { limit, cursor: cursor ?? null }, callerOf(response)));
    })
    .all(methodNotAllowed('GET', 'HEAD', 'POST'));

  router
    .route('/payments/:paymentId')
    .get(allow(access.readPayments), async (request, response) => {
      const { paymentId } = parsePath(schemas.paymentPath, request.params);
      response.json(await reader.find(paymentId, callerOf(response)));
    })
    .all(methodNotAllowed('GET', 'HEAD'));

  router
    .route('/payments/:paymentId/charges')
    .post(allow(access.switchMethod), jsonBody, async (request, response) => {
      const { paymentId } = parsePath(schemas.paymentPath, request.params);
      const wish = parseBody(schemas.switchMethodBody, request.body);
      response.status(201).json(await acts.switchMethod(paymentId, wish, askedBy(request, response)));
    })
    .all(methodNotAllowed('POST'));

  router
    .route('/payments/:paymentId/parts/:partId/charges')
    .post(allow(access.switchMethod), jsonBody, async (request, response) => {
      const part = parsePath(schemas.partPath, request.params);
      const wish = parseBody(schemas.switchMethodBody, request.body);
      response.status(201).json(await acts.switchPartMethod(part, wish, askedBy(request, response)));
    })
    .all(methodNotAllowed('POST'));

  router
    .route('/payments/:paymentId/cancel')
    .post(allow(access.cancelPayment), jsonBody, async (request, response) => {
      const { paymentId } = parsePath(schemas.paymentPath, request.params);
      const { reason } = parseBody(schemas.cancelBody, request.body);
      response.status(202).json(await acts.cancel(paymentId, reason, askedBy(request, response)));
    })
    .all(methodNotAllowed('POST'));

  router
    .route('/payments/:paymentId/query')
    .post(allow(access.queryPayment), async (request, response) => {
      const { paymentId } = parsePath(schemas.paymentPath, request.params);
      response.status(202).json(await acts.queryNow(paymentId, askedBy(request, response)));
    })
    .all(methodNotAllowed('POST'));

  router
    .route('/payments/:paymentId/resolution')
    .post(allow(access.resolvePayment), jsonBody, async (request, response) => {
      const { paymentId } = parsePath(schemas.paymentPath, request.params);
      const body = parseBody(schemas.resolutionBody, request.body);
      response.json(await resolve(deps, paymentId, body, askedBy(request, response)));
    })
    .all(methodNotAllowed('POST'));

  return router;
}

/** Filters that were left out are absent, not undefined. */
function given<Filter extends object>(filter: Filter): { [Key in keyof Filter]: Exclude<Filter[Key], undefined> } {
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined)) as {
    [Key in keyof Filter]: Exclude<Filter[Key], undefined>;
  };
}
