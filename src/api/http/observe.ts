import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Request, RequestHandler } from 'express';
import type { Logger } from 'pino';
import { pinoHttp } from 'pino-http';
import type { ApiMetrics } from './metrics.js';

/** Whatever a caller's own systems use; anything else could forge a log line. */
const saneRequestId = /^[0-9A-Za-z_.:-]{1,64}$/;

/** One log line per request, without headers, query or body: those may hold personal data or secrets. Gives each request its id. */
export function logRequests(logger: Logger): RequestHandler {
  return pinoHttp({
    logger,
    genReqId: (request, response) => {
      const id = sentOrNewId(request);
      response.setHeader('x-request-id', id);
      return id;
    },
    wrapSerializers: false,
    serializers: {
      req: (request: IncomingMessage) => ({ id: request.id, method: request.method, path: pathOf(request) }),
      res: (response: { statusCode: number }) => ({ status: response.statusCode }),
    },
    customLogLevel: (_request, response, error) => {
      if (error !== undefined || response.statusCode >= 500) return 'error';
      return response.statusCode >= 400 ? 'warn' : 'info';
    },
    autoLogging: { ignore: (request) => quiet.includes(pathOf(request)) },
  });
}

/** Asked every few seconds by machines. */
const quiet = ['/healthz', '/readyz', '/metrics'];

export function measureRequests({ requestSeconds }: ApiMetrics): RequestHandler {
  return (request, response, next) => {
    const stopTimer = requestSeconds.startTimer();
    response.on('finish', () => {
      stopTimer({ method: request.method, route: routeOf(request), status: String(response.statusCode) });
    });
    next();
  };
}

/** The pattern of the route, so that ids do not multiply the series; requests that found none share one. */
function routeOf(request: Request): string {
  const route: unknown = request.route;
  return typeof route === 'object' && route !== null && 'path' in route ? String(route.path) : 'none';
}

function sentOrNewId(request: IncomingMessage): string {
  const sent = request.headers['x-request-id'];
  return typeof sent === 'string' && saneRequestId.test(sent) ? sent : randomUUID();
}

function pathOf(request: IncomingMessage & { originalUrl?: string }): string {
  return (request.originalUrl ?? request.url ?? '').split('?', 1)[0] ?? '';
}

/** The id that `logRequests` gave the request. */
export function requestIdOf(request: IncomingMessage): string {
  return typeof request.id === 'string' ? request.id : '';
}
