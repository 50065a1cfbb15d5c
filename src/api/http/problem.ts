import { isGrpcServiceError, ServiceError, WorkflowUpdateRPCTimeoutOrCancelledError } from '@temporalio/client';
import type { ErrorRequestHandler, RequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import { BadCursor } from '../../records/page.js';
import { requestIdOf } from './observe.js';

/** Every way a request can fail: its stable type is `/problems/{name}`. The only place that knows HTTP status codes of failures. */
export const problems = {
  'malformed-json': { status: 400, title: 'The body is not JSON' },
  unauthorized: { status: 401, title: 'A valid API key is needed' },
  forbidden: { status: 403, title: 'This key may not do this' },
  'not-found': { status: 404, title: 'There is no such thing' },
  'method-not-allowed': { status: 405, title: 'This cannot be done here' },
  'payment-conflict': { status: 409, title: 'This payment id stands for another request' },
  'cart-conflict': { status: 409, title: 'This cart id stands for another request' },
  'refund-conflict': { status: 409, title: 'This refund id stands for another request' },
  'already-paid': { status: 409, title: 'The payment is already paid' },
  'not-possible-now': { status: 409, title: 'The payment is not in a state for this' },
  'not-replayable': { status: 409, title: 'Only a callback that is kept whole can be brought again' },
  'evidence-not-believed': { status: 409, title: 'The message is not believed' },
  'resolution-rejected': { status: 409, title: 'The decision does not fit an open case' },
  'body-too-large': { status: 413, title: 'The body is too large' },
  'unsupported-media-type': { status: 415, title: 'The body must be application/json in UTF-8' },
  validation: { status: 422, title: 'The request does not say what it must' },
  'channel-refused': { status: 422, title: 'The channel refused to open the charge' },
  'combined-not-offered': { status: 422, title: 'The channel cannot pay several merchants at once' },
  'refund-exceeds-paid': { status: 422, title: 'More than what was paid and not yet given back' },
  'too-many-refunds': { status: 422, title: 'The charge has no refund numbers left' },
  'case-not-named': { status: 422, title: 'Several cases wait: name one' },
  'rate-limited': { status: 429, title: 'Too many requests with this key' },
  internal: { status: 500, title: 'Something went wrong here' },
  'channel-unavailable': { status: 503, title: 'The channel takes no new charges for the moment' },
  unavailable: { status: 503, title: 'Not possible for the moment' },
} as const satisfies Record<string, { status: number; title: string }>;
export type ProblemName = keyof typeof problems;

export interface FieldError {
  /** RFC 6901. */
  pointer: string;
  in: 'body' | 'query';
  detail: string;
}

/** A failure that the caller is told of. `members` are extension members of the document (RFC 9457 section 3.2). */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly problem: ProblemName;
  readonly members: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    problem: ProblemName,
    detail: string,
    more: { members?: Record<string, unknown>; headers?: Record<string, string>; cause?: unknown } = {},
  ) {
    super(detail, { cause: more.cause });
    this.problem = problem;
    this.members = more.members ?? {};
    this.headers = more.headers ?? {};
  }
}

export function invalid(errors: readonly FieldError[]): Problem {
  const where = errors.map(({ pointer }) => pointer || '/').join(', ');
  return new Problem('validation', `Wrong: ${where}`, { members: { errors } });
}

export function invalidField(pointer: string, detail: string): Problem {
  return invalid([{ pointer, in: 'body', detail }]);
}

/** Last of all handlers: turns whatever was thrown into a problem document. Unforeseen errors are logged and not shown. */
export function answerWithProblem(logger: Logger): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const problem = asProblem(error);
    if (problem.problem === 'internal') logger.error({ err: error, requestId: requestIdOf(request) }, 'request failed');
    if (problem.problem === 'unavailable')
      logger.warn({ err: error, requestId: requestIdOf(request) }, 'request not possible now');
    send(response, problem, requestIdOf(request));
  };
}

export const answerNotFound: RequestHandler = () => {
  throw new Problem('not-found', 'There is nothing at this address.');
};

/** For the end of a route: names the methods that would have been right (RFC 9110 section 15.5.6). */
export function methodNotAllowed(...allowed: readonly string[]): RequestHandler {
  return (request) => {
    throw new Problem('method-not-allowed', `${request.method} is not possible here.`, {
      headers: { allow: allowed.join(', ') },
    });
  };
}

function send(response: Response, { problem, message, members, headers }: Problem, requestId: string): void {
  const { status, title } = problems[problem];
  response
    .status(status)
    .set(headers)
    .type('application/problem+json')
    .send(
      JSON.stringify({ type: `/problems/${problem}`, title, status, detail: message, instance: requestId, ...members }),
    );
}

function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof BadCursor) {
    return invalid([{ pointer: '/cursor', in: 'query', detail: 'must be a cursor that this list gave out' }]);
  }
  if (isAway(error)) {
    const detail = 'A part this depends on does not answer. Nothing is lost: ask again.';
    return new Problem('unavailable', detail, { headers: { 'retry-after': '5' }, cause: error });
  }
  return (
    bodyProblem(error) ?? new Problem('internal', 'The failure is recorded under this instance.', { cause: error })
  );
}

/** Whether Temporal or MongoDB could not be reached or did not answer in time, so that the same request may succeed later. */
export function isAway(error: unknown): boolean {
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError || error instanceof NoAnswer) return true;
  if (error instanceof ServiceError || isGrpcServiceError(error)) return true;
  return (
    error instanceof Error &&
    /^Mongo(ServerSelection|Network|NetworkTimeout|PoolCleared|PoolClosed|NotConnected|WaitQueueTimeout|OperationTimeout|TopologyClosed|ClientClosed)Error$/.test(
      error.name,
    )
  );
}

/** A part did not answer within the time it was given. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

/** What the body parsers of Express raise (body-parser: "Errors"), told by `type`. */
function bodyProblem(error: unknown): Problem | null {
  if (!(error instanceof Error) || !('type' in error)) return null;
  switch (error.type) {
    case 'entity.parse.failed':
      return new Problem('malformed-json', 'The body could not be read as JSON.');
    case 'entity.too.large':
      return new Problem('body-too-large', 'The body may have at most 64 KiB.');
    case 'encoding.unsupported':
    case 'charset.unsupported':
      return new Problem('unsupported-media-type', 'Send plain, uncompressed UTF-8.');
    case 'request.aborted':
    case 'request.size.invalid':
      return new Problem('malformed-json', 'The body ended before its stated length.');
    default:
      return null;
  }
}
