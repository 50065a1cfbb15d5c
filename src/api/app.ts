import express, { type Express, type RequestHandler } from 'express';
import { rateLimit } from 'express-rate-limit';
import helmet from 'helmet';
import { authenticate, callerOf } from './http/auth.js';
import type { ApiDeps } from './deps.js';
import { keyedEndpoints, openEndpoints } from './endpoints.js';
import { logRequests, measureRequests } from './http/observe.js';
import { routesOf } from './http/endpoint.js';
import { answerNotFound, answerWithProblem, Problem } from './http/problem.js';
import { temporalLinks } from './http/temporalLinks.js';

/** The HTTP API as one Express application; it holds nothing that outlives a request but a few seconds of known keys. */
export function createApp(deps: ApiDeps): Express {
  const { client, logger, metrics, settings } = deps;
  const link = temporalLinks({ url: settings.temporalUiUrl, namespace: client.options.namespace });
  const context = { ...deps, link };
  const app = express();
  app.set('trust proxy', settings.trustedProxies);
  app.set('query parser', 'simple');
  app.disable('etag');
  app.use(logRequests(logger), measureRequests(metrics), helmet());

  app.use(routesOf(openEndpoints, context));
  app.use(
    '/v1',
    authenticate(deps.apiKeys, () => deps.now().getTime()),
    limitRate(settings.rateLimitPerMinute),
    noStore,
  );
  app.use(routesOf(keyedEndpoints, context));
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
