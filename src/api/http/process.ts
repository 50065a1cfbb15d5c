import { createHash } from 'node:crypto';
import type { RequestHandler } from 'express';
import { docsPage, docsStyle } from './docsPage.js';
import type { Endpoint } from './endpoint.js';
import type { ApiMetrics } from './metrics.js';
import type { OpenApiDocument } from './openapi.js';
import { readiness, type Watched } from './readiness.js';

/** For machines that watch the process, and for whoever reads what it can do. None of these needs a key. */
export function processEndpoints<Deps extends Watched & { metrics: ApiMetrics }>(
  document: () => OpenApiDocument,
): Endpoint<Deps>[] {
  return [
    open(
      '/healthz',
      { id: 'health', summary: 'Whether the process lives', says: 'It does.' },
      () => (_request, response) => {
        response.json({ status: 'ok' });
      },
    ),
    open(
      '/readyz',
      {
        id: 'readiness',
        summary: 'Whether a payment posted now would be opened now',
        says: 'Ready.',
        otherwise: { 503: { description: 'Not ready; says which part is away.' } },
      },
      (deps) => async (_request, response) => {
        const state = await readiness(deps);
        response.status(state.ready ? 200 : 503).json(state);
      },
    ),
    open(
      '/metrics',
      { id: 'metrics', summary: 'Numbers for Prometheus', says: 'Text exposition format.' },
      ({ metrics: { registry } }) =>
        async (_request, response) => {
          response.set('content-type', registry.contentType).end(await registry.metrics());
        },
    ),
    open('/openapi.json', { id: 'openapi', summary: 'This document', says: 'OpenAPI 3.1.' }, () => {
      const text = document();
      return (_request, response) => {
        response.json(text);
      };
    }),
    open('/docs', { id: 'docs', summary: 'This document, to read', says: 'HTML.' }, () => {
      const page = docsPage(document());
      return (_request, response) => {
        response.set('content-security-policy', policy).type('html').send(page);
      };
    }),
  ];
}

function open<Deps>(
  path: `/${string}`,
  { id, summary, says, otherwise = {} }: { id: string; summary: string; says: string; otherwise?: object },
  handler: (deps: Deps) => RequestHandler,
): Endpoint<Deps> {
  return {
    method: 'get',
    path,
    operation: {
      operationId: id,
      tags: ['process'],
      summary,
      responses: { 200: { description: says }, ...otherwise },
    },
    handlers: (deps) => [handler(deps)],
  };
}

/** The page brings its own style and nothing else: no script, no font, no other host. */
const policy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(docsStyle).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');
