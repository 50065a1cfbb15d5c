import { Router } from 'express';
import { access } from '../access.js';
import { askedBy } from '../audited.js';
import { allow } from '../auth.js';
import type { ApiDeps } from '../deps.js';
import { createEvidenceDesk } from '../evidence.js';
import { jsonBody } from '../jsonBody.js';
import { parseBody, parsePath, parseQuery } from '../parse.js';
import { methodNotAllowed } from '../problem.js';
import { evidencePath, listEvidenceQuery, replayBody } from '../schemas/evidence.js';
import { paymentPath } from '../schemas/payments.js';

export function evidenceRoutes(deps: ApiDeps): Router {
  const desk = createEvidenceDesk(deps);
  const router = Router();

  router
    .route('/payments/:paymentId/evidence')
    .get(allow(access.readEvidence), async (request, response) => {
      const { paymentId } = parsePath(paymentPath, request.params);
      response.json({ evidence: await desk.ofPayment(paymentId) });
    })
    .all(methodNotAllowed('GET', 'HEAD'));

  router
    .route('/evidence')
    .get(allow(access.readEvidence), async (request, response) => {
      const { limit, cursor, channel, rejected } = parseQuery(listEvidenceQuery, request.query);
      const filter = { ...(channel === undefined ? {} : { channel }), ...(rejected === undefined ? {} : { rejected }) };
      response.json(await desk.list(filter, { limit, cursor: cursor ?? null }));
    })
    .all(methodNotAllowed('GET', 'HEAD'));

  router
    .route('/evidence/:evidenceId')
    .get(allow(access.readEvidence), async (request, response) => {
      const { evidenceId } = parsePath(evidencePath, request.params);
      response.json(await desk.read(evidenceId, askedBy(request, response)));
    })
    .all(methodNotAllowed('GET', 'HEAD'));

  router
    .route('/evidence/:evidenceId/replay')
    .post(allow(access.replayEvidence), jsonBody, async (request, response) => {
      const { evidenceId } = parsePath(evidencePath, request.params);
      const { reason } = parseBody(replayBody, request.body);
      response.json(await desk.replay(evidenceId, reason, askedBy(request, response)));
    })
    .all(methodNotAllowed('POST'));

  return router;
}
