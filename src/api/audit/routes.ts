import { endpoint } from '../deps.js';
import { auditPage, listAuditQuery } from './auditSchema.js';

export const auditEndpoints = [
  endpoint({
    method: 'get',
    path: '/audit',
    id: 'readAudit',
    tag: 'operations',
    summary: 'List acts',
    says: 'Who asked for what, accepted or not, newest first.',
    roles: ['auditor', 'ops'],
    query: listAuditQuery,
    answers: { 200: { says: 'One page.', schema: auditPage } },
    problems: ['validation'],
    async handle({ deps, query: { limit, cursor, target, actor } }) {
      const filter = { ...(target === undefined ? {} : { target }), ...(actor === undefined ? {} : { actor }) };
      const { rows, next } = await deps.audit.list(filter, { limit, cursor: cursor ?? null });
      return { body: { acts: rows.map(({ roles, ...act }) => ({ ...act, roles: [...roles] })), next } };
    },
  }),
];
