import express, { type ErrorRequestHandler, type Request, type RequestHandler, type Response } from 'express';
import type { Acknowledgement, Channel, Channels } from '../../channels/channel.js';
import { takeCallback } from './takeCallback.js';
import type { ApiDeps } from '../deps.js';
import { problemResponses, type Endpoint } from '../http/endpoint.js';
import { Problem } from '../http/problem.js';
import { RecentDeliveries } from '../../delivery/recentDeliveries.js';

/** Bytes as they came: a signature is over these, so nothing may decode them first. */
const rawBody: RequestHandler = express.raw({ type: () => true, limit: '64kb', inflate: false });

/** Callbacks carry no key: their signature is their authentication. */
export const callbackEndpoints: readonly Endpoint<ApiDeps>[] = [
  {
    method: 'post',
    path: '/v1/callbacks/{channel}',
    operation: {
      operationId: 'takeCallback',
      tags: ['channels'],
      summary: 'A channel’s callback',
      description:
        'Its signature is its authentication. Answered in the channel’s own words: received, or send it again. ' +
        'At most 64 KiB, any content type, not compressed.',
      parameters: [{ name: 'channel', in: 'path', required: true, schema: { type: 'string' }, example: 'alipay' }],
      requestBody: { required: true, content: { '*/*': {} } },
      responses: { 200: { description: 'The channel’s own acknowledgement.' }, ...problemResponses(['not-found']) },
    },
    handlers: (deps) => [knowChannel(deps), rawBody, takeBytes(deps), unreadable(deps)],
  },
];

/** An address that is no channel's is told so before its body is read. */
const knowChannel =
  ({ channels }: ApiDeps): RequestHandler =>
  (request, _response, next) => {
    channelNamed(channels, request);
    next();
  };

function takeBytes(deps: ApiDeps): RequestHandler {
  const recent = new RecentDeliveries();
  return async (request, response) => {
    const channel = channelNamed(deps.channels, request);
    const body: unknown = request.body;
    const callback = {
      body: Buffer.isBuffer(body) ? body : Buffer.alloc(0),
      headers: flat(request.headers),
      url: request.originalUrl,
      receivedAt: deps.now().toISOString(),
    };
    acknowledge(response, await takeCallback(deps, channel, callback, recent));
  };
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

function channelNamed(channels: Channels, request: Request): Channel {
  const channel = channels.get(String(request.params['channel']));
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
