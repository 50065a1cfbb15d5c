import express, { Router, type ErrorRequestHandler, type RequestHandler, type Response } from 'express';
import type { Acknowledgement, Channel, Channels } from '../../channels/channel.js';
import { takeCallback } from '../callbacks.js';
import type { ApiDeps } from '../deps.js';
import { methodNotAllowed, Problem } from '../problem.js';
import { RecentDeliveries } from '../recentDeliveries.js';

/** Bytes as they came: a signature is over these, so nothing may decode them first. */
const rawBody: RequestHandler = express.raw({ type: () => true, limit: '64kb', inflate: false });

/** Callbacks carry no key: their signature is their authentication. */
export function callbackRoutes(deps: ApiDeps): Router {
  const recent = new RecentDeliveries();
  const router = Router();
  router
    .route('/callbacks/:channel')
    .post(
      (request, _response, next) => {
        channelNamed(deps.channels, request.params.channel);
        next();
      },
      rawBody,
      async (request, response) => {
        const channel = channelNamed(deps.channels, request.params.channel);
        const body: unknown = request.body;
        acknowledge(
          response,
          await takeCallback(
            deps,
            channel,
            {
              body: Buffer.isBuffer(body) ? body : Buffer.alloc(0),
              headers: flat(request.headers),
              url: request.originalUrl,
              receivedAt: deps.now().toISOString(),
            },
            recent,
          ),
        );
      },
    )
    .all(methodNotAllowed('POST'));
  router.use('/callbacks/:channel', unreadable(deps));
  return router;
}

/** A body that is too large, compressed or cut short is answered in the channel's own form of failure. */
function unreadable(deps: ApiDeps): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    const channel = deps.channels.get(String(request.params['channel']));
    if (channel === undefined || error instanceof Problem || response.headersSent) {
      next(error);
      return;
    }
    deps.metrics.callbacks.inc({ channel: channel.name, result: 'unreadable' });
    deps.logger.warn({ err: error, channel: channel.name }, 'callback body not readable');
    acknowledge(response, channel.acknowledgement('failed'));
  };
}

function channelNamed(channels: Channels, name: string): Channel {
  const channel = channels.get(name);
  if (channel === undefined) throw new Problem('not-found', 'There is no such channel.');
  return channel;
}

function acknowledge(response: Response, { status, contentType, body }: Acknowledgement): void {
  response.status(status).set('content-type', contentType).end(body);
}

function flat(headers: NodeJS.Dict<string | string[]>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]),
  );
}
