import express, { type Express, type RequestHandler } from 'express';
import { rateLimit } from 'express-rate-limit';
import helmet from 'helmet';
import { authenticate, callerOf } from './auth.js';
import type { ApiDeps } from './deps.js';
import { logRequests, measureRequests } from './observe.js';
import { answerNotFound, answerWithProblem, Problem } from './problem.js';
import { auditRoutes } from './routes/audit.js';
import { cartRoutes } from './routes/carts.js';
import { channelRoutes } from './routes/channels.js';
import { callbackRoutes } from './routes/callbacks.js';
import { coinsuranceRoutes } from './routes/coinsurance.js';
import { docsRoutes } from './routes/docs.js';
import { evidenceRoutes } from './routes/evidence.js';
import { healthRoutes } from './routes/health.js';
import { ledgerRoutes } from './routes/ledger.js';
import { paymentRoutes } from './routes/payments.js';
import { refundRoutes } from './routes/refunds.js';
import { settlementRoutes } from './routes/settlements.js';
import { temporalLinks } from './views.js';

/** The HTTP API as one Express application; it holds nothing that outlives a request but a few seconds of known keys. */
export function createApi(deps: ApiDeps): Express {
  const { client, logger, metrics, settings } = deps;
  const link = temporalLinks({ url: settings.temporalUiUrl, namespace: client.options.namespace });
  const app = express();
  app.set('trust proxy', settings.trustedProxies);
  app.set('query parser', 'simple');
  app.disable('etag');
  app.use(logRequests(logger), measureRequests(metrics), helmet());

  app.use(healthRoutes(deps), docsRoutes());
  app.use('/v1', callbackRoutes(deps));
  app.use(
    '/v1',
    authenticate(deps.apiKeys, () => deps.now().getTime()),
    limitRate(settings.rateLimitPerMinute),
    noStore,
    paymentRoutes(deps, link),
    cartRoutes(deps, link),
    refundRoutes(deps, link),
    evidenceRoutes(deps),
    channelRoutes(deps),
    ledgerRoutes(deps),
    settlementRoutes(deps),
    coinsuranceRoutes(deps),
    auditRoutes(deps),
  );
  app.use(answerNotFound, answerWithProblem(logger));
  return app;
}

/** Per key and process: enough to stop a loop gone wild from starving the other callers. */
function limitRate(perMinute: number): RequestHandler {
  return rateLimit({
    windowMs: 60_000,
    limit: perMinute,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    keyGenerator: (_request, response) => callerOf(response).keyId,
    handler: () => {
      throw new Problem('rate-limited', `A key may ask ${perMinute} times a minute here.`);
    },
  });
}

/** Answers hold personal data and money; no cache in between may keep them. */
const noStore: RequestHandler = (_request, response, next) => {
  response.set('cache-control', 'no-store');
  next();
};
