import { z } from 'zod';
import { decisions, reviewKinds } from '../../domain/review.js';
import { code, line, next, pageQuery, paymentId, timeIn, timeOut } from '../http/values.js';
import { partId } from '../http/values.js';
import { status } from '../views/paymentSchema.js';

export const resolutionBody = z
  .strictObject({
    decision: z
      .enum(decisions)
      .meta({ description: 'One of the decisions the open case lists.', examples: ['recheck'] }),
    reason: line(500).meta({
      description: 'Kept with who and when.',
      examples: ['confirmed with the channel by telephone'],
    }),
    refundId: z
      .string()
      .regex(/^[0-9A-Za-z-]{1,40}$/, 'must be a refund id')
      .optional()
      .meta({ description: 'Which refund is meant, when several wait.' }),
    partId: partId.optional().meta({ description: 'Which part is meant, when several wait.' }),
  })
  .meta({ id: 'Resolution' });

export const resolved = z.object({ paymentId, status }).meta({ id: 'Resolved' });

export const listReviewsQuery = z.strictObject({
  status: z.enum(['open', 'settled']).default('open'),
  kind: z.enum(reviewKinds).optional().meta({ description: 'What kind of thing waits.' }),
  channel: code(32).optional(),
  olderThan: timeIn.optional().meta({ description: 'Raised before.' }),
  ...pageQuery,
});

export const reviewPath = z.object({
  reviewId: z
    .string()
    .regex(/^[0-9A-Za-z.-]{1,160}$/, 'must be a review id')
    .meta({ description: 'Id of a review.', examples: ['payment.P2026112200000001.mhx3k2l1'] }),
});

export const decisionBody = z
  .strictObject({
    decision: z.enum(decisions).meta({ description: 'One of the review’s `decisions`.', examples: ['recheck'] }),
    reason: line(500).meta({ description: 'Kept with who and when.', examples: ['confirmed by telephone'] }),
  })
  .meta({ id: 'ReviewDecision' });

export const assignmentBody = z
  .strictObject({
    assignedTo: line(64)
      .nullable()
      .meta({ description: 'Who looks into it; null gives it back to the queue.', examples: ['wang'] }),
  })
  .meta({ id: 'ReviewAssignment' });

export const reviewSchema = z
  .object({
    reviewId: z.string(),
    kind: z.enum(reviewKinds),
    recordId: z.string().meta({ description: 'The payment, part, cart or item that waits.' }),
    refundId: z.string().nullable().meta({ description: 'The refund that waits, where it is one.' }),
    channel: z.string().nullable(),
    reason: z.string().meta({ examples: ['amountMismatch'] }),
    detail: z.string(),
    decisions: z.array(z.enum(decisions)).meta({ description: 'What may be decided; none once it is settled.' }),
    raisedAt: timeOut,
    assignedTo: z.string().nullable(),
    settled: z
      .object({
        settledAt: timeOut,
        decision: z.enum(decisions).nullable().meta({ description: 'Null where facts left nothing to decide.' }),
        by: z.string().nullable(),
        reason: z.string(),
      })
      .nullable(),
    links: z.object({ self: z.string(), temporal: z.string() }),
  })
  .meta({ id: 'Review', description: 'A case that waits for a person.' });
export type ReviewView = z.input<typeof reviewSchema>;

export const reviewPage = z.object({ reviews: z.array(reviewSchema), next }).meta({ id: 'ReviewPage' });
