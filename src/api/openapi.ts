import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiResponsesObject } from 'zod-openapi';
import type { z } from 'zod';
import type { Role } from '../records/apiKeys.js';
import { access } from './access.js';
import { problems, type ProblemName } from './problem.js';
import { auditPage, listAuditQuery } from './schemas/audit.js';
import { cart, cartPath, openCartBody } from './schemas/carts.js';
import { channelList } from './schemas/channels.js';
import { coinsuranceStatement, coinsuranceStatementQuery } from './schemas/coinsurance.js';
import {
  evidenceDetail,
  evidencePage,
  evidencePath,
  listEvidenceQuery,
  paymentEvidence,
  replayBody,
  replayed,
} from './schemas/evidence.js';
import * as ledger from './schemas/ledger.js';
import * as schemas from './schemas/payments.js';
import { problem } from './schemas/problem.js';
import { expectedSettlements, expectedSettlementsQuery } from './schemas/settlements.js';

export type OpenApiDocument = ReturnType<typeof createDocument>;

/** Failures that every call with a key can meet. */
const always: readonly ProblemName[] = ['unauthorized', 'forbidden', 'rate-limited', 'internal', 'unavailable'];
const withBody: readonly ProblemName[] = ['malformed-json', 'body-too-large', 'unsupported-media-type', 'validation'];

