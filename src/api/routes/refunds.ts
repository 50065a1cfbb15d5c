import { Router } from 'express';
import { access } from '../access.js';
import { allow } from '../auth.js';
import { askedBy } from '../audited.js';
import type { ApiDeps } from '../deps.js';
import { jsonBody } from '../jsonBody.js';
import { parseBody, parsePath } from '../parse.js';
import { methodNotAllowed } from '../problem.js';
import { findRefund, requestRefund } from '../refunds.js';
import { paymentPath, refundBody, refundPath } from '../schemas/payments.js';
import type { TemporalLink } from '../views.js';

export function refundRoutes(deps: ApiDeps, link: TemporalLink): Router {
  const router = Router();

  router
    .route('/payments/:paymentId/refunds')
    .post(allow(access.requestRefund), jsonBody, async (request, response) => {
      const { paymentId } = parsePath(paymentPath, request.params);
      const body = parseBody(refundBody, request.body);
      const refund = await requestRefund(deps, link, paymentId, body, askedBy(request, response));
      response.status(202).location(refund.links.self).json(refund);
    })
    .all(methodNotAllowed('POST'));

  router
    .route('/payments/:paymentId/refunds/:refundId')
    .get(allow(access.readPayments), async (request, response) => {
      response.json(await findRefund(deps, link, parsePath(refundPath, request.params)));
    })
    .all(methodNotAllowed('GET', 'HEAD'));

  return router;
}
