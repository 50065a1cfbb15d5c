import { roles } from '../../records/apiKeys.js';
import { endpoint } from '../deps.js';
import { openedPayment, payment, paymentPage, paymentPath } from '../views/paymentSchema.js';
import { createPaymentReader } from '../views/readPayments.js';
import { cancelBody, listPaymentsQuery, openPaymentBody, partPath, switchMethodBody } from './bodies.js';
import { openPayment, type Opened } from './openPayment.js';
import { createPaymentActs } from './paymentActs.js';

const openedStatus = { created: 201, same: 200, opening: 202 } as const satisfies Record<Opened['kind'], number>;

const switchProblems = [
  'not-found',
  'already-paid',
  'not-possible-now',
  'channel-refused',
  'channel-unavailable',
] as const;

export const paymentEndpoints = [
  endpoint({
    method: 'post',
    path: '/payments',
    id: 'openPayment',
    tag: 'payments',
    summary: 'Open a payment',
    says: 'Registers the payment, opens a charge at the channel and says what the payer needs. In parts: all charges at once, or slices one after the other. One refused part refuses the whole, unless the rule is to hold: then the others stay open, and the refused part is `closed`.',
    roles: ['core'],
    body: openPaymentBody,
    answers: {
      201: { says: 'Open: the payer can pay.', schema: openedPayment },
      200: { says: 'This payment was posted before with the same body.', schema: openedPayment },
      202: { says: 'Registered and still `opening`: ask for the payment again.', schema: openedPayment },
    },
    problems: ['payment-conflict', 'channel-refused', 'channel-unavailable'],
    async handle({ deps, body }) {
      const opened = await openPayment(deps, deps.link, body);
      return {
        status: openedStatus[opened.kind],
        body: opened.payment,
        location: opened.payment.links.self,
      };
    },
  }),
  endpoint({
    method: 'get',
    path: '/payments',
    id: 'readPayments',
    tag: 'payments',
    summary: 'List payments',
    says: 'Newest first; all filters together narrow the list. Roles other than core and ops do not see `payer`.',
    roles,
    query: listPaymentsQuery,
    answers: { 200: { says: 'One page.', schema: paymentPage } },
    problems: ['validation'],
    async handle({ deps, query: { limit, cursor, ...filter }, asked: { caller } }) {
      const page = { limit, cursor: cursor ?? null };
      return { body: await createPaymentReader(deps, deps.link).list(presentOf(filter), page, caller) };
    },
  }),
  endpoint({
    method: 'get',
    path: '/payments/{paymentId}',
    id: 'readPayment',
    tag: 'payments',
    summary: 'Read a payment',
    says: 'With its charges, refunds, evidence and timeline.',
    roles,
    params: paymentPath,
    answers: { 200: { says: 'The payment.', schema: payment } },
    problems: ['not-found'],
    handle: async ({ deps, path: { paymentId }, asked: { caller } }) => ({
      body: await createPaymentReader(deps, deps.link).find(paymentId, caller),
    }),
  }),
  endpoint({
    method: 'post',
    path: '/payments/{paymentId}/charges',
    id: 'switchMethod',
    tag: 'payments',
    summary: 'Switch the method of payment',
    says: 'Closes the live charge first and opens one of the new method.',
    roles: ['core'],
    params: paymentPath,
    body: switchMethodBody,
    answers: { 201: { says: 'The new charge is open.', schema: openedPayment } },
    problems: switchProblems,
    handle: async ({ deps, path: { paymentId }, body, asked }) => ({
      body: await createPaymentActs(deps, deps.link).switchMethod(paymentId, body, asked),
    }),
  }),
  endpoint({
    method: 'post',
    path: '/payments/{paymentId}/parts/{partId}/charges',
    id: 'switchPartMethod',
    tag: 'payments',
    summary: 'Switch the method of one part',
    says: 'As for a payment in one; the account of its payee stays.',
    roles: ['core'],
    params: partPath,
    body: switchMethodBody,
    answers: { 201: { says: 'The new charge is open.', schema: openedPayment } },
    problems: switchProblems,
    handle: async ({ deps, path, body, asked }) => ({
      body: await createPaymentActs(deps, deps.link).switchPartMethod(path, body, asked),
    }),
  }),
  endpoint({
    method: 'post',
    path: '/payments/{paymentId}/cancel',
    id: 'cancelPayment',
    tag: 'payments',
    summary: 'Cancel a payment',
    says: 'Asked for, not done: it ends `closed`, or `paid` when money was first. An ended payment is answered as it is.',
    roles: ['core'],
    params: paymentPath,
    body: cancelBody,
    answers: { 202: { says: 'Taken.', schema: openedPayment } },
    problems: ['not-found', 'not-possible-now'],
    handle: async ({ deps, path: { paymentId }, body: { reason }, asked }) => ({
      body: await createPaymentActs(deps, deps.link).cancel(paymentId, reason, asked),
    }),
  }),
  endpoint({
    method: 'post',
    path: '/payments/{paymentId}/query',
    id: 'queryPayment',
    tag: 'operations',
    summary: 'Ask the channel now',
    says: 'Instead of at the next query.',
    roles: ['ops'],
    params: paymentPath,
    answers: { 202: { says: 'Taken.', schema: openedPayment } },
    problems: ['not-found', 'already-paid', 'not-possible-now'],
    handle: async ({ deps, path: { paymentId }, asked }) => ({
      body: await createPaymentActs(deps, deps.link).queryNow(paymentId, asked),
    }),
  }),
];

/** Filters that were left out are absent, not undefined. */
function presentOf<Filter extends object>(filter: Filter): { [Key in keyof Filter]: Exclude<Filter[Key], undefined> } {
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined)) as {
    [Key in keyof Filter]: Exclude<Filter[Key], undefined>;
  };
}
