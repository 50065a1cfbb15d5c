import { z } from 'zod';
import { evidence } from '../views/paymentSchema.js';
import { code, line, next, pageQuery, timeOut } from '../http/values.js';

export const evidencePath = z.object({
  evidenceId: z
    .string()
    .regex(/^[0-9a-z-]{1,64}$/, 'must be an evidence id')
    .meta({ description: 'Id of a stored fact.', examples: ['3f2a9c0d5e6b7a8192a3b4c5d6e7f809'] }),
});

export const listEvidenceQuery = z.strictObject({
  channel: code(32).optional(),
  rejected: z
    .enum(['true', 'false'])
    .optional()
    .transform((text) => (text === undefined ? undefined : text === 'true'))
    .meta({ description: 'Only what was not believed, or only what was.' }),
  ...pageQuery,
});

export const replayBody = z
  .strictObject({ reason: line(200).meta({ examples: ['the payment did not hear of it'] }) })
  .meta({ id: 'ReplayEvidence' });

const listedEvidence = evidence
  .extend({
    channel: z.string(),
    paymentId: z.string().nullable(),
    notificationId: z.string().nullable().meta({ description: 'The channel’s id of the notification.' }),
    bodySha256: z.string().meta({ description: 'Of the bytes as received.' }),
    keyId: z.string().nullable().meta({ description: 'The channel’s key that made a valid signature.' }),
    deliveredAt: timeOut.nullable().meta({ description: 'When a workflow had it; only callbacks are delivered.' }),
    links: z.object({ self: z.string() }),
  })
  .meta({ id: 'ListedEvidence' });
export type ListedEvidence = z.input<typeof listedEvidence>;

const verification = z
  .object({
    bytes: z.enum(['asReceived', 'altered', 'cut', 'none']),
    signature: z.enum(['valid', 'invalid', 'absent']).nullable(),
    keyId: z.string().nullable(),
    agrees: z.boolean().nullable(),
    detail: z.string(),
  })
  .meta({
    id: 'Verification',
    description: 'The stored bytes checked once more, now, with the keys that were valid when they were received.',
  });

export const evidenceDetail = listedEvidence
  .extend({
    url: z.string().nullable(),
    headers: z.record(z.string(), z.string()),
    bodyBase64: z.string().meta({ description: 'The bytes as received.' }),
    bodyText: z.string().nullable().meta({ description: 'The same as text, where they are UTF-8.' }),
    verification,
  })
  .meta({ id: 'EvidenceDetail' });
export type EvidenceDetail = z.input<typeof evidenceDetail>;

export const paymentEvidence = z.object({ evidence: z.array(listedEvidence) }).meta({ id: 'PaymentEvidence' });
export const evidencePage = z.object({ evidence: z.array(listedEvidence), next }).meta({ id: 'EvidencePage' });

export const replayed = z
  .object({
    evidenceId: z.string(),
    result: z.enum(['delivered', 'ignored', 'stranded', 'foreignRefund']).meta({
      description:
        'Brought to its workflow, or already known there; of no consequence; money whose workflows have all ended; a refund that is none of ours.',
    }),
  })
  .meta({ id: 'ReplayedEvidence' });
export type Replayed = z.input<typeof replayed>;
