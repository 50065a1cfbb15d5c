import { Router } from 'express';
import { access } from '../access.js';
import { allow } from '../auth.js';
import type { ApiDeps } from '../deps.js';
import { listJournals, trialBalanceOf } from '../ledger.js';
import { parseQuery } from '../parse.js';
import { methodNotAllowed } from '../problem.js';
import { listJournalsQuery, trialBalanceQuery, type ChartView } from '../schemas/ledger.js';

export function ledgerRoutes(deps: ApiDeps): Router {
  const router = Router();

  router
    .route('/ledger/accounts')
    .get(allow(access.readLedger), (_request, response) => {
      const view: ChartView = { accounts: deps.chart.map((line) => ({ ...line })) };
      response.json(view);
    })
    .all(methodNotAllowed('GET', 'HEAD'));

  router
    .route('/ledger/journals')
    .get(allow(access.readLedger), async (request, response) => {
      const { account, cursor, ...page } = parseQuery(listJournalsQuery, request.query);
      const wanted = { ...page, cursor: cursor ?? null, ...(account === undefined ? {} : { account }) };
      response.json(await listJournals(deps, wanted));
    })
    .all(methodNotAllowed('GET', 'HEAD'));

  router
    .route('/ledger/trial-balance')
    .get(allow(access.readLedger), async (request, response) => {
      const { date } = parseQuery(trialBalanceQuery, request.query);
      response.json(await trialBalanceOf(deps, date));
    })
    .all(methodNotAllowed('GET', 'HEAD'));

  return router;
}
