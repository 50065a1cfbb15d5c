import { Router } from 'express';
import { access } from '../access.js';
import { allow } from '../auth.js';
import type { ApiDeps } from '../deps.js';
import { parseQuery } from '../parse.js';
import { methodNotAllowed } from '../problem.js';
import { expectedSettlementsQuery, type ExpectedSettlements } from '../schemas/settlements.js';

export function settlementRoutes({ settlements }: ApiDeps): Router {
  const router = Router();
  router
    .route('/settlements/expected')
    .get(allow(access.readLedger), async (request, response) => {
      const { date, channel, limit, cursor } = parseQuery(expectedSettlementsQuery, request.query);
      const of = channel === undefined ? {} : { channel };
      const [due, found] = await Promise.all([
        settlements.dueOn(date),
        settlements.page({ day: date, ...of, afterKey: cursor ?? '', limit: limit + 1 }),
      ]);
      const view: ExpectedSettlements = {
        date,
        channels: due
          .filter((each) => channel === undefined || each.channel === channel)
          .map((each) => ({ ...each, netFen: each.collectedFen - each.givenBackFen })),
        amounts: found.slice(0, limit),
        next: found.length > limit ? (found.at(limit - 1)?.key ?? null) : null,
      };
      response.json(view);
    })
    .all(methodNotAllowed('GET', 'HEAD'));
  return router;
}
