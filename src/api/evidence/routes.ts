import { endpoint } from '../deps.js';
import { paymentPath } from '../views/paymentSchema.js';
import { createEvidenceDesk } from './evidenceDesk.js';
import {
  evidenceDetail,
  evidencePage,
  evidencePath,
  listEvidenceQuery,
  paymentEvidence,
  replayBody,
  replayed,
} from './evidenceSchema.js';

const readers = ['ops', 'finance', 'auditor'] as const;

export const evidenceEndpoints = [
  endpoint({
    method: 'get',
    path: '/payments/{paymentId}/evidence',
    id: 'readPaymentEvidence',
    tag: 'operations',
    summary: 'List a payment’s evidence',
    says: 'Every fact that was kept about its charges and refunds, oldest first.',
    roles: readers,
    params: paymentPath,
    answers: { 200: { says: 'All of it.', schema: paymentEvidence } },
    problems: ['not-found'],
    handle: async ({ deps, path: { paymentId } }) => ({
      body: { evidence: await createEvidenceDesk(deps).ofPayment(paymentId) },
    }),
  }),
  endpoint({
    method: 'get',
    path: '/evidence',
    id: 'listEvidence',
    tag: 'operations',
    summary: 'List evidence',
    says: 'Newest first, rejected attempts included.',
    roles: readers,
    query: listEvidenceQuery,
    answers: { 200: { says: 'One page.', schema: evidencePage } },
    problems: ['validation'],
    async handle({ deps, query: { limit, cursor, channel, rejected } }) {
      const filter = { ...(channel === undefined ? {} : { channel }), ...(rejected === undefined ? {} : { rejected }) };
      return { body: await createEvidenceDesk(deps).list(filter, { limit, cursor: cursor ?? null }) };
    },
  }),
  endpoint({
    method: 'get',
    path: '/evidence/{evidenceId}',
    id: 'readEvidence',
    tag: 'operations',
    summary: 'Look at the bytes of a fact',
    says: 'As received, with their signature checked once more. Each look is on record in the audit.',
    roles: readers,
    params: evidencePath,
    answers: { 200: { says: 'The fact.', schema: evidenceDetail } },
    problems: ['not-found'],
    handle: async ({ deps, path: { evidenceId }, asked }) => ({
      body: await createEvidenceDesk(deps).read(evidenceId, asked),
    }),
  }),
  endpoint({
    method: 'post',
    path: '/evidence/{evidenceId}/replay',
    id: 'replayEvidence',
    tag: 'operations',
    summary: 'Bring a kept callback to its workflow again',
    says: 'Read again from its bytes. Changes nothing where it is known already; safe to repeat.',
    roles: ['ops'],
    params: evidencePath,
    body: replayBody,
    answers: { 200: { says: 'Brought.', schema: replayed } },
    problems: ['not-found', 'not-replayable', 'evidence-not-believed', 'not-possible-now'],
    handle: async ({ deps, path: { evidenceId }, body: { reason }, asked }) => ({
      body: await createEvidenceDesk(deps).replay(evidenceId, reason, asked),
    }),
  }),
];
