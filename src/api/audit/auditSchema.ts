import { z } from 'zod';
import { line, next, pageQuery, timeOut } from '../http/values.js';

export const listAuditQuery = z.strictObject({
  target: line(64).optional().meta({ description: 'What was acted upon, e.g. a payment id.' }),
  actor: line(64).optional().meta({ description: 'Name of the key that acted.' }),
  ...pageQuery,
});

export const auditPage = z
  .object({
    acts: z.array(
      z.object({
        auditId: z.string(),
        actor: z.string(),
        roles: z.array(z.string()),
        act: z.string(),
        target: z.string(),
        detail: z.record(z.string(), z.union([z.string(), z.number(), z.null()])),
        outcome: z.enum(['accepted', 'rejected']),
        requestId: z.string(),
        at: timeOut,
      }),
    ),
    next,
  })
  .meta({ id: 'AuditPage' });
