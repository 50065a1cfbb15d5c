import { Router } from 'express';
import type { ApiDeps } from '../deps.js';
import { methodNotAllowed } from '../problem.js';
import { readiness } from '../readiness.js';

export function healthRoutes(deps: ApiDeps): Router {
  const router = Router();
  router
    .route('/healthz')
    .get((_request, response) => {
      response.json({ status: 'ok' });
    })
    .all(methodNotAllowed('GET', 'HEAD'));

  router
    .route('/readyz')
    .get(async (_request, response) => {
      const state = await readiness(deps);
      response.status(state.ready ? 200 : 503).json(state);
    })
    .all(methodNotAllowed('GET', 'HEAD'));

  router
    .route('/metrics')
    .get(async (_request, response) => {
      const { registry } = deps.metrics;
      response.set('content-type', registry.contentType).end(await registry.metrics());
    })
    .all(methodNotAllowed('GET', 'HEAD'));
  return router;
}