/** The OpenAPI 3.1 document, made from the schemas that the routes themselves parse with. */
export function openApiDocument(): OpenApiDocument {
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
    paths: {
      '/v1/payments': {
        post: call({
          id: 'openPayment',
          tag: 'payments',
          summary: 'Open a payment',
          says: 'Registers the payment, opens a charge at the channel and says what the payer needs. In parts: all charges at once, or slices one after the other. One refused part refuses the whole, unless the rule is to hold: then the others stay open, and the refused part is `closed`.',
          body: schemas.openPaymentBody,
          answers: {
            201: { says: 'Open: the payer can pay.', schema: schemas.openedPayment },
            200: { says: 'This payment was posted before with the same body.', schema: schemas.openedPayment },
            202: { says: 'Registered and still `opening`: ask for the payment again.', schema: schemas.openedPayment },
          },
          problems: ['payment-conflict', 'channel-refused', 'channel-unavailable'],
        }),
        get: call({
          id: 'readPayments',
          tag: 'payments',
          summary: 'List payments',
          says: 'Newest first; all filters together narrow the list. Roles other than core and ops do not see `payer`.',
          query: schemas.listPaymentsQuery,
          answers: { 200: { says: 'One page.', schema: schemas.paymentPage } },
          problems: ['validation'],
        }),
      },
      '/v1/payments/{paymentId}': {
        get: call({
          id: 'readPayments',
          operationId: 'readPayment',
          tag: 'payments',
          summary: 'Read a payment',
          says: 'With its charges, refunds, evidence and timeline.',
          path: schemas.paymentPath,
          answers: { 200: { says: 'The payment.', schema: schemas.payment } },
          problems: ['not-found'],
        }),
      },
      '/v1/payments/{paymentId}/charges': {
        post: call({
          id: 'switchMethod',
          tag: 'payments',
          summary: 'Switch the method of payment',
          says: 'Closes the live charge first and opens one of the new method.',
          path: schemas.paymentPath,
          body: schemas.switchMethodBody,
          answers: { 201: { says: 'The new charge is open.', schema: schemas.openedPayment } },
          problems: ['not-found', 'already-paid', 'not-possible-now', 'channel-refused', 'channel-unavailable'],
        }),
      },
      '/v1/payments/{paymentId}/parts/{partId}/charges': {
        post: call({
          id: 'switchMethod',
          operationId: 'switchPartMethod',
          tag: 'payments',
          summary: 'Switch the method of one part',
          says: 'As for a payment in one; the account of its payee stays.',
          path: schemas.partPath,
          body: schemas.switchMethodBody,
          answers: { 201: { says: 'The new charge is open.', schema: schemas.openedPayment } },
          problems: ['not-found', 'already-paid', 'not-possible-now', 'channel-refused', 'channel-unavailable'],
        }),
      },
      '/v1/carts': {
        post: call({
          id: 'openPayment',
          operationId: 'openCart',
          tag: 'carts',
          summary: 'Open a cart',
          says: 'Several payments, one charge; or, for several payees, one order of the channel’s combined payment. Each item is issued by itself and is a payment like any other.',
          body: openCartBody,
          answers: {
            201: { says: 'Open: the payer can pay.', schema: cart },
            200: { says: 'This cart was posted before with the same body.', schema: cart },
            202: { says: 'Registered and still `opening`: ask for the cart again.', schema: cart },
          },
          problems: [
            'cart-conflict',
            'payment-conflict',
            'combined-not-offered',
            'channel-refused',
            'channel-unavailable',
          ],
        }),
      },
      '/v1/carts/{cartId}': {
        get: call({
          id: 'readPayments',
          operationId: 'readCart',
          tag: 'carts',
          summary: 'Read a cart',
          says: 'With its items, charges, refunds, evidence and timeline.',
          path: cartPath,
          answers: { 200: { says: 'The cart.', schema: cart } },
          problems: ['not-found'],
        }),
      },
      '/v1/carts/{cartId}/cancel': {
        post: call({
          id: 'cancelPayment',
          operationId: 'cancelCart',
          tag: 'carts',
          summary: 'Cancel a cart',
          says: 'Asked for, not done: it ends `closed`, or goes on when money was first. An ended cart is answered as it is.',
          path: cartPath,
          body: schemas.cancelBody,
          answers: { 202: { says: 'Taken.', schema: cart } },
          problems: ['not-found', 'not-possible-now'],
        }),
      },
      '/v1/carts/{cartId}/query': {
        post: call({
          id: 'queryPayment',
          operationId: 'queryCart',
          tag: 'carts',
          summary: 'Ask the channel about a cart now',
          says: 'Instead of at the next query.',
          path: cartPath,
          answers: { 202: { says: 'Taken.', schema: cart } },
          problems: ['not-found', 'already-paid', 'not-possible-now'],
        }),
      },
      '/v1/payments/{paymentId}/cancel': {
        post: call({
          id: 'cancelPayment',
          tag: 'payments',
          summary: 'Cancel a payment',
          says: 'Asked for, not done: it ends `closed`, or `paid` when money was first. An ended payment is answered as it is.',
          path: schemas.paymentPath,
          body: schemas.cancelBody,
          answers: { 202: { says: 'Taken.', schema: schemas.openedPayment } },
          problems: ['not-found', 'not-possible-now'],
        }),
      },
      '/v1/payments/{paymentId}/query': {
        post: call({
          id: 'queryPayment',
          tag: 'operations',
          summary: 'Ask the channel now',
          says: 'Instead of at the next query.',
          path: schemas.paymentPath,
          answers: { 202: { says: 'Taken.', schema: schemas.openedPayment } },
          problems: ['not-found', 'already-paid', 'not-possible-now'],
        }),
      },
      '/v1/payments/{paymentId}/resolution': {
        post: call({
          id: 'resolvePayment',
          tag: 'operations',
          summary: 'Settle a case that waits for a person',
          says: 'Goes to the payment’s own case, or to that of the part or refund that is named or the only one; a cart is settled by the id of any of its items. Who, when and why are kept.',
          path: schemas.paymentPath,
          body: schemas.resolutionBody,
          answers: { 200: { says: 'Taken.', schema: schemas.resolved } },
          problems: ['not-found', 'resolution-rejected', 'case-not-named'],
        }),
      },
      '/v1/payments/{paymentId}/refunds': {
        post: call({
          id: 'requestRefund',
          tag: 'refunds',
          summary: 'Give money of an issued payment back',
          says: 'Several refunds are possible, together at most what was paid; of a payment in parts each is of the part it names. A refund id stands for one refund of the whole payment.',
          path: schemas.paymentPath,
          body: schemas.refundBody,
          answers: { 202: { says: 'Taken, or taken before.', schema: schemas.refund } },
          problems: ['not-found', 'not-possible-now', 'refund-conflict', 'refund-exceeds-paid', 'too-many-refunds'],
        }),
      },
      '/v1/payments/{paymentId}/refunds/{refundId}': {
        get: call({
          id: 'readPayments',
          operationId: 'readRefund',
          tag: 'refunds',
          summary: 'Read a refund',
          says: 'Where it stands.',
          path: schemas.refundPath,
          answers: { 200: { says: 'The refund.', schema: schemas.refund } },
          problems: ['not-found'],
        }),
      },
      '/v1/payments/{paymentId}/evidence': {
        get: call({
          id: 'readEvidence',
          operationId: 'readPaymentEvidence',
          tag: 'operations',
          summary: 'List a payment’s evidence',
          says: 'Every fact that was kept about its charges and refunds, oldest first.',
          path: schemas.paymentPath,
          answers: { 200: { says: 'All of it.', schema: paymentEvidence } },
          problems: ['not-found'],
        }),
      },
      '/v1/evidence': {
        get: call({
          id: 'readEvidence',
          operationId: 'listEvidence',
          tag: 'operations',
          summary: 'List evidence',
          says: 'Newest first, rejected attempts included.',
          query: listEvidenceQuery,
          answers: { 200: { says: 'One page.', schema: evidencePage } },
          problems: ['validation'],
        }),
      },
      '/v1/evidence/{evidenceId}': {
        get: call({
          id: 'readEvidence',
          tag: 'operations',
          summary: 'Look at the bytes of a fact',
          says: 'As received, with their signature checked once more. Each look is on record in the audit.',
          path: evidencePath,
          answers: { 200: { says: 'The fact.', schema: evidenceDetail } },
          problems: ['not-found'],
        }),
      },
      '/v1/evidence/{evidenceId}/replay': {
        post: call({
          id: 'replayEvidence',
          tag: 'operations',
          summary: 'Bring a kept callback to its workflow again',
          says: 'Read again from its bytes. Changes nothing where it is known already; safe to repeat.',
          path: evidencePath,
          body: replayBody,
          answers: { 200: { says: 'Brought.', schema: replayed } },
          problems: ['not-found', 'not-replayable', 'evidence-not-believed', 'not-possible-now'],
        }),
      },
      '/v1/channels': {
        get: call({
          id: 'readChannels',
          tag: 'payments',
          summary: 'List the channels',
          says: 'What a payment can be made with, and what each way needs to know.',
          answers: { 200: { says: 'All of them.', schema: channelList } },
          problems: [],
        }),
      },
      '/v1/ledger/accounts': {
        get: call({
          id: 'readLedger',
          operationId: 'readChart',
          tag: 'finance',
          summary: 'The chart of accounts',
          says: 'What each kind of account is called, and on which side it grows.',
          answers: { 200: { says: 'All of them.', schema: ledger.chart } },
          problems: [],
        }),
      },
      '/v1/ledger/journals': {
        get: call({
          id: 'readLedger',
          operationId: 'listJournals',
          tag: 'finance',
          summary: 'List the journals of a day',
          says: 'By their numbers. Each carries the hash of the one before.',
          query: ledger.listJournalsQuery,
          answers: { 200: { says: 'One page.', schema: ledger.journalPage } },
          problems: ['validation'],
        }),
      },
      '/v1/ledger/trial-balance': {
        get: call({
          id: 'readLedger',
          tag: 'finance',
          summary: 'Trial balance at the end of a day',
          says: 'Every account that has moved so far; all debits and all credits agree.',
          query: ledger.trialBalanceQuery,
          answers: { 200: { says: 'The balance.', schema: ledger.trialBalance } },
          problems: ['validation'],
        }),
      },
      '/v1/settlements/expected': {
        get: call({
          id: 'readLedger',
          operationId: 'readExpectedSettlements',
          tag: 'finance',
          summary: 'What should arrive from the channels on a day',
          says: 'By channel and account, and each amount; before the channels’ fees.',
          query: expectedSettlementsQuery,
          answers: { 200: { says: 'Sums, and one page of amounts.', schema: expectedSettlements } },
          problems: ['validation'],
        }),
      },
      '/v1/coinsurance/statements': {
        get: call({
          id: 'readCoinsurance',
          tag: 'finance',
          summary: 'A follower’s statement',
          says: 'Its shares of policies issued and of refunds, less the lead’s fee, as the journals have them. `format=csv` gives the same lines as CSV.',
          query: coinsuranceStatementQuery,
          answers: { 200: { says: 'Lines and totals.', schema: coinsuranceStatement } },
          problems: ['validation'],
        }),
      },
      '/v1/audit': {
        get: call({
          id: 'readAudit',
          tag: 'operations',
          summary: 'List acts',
          says: 'Who asked for what, accepted or not, newest first.',
          query: listAuditQuery,
          answers: { 200: { says: 'One page.', schema: auditPage } },
          problems: ['validation'],
        }),
      },
      '/v1/callbacks/{channel}': {
        post: {
          operationId: 'takeCallback',
          tags: ['channels'],
          summary: 'A channel’s callback',
          description:
            'Its signature is its authentication. Answered in the channel’s own words: received, or send it again. ' +
            'At most 64 KiB, any content type, not compressed.',
          parameters: [{ name: 'channel', in: 'path', required: true, schema: { type: 'string' }, example: 'alipay' }],
          requestBody: { required: true, content: { '*/*': {} } },
          responses: { 200: { description: 'The channel’s own acknowledgement.' }, ...failures(['not-found']) },
        },
      },
      '/healthz': { get: open('health', 'Whether the process lives', 'It does.') },
      '/readyz': {
        get: {
          ...open(
            'readiness',
            'Whether a payment posted now would be opened now',
            'Temporal, a worker and MongoDB answer.',
          ),
          responses: { 200: { description: 'Ready.' }, 503: { description: 'Not ready; says which part is away.' } },
        },
      },
      '/metrics': { get: open('metrics', 'Numbers for Prometheus', 'Text exposition format.') },
      '/openapi.json': { get: open('openapi', 'This document', 'OpenAPI 3.1.') },
      '/docs': { get: open('docs', 'This document, to read', 'HTML.') },
    },
  });
}

