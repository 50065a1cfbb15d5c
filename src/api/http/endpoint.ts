import { Router, type ErrorRequestHandler, type RequestHandler, type Response } from 'express';
import type { z } from 'zod';
import type { ZodOpenApiOperationObject, ZodOpenApiResponsesObject } from 'zod-openapi';
import type { Role } from '../../records/apiKeys.js';
import { askedBy, type Asked } from './audited.js';
import { allow } from './auth.js';
import { jsonBody } from './jsonBody.js';
import { parseBody, parsePath, parseQuery } from './parse.js';
import { methodNotAllowed, problems, type ProblemName } from './problem.js';
import { problemSchema } from './problemSchema.js';

type Answers = Readonly<Record<number, { says: string; schema: z.ZodType }>>;

type BodyOf<Said extends Answers> = z.input<Said[keyof Said & number]['schema']>;

/** What a handler answers: a body of the schema it has declared, or the same in another form than JSON. */
type Reply<Said extends Answers> =
  | {
      /** Where several are declared, which of them. */
      status?: keyof Said & number;
      body: BodyOf<Said>;
      /** Where what was made can be read. */
      location?: string;
    }
  | { contentType: string; text: string };

/** A request as its handler sees it: parsed, and by a caller who may. */
interface Call<Deps, Path, Query, Body> {
  deps: Deps;
  path: Path;
  query: Query;
  body: Body;
  asked: Asked;
}

/**
 * One endpoint: its route, who may call it, what it takes, answers and refuses, and what it does. The route is made of it and so
 * is its part of the API document, so neither says what the other does not do.
 */
interface Declared<
  Deps,
  Path extends z.ZodType,
  Query extends z.ZodType,
  Body extends z.ZodType,
  Said extends Answers,
> {
  method: 'get' | 'post';
  /** Below `/v1`, e.g. `/payments/{paymentId}`. */
  path: `/${string}`;
  /** The operation's id in the document. */
  id: string;
  tag: string;
  summary: string;
  says: string;
  roles: readonly Role[];
  /** Ids in the path; one that could never be given is not found. */
  params?: Path;
  query?: Query;
  body?: Body;
  answers: Said;
  /** Beside those that every call can meet. */
  problems: readonly ProblemName[];
  handle: (call: Call<Deps, z.output<Path>, z.output<Query>, z.output<Body>>) => Promise<Reply<Said>> | Reply<Said>;
}

/** An endpoint as the router and the document take it. */
export interface Endpoint<Deps> {
  method: 'get' | 'post';
  /** As the document writes it, from the root. */
  path: `/${string}`;
  operation: ZodOpenApiOperationObject;
  handlers: (deps: Deps) => (RequestHandler | ErrorRequestHandler)[];
}

/** Makes endpoints that work with these dependencies. */
export function endpointWith<Deps>() {
  return <Path extends z.ZodObject, Query extends z.ZodObject, Body extends z.ZodType, Said extends Answers>(
    declared: Declared<Deps, Path, Query, Body, Said>,
  ): Endpoint<Deps> => ({
    method: declared.method,
    path: `/v1${declared.path}`,
    operation: operationOf(declared),
    handlers: (deps) => [
      allow(declared.roles),
      ...(declared.body === undefined ? [] : [jsonBody]),
      handlerOf(declared, deps),
    ],
  });
}

function handlerOf<
  Deps,
  Path extends z.ZodObject,
  Query extends z.ZodObject,
  Body extends z.ZodType,
  Said extends Answers,
>({ params, query, body, answers, handle }: Declared<Deps, Path, Query, Body, Said>, deps: Deps): RequestHandler {
  const parsed = <Schema extends z.ZodType>(
    schema: Schema | undefined,
    parse: (schema: Schema, value: unknown) => z.output<Schema>,
    value: unknown,
  ): z.output<Schema> =>
    // What an endpoint does not declare its handler cannot name.
    schema === undefined ? (undefined as z.output<Schema>) : parse(schema, value);
  return async (request, response) => {
    const reply = await handle({
      deps,
      path: parsed(params, parsePath, request.params),
      query: parsed(query, parseQuery, request.query),
      body: parsed(body, parseBody, request.body),
      asked: askedBy(request, response),
    });
    send(response, answers, reply);
  };
}

