import { Router } from 'express';
import { access } from '../access.js';
import { allow } from '../auth.js';
import type { ApiDeps } from '../deps.js';
import { parseQuery } from '../parse.js';
import { methodNotAllowed } from '../problem.js';
import { listAuditQuery } from '../schemas/audit.js';

export function auditRoutes({ audit }: ApiDeps): Router {
  const router = Router();
  router
    .route('/audit')
    .get(allow(access.readAudit), async (request, response) => {
      const { limit, cursor, target, actor } = parseQuery(listAuditQuery, request.query);
      const filter = { ...(target === undefined ? {} : { target }), ...(actor === undefined ? {} : { actor }) };
      const { rows, next } = await audit.list(filter, { limit, cursor: cursor ?? null });
      response.json({ acts: rows, next });
    })
    .all(methodNotAllowed('GET', 'HEAD'));
  return router;
}