interface Call {
  /** Names the access rule, and the operation unless `operationId` does. */
  id: keyof typeof access;
  operationId?: string;
  tag: string;
  summary: string;
  says: string;
  path?: z.ZodObject;
  query?: z.ZodObject;
  body?: z.ZodType;
  answers: Record<number, { says: string; schema: z.ZodType }>;
  problems: readonly ProblemName[];
}

function call({ id, operationId, tag, summary, says, path, query, body, answers, problems: own }: Call) {
  const roles: readonly Role[] = access[id];
  const answered = Object.entries(answers).map(([status, answer]) => [
    status,
    { description: answer.says, content: { 'application/json': { schema: answer.schema } } },
  ]);
  return {
    operationId: operationId ?? id,
    tags: [tag],
    summary,
    description: `${says}\n\nRoles: ${roles.join(', ')}.`,
    'x-roles': roles,
    security: [{ apiKey: [] }],
    requestParams: { ...(path === undefined ? {} : { path }), ...(query === undefined ? {} : { query }) },
    ...(body === undefined
      ? {}
      : { requestBody: { required: true, content: { 'application/json': { schema: body } } } }),
    responses: {
      ...(Object.fromEntries(answered) as ZodOpenApiResponsesObject),
      ...failures([...own, ...(body === undefined ? [] : withBody), ...always]),
    },
  } satisfies ZodOpenApiOperationObject;
}

/** A status may stand for several problems; the document lists and shows each. */
function failures(names: readonly ProblemName[]): ZodOpenApiResponsesObject {
  const byStatus = new Map<number, ProblemName[]>();
  for (const name of new Set(names)) {
    const { status } = problems[name];
    byStatus.set(status, [...(byStatus.get(status) ?? []), name]);
  }
  const responses = [...byStatus].map(([status, same]) => [
    String(status),
    {
      description: same.map((name) => `\`/problems/${name}\`: ${problems[name].title}.`).join(' '),
      content: {
        'application/problem+json': {
          schema: problem,
          examples: Object.fromEntries(
            same.map((name) => [name, { value: { type: `/problems/${name}`, title: problems[name].title, status } }]),
          ),
        },
      },
    },
  ]);
  return Object.fromEntries(responses) as ZodOpenApiResponsesObject;
}

function open(operationId: string, summary: string, says: string): ZodOpenApiOperationObject {
  return { operationId, tags: ['process'], summary, responses: { 200: { description: says } } };
}
