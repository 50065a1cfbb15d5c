import { roles } from '../../records/apiKeys.js';
import { endpoint } from '../deps.js';
import { paymentPath, refundSchema } from '../views/paymentSchema.js';
import { refundBody, refundPath } from './bodies.js';
import { findRefund, requestRefund } from './refunds.js';

export const refundEndpoints = [
  endpoint({
    method: 'post',
    path: '/payments/{paymentId}/refunds',
    id: 'requestRefund',
    tag: 'refunds',
    summary: 'Give money of an issued payment back',
    says: 'Several refunds are possible, together at most what was paid; of a payment in parts each is of the part it names. A refund id stands for one refund of the whole payment.',
    roles: ['core'],
    params: paymentPath,
    body: refundBody,
    answers: { 202: { says: 'Taken, or taken before.', schema: refundSchema } },
    problems: ['not-found', 'not-possible-now', 'refund-conflict', 'refund-exceeds-paid', 'too-many-refunds'],
    async handle({ deps, path: { paymentId }, body, asked }) {
      const view = await requestRefund(deps, deps.link, paymentId, body, asked);
      return { body: view, location: view.links.self };
    },
  }),
  endpoint({
    method: 'get',
    path: '/payments/{paymentId}/refunds/{refundId}',
    id: 'readRefund',
    tag: 'refunds',
    summary: 'Read a refund',
    says: 'Where it stands.',
    roles,
    params: refundPath,
    answers: { 200: { says: 'The refund.', schema: refundSchema } },
    problems: ['not-found'],
    handle: async ({ deps, path }) => ({ body: await findRefund(deps, deps.link, path) }),
  }),
];
