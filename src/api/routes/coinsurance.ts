import { Router } from 'express';
import { access } from '../access.js';
import { allow } from '../auth.js';
import { asCsv, coinsuranceStatementOf } from '../coinsurance.js';
import type { ApiDeps } from '../deps.js';
import { parseQuery } from '../parse.js';
import { methodNotAllowed } from '../problem.js';
import { coinsuranceStatementQuery } from '../schemas/coinsurance.js';

export function coinsuranceRoutes(deps: ApiDeps): Router {
  const router = Router();
  router
    .route('/coinsurance/statements')
    .get(allow(access.readCoinsurance), async (request, response) => {
      const { format, ...wanted } = parseQuery(coinsuranceStatementQuery, request.query);
      const statement = await coinsuranceStatementOf(deps, wanted);
      if (format === 'json') response.json(statement);
      else response.type('text/csv; charset=utf-8').send(asCsv(statement));
    })
    .all(methodNotAllowed('GET', 'HEAD'));
  return router;
}