function send<Said extends Answers>(response: Response, answers: Said, reply: Reply<Said>): void {
  if ('text' in reply) {
    response.type(reply.contentType).send(reply.text);
    return;
  }
  const { status = Number(Object.keys(answers)[0]), body, location } = reply;
  if (location !== undefined) response.location(location);
  response.status(status).json(body);
}

/** Routes each endpoint; another method at the same address is told which would have been right. */
export function routesOf<Deps>(endpoints: readonly Endpoint<Deps>[], deps: Deps): Router {
  const router = Router();
  const byPath = grouped(endpoints, ({ path }) => path);
  for (const [path, there] of byPath) {
    const route = router.route(path.replaceAll(/\{(\w+)\}/g, ':$1'));
    for (const { method, handlers } of there) route[method](...(handlers(deps) as RequestHandler[]));
    const methods = there.flatMap(({ method }) => (method === 'get' ? ['GET', 'HEAD'] : ['POST']));
    route.all(methodNotAllowed(...methods.sort()));
  }
  return router;
}

/** Failures that every call with a key can meet. */
const always: readonly ProblemName[] = ['unauthorized', 'forbidden', 'rate-limited', 'internal', 'unavailable'];
const withBody: readonly ProblemName[] = ['malformed-json', 'body-too-large', 'unsupported-media-type', 'validation'];

function operationOf<
  Deps,
  Path extends z.ZodObject,
  Query extends z.ZodObject,
  Body extends z.ZodType,
  Said extends Answers,
>(declared: Declared<Deps, Path, Query, Body, Said>): ZodOpenApiOperationObject {
  const { id, tag, summary, says, roles, params, query, body, answers, problems: own } = declared;
  const answered = Object.entries(answers).map(([status, answer]) => [
    status,
    { description: answer.says, content: { 'application/json': { schema: answer.schema } } },
  ]);
  return {
    operationId: id,
    tags: [tag],
    summary,
    description: `${says}\n\nRoles: ${roles.join(', ')}.`,
    'x-roles': roles,
    security: [{ apiKey: [] }],
    requestParams: { ...(params === undefined ? {} : { path: params }), ...(query === undefined ? {} : { query }) },
    ...(body === undefined
      ? {}
      : { requestBody: { required: true, content: { 'application/json': { schema: body } } } }),
    responses: {
      ...(Object.fromEntries(answered) as ZodOpenApiResponsesObject),
      ...problemResponses([...own, ...(body === undefined ? [] : withBody), ...always]),
    },
  };
}

/** A status may stand for several problems; the document lists and shows each. */
export function problemResponses(names: readonly ProblemName[]): ZodOpenApiResponsesObject {
  const byStatus = grouped([...new Set(names)], (name) => problems[name].status);
  const responses = [...byStatus].map(([status, same]) => [
    String(status),
    {
      description: same.map((name) => `\`/problems/${name}\`: ${problems[name].title}.`).join(' '),
      content: {
        'application/problem+json': {
          schema: problemSchema,
          examples: Object.fromEntries(
            same.map((name) => [name, { value: { type: `/problems/${name}`, title: problems[name].title, status } }]),
          ),
        },
      },
    },
  ]);
  return Object.fromEntries(responses) as ZodOpenApiResponsesObject;
}

function grouped<Key, Row>(rows: readonly Row[], keyOf: (row: Row) => Key): Map<Key, Row[]> {
  const groups = new Map<Key, Row[]>();
  for (const row of rows) groups.set(keyOf(row), [...(groups.get(keyOf(row)) ?? []), row]);
  return groups;
}
