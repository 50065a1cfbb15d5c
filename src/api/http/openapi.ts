import { createDocument } from 'zod-openapi';
import type { Endpoint } from './endpoint.js';

export type OpenApiDocument = ReturnType<typeof createDocument>;

/** The OpenAPI 3.1 document of these endpoints, made from the schemas that their routes parse with. */
export function openApiDocument(
  endpoints: readonly Pick<Endpoint<never>, 'method' | 'path' | 'operation'>[],
): OpenApiDocument {
  const paths: Record<string, Record<string, Endpoint<never>['operation']>> = {};
  for (const { method, path, operation } of endpoints) paths[path] = { ...paths[path], [method]: operation };
  return createDocument({
    openapi: '3.1.0',
    info: {
      title: 'Premium payments',
      version: '1.0.0',
      description:
        'Collects insurance premiums before a policy exists. Money is whole fen (1/100 CNY); times are ISO-8601 UTC. ' +
        'Every post may be repeated: the same id with the same body gives the same answer. ' +
        'Failures are problem documents (RFC 9457) with a stable `type`.',
    },
    servers: [{ url: '/' }],
    tags: [
      { name: 'payments', description: 'One obligation to collect one premium.' },
      { name: 'carts', description: 'Several payments that are paid in one go.' },
      { name: 'refunds', description: 'Money back for a charge, full or part.' },
      { name: 'finance', description: 'The book: journals, balances, the chart of accounts.' },
      { name: 'operations', description: 'What an operator may do and see.' },
      { name: 'channels', description: 'What payment channels call.' },
      { name: 'process', description: 'For machines that watch this process.' },
    ],
    components: {
      securitySchemes: {
        apiKey: { type: 'http', scheme: 'bearer', bearerFormat: 'pk_{keyId}_{secret}', description: 'An API key.' },
      },
    },
    paths,
  });
}
