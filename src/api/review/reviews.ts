import { WorkflowNotFoundError } from '@temporalio/client';
import type { z } from 'zod';
import type { PaymentStatus } from '../../domain/payment.js';
import type { ReviewRecord } from '../../records/reviews.js';
import { resolveUpdate, type Resolution } from '../../workflows/saga/messages.js';
import type { ApiContext } from '../deps.js';
import { audited, type Asked } from '../http/audited.js';
import { Problem } from '../http/problem.js';
import { updateFailureOf } from '../http/updateFailure.js';
import { temporalWithin } from '../http/within.js';
import type { decisionBody, listReviewsQuery, ReviewView } from './bodies.js';

/** The queue of what waits for a person, and what a person does with it. */
export interface ReviewQueue {
  list(query: z.output<typeof listReviewsQuery>): Promise<{ reviews: ReviewView[]; next: string | null }>;
  /** Raises the problem `not-found`. */
  find(reviewId: string): Promise<ReviewView>;
  /** Not repeatable: raises the problem `resolution-rejected` once it is settled, and when the decision does not fit. */
  decide(reviewId: string, decision: z.output<typeof decisionBody>, asked: Asked): Promise<ReviewView>;
  /** Safe to repeat. Raises the problem `resolution-rejected` when it is settled. */
  assign(reviewId: string, assignedTo: string | null, asked: Asked): Promise<ReviewView>;
}

export function createReviews(deps: ApiContext): ReviewQueue {
  const find = async (reviewId: string): Promise<ReviewRecord> => {
    const found = await deps.reviews.find(reviewId);
    if (found === null) throw new Problem('not-found', `There is no review ${reviewId}.`);
    return found;
  };
  const view = async (reviewId: string): Promise<ReviewView> => reviewView(await find(reviewId), deps);

  return {
    async list({ limit, cursor, status, kind, channel, olderThan }) {
      const filter = {
        status,
        ...(kind === undefined ? {} : { kind }),
        ...(channel === undefined ? {} : { channel }),
        ...(olderThan === undefined ? {} : { olderThan }),
      };
      const { rows, next } = await deps.reviews.list(filter, { limit, cursor: cursor ?? null });
      return { reviews: rows.map((row) => reviewView(row, deps)), next };
    },

    find: view,

    async decide(reviewId, { decision, reason }, asked) {
      const found = await find(reviewId);
      const act = { act: 'resolution', target: reviewId, detail: { decision, reason } } as const;
      await audited(deps, asked, act, async () => {
        if (found.settled !== null) throw settledAlready();
        await decideReview(deps, found, { decision, reason, by: asked.caller.name });
      });
      return view(reviewId);
    },

    async assign(reviewId, assignedTo, asked) {
      await find(reviewId);
      const act = { act: 'assignment', target: reviewId, detail: { assignedTo } } as const;
      await audited(deps, asked, act, async () => {
        if (await deps.reviews.assign(reviewId, assignedTo)) return;
        throw settledAlready();
      });
      return view(reviewId);
    },
  };
}

const settledAlready = () => new Problem('resolution-rejected', 'The case was settled in the meantime.');

/**
 * Brings a decision to the workflow whose review it is. Raises the problem `resolution-rejected` when it does not fit what
 * waits there now.
 */
export async function decideReview(
  deps: Pick<ApiContext, 'client' | 'settings'>,
  { reviewId, workflowId }: ReviewRecord,
  decision: Omit<Resolution, 'reviewId' | 'paymentId'>,
): Promise<PaymentStatus> {
  try {
    return await temporalWithin(deps.client, deps.settings.openWaitMs, () =>
      deps.client.workflow.getHandle(workflowId).executeUpdate(resolveUpdate, { args: [{ ...decision, reviewId }] }),
    );
  } catch (error) {
    throw rejection(error) ?? error;
  }
}

function rejection(error: unknown): Problem | null {
  if (error instanceof WorkflowNotFoundError) {
    // Settled by now, or ended from outside, in which case its review stays in the queue.
    return new Problem('resolution-rejected', 'Nothing waits for it any more: its workflow has ended.', {
      cause: error,
    });
  }
  const failure = updateFailureOf(error);
  return failure === null ? null : new Problem('resolution-rejected', failure.message, { cause: error });
}

function reviewView(
  { workflowId, paymentId, decisions, settled, ...rest }: ReviewRecord,
  { link }: Pick<ApiContext, 'link'>,
): ReviewView {
  return {
    ...rest,
    recordId: paymentId,
    decisions: settled === null ? [...decisions] : [],
    settled: settled === null ? null : { ...settled },
    links: { self: `/v1/reviews/${rest.reviewId}`, temporal: link(workflowId) },
  };
}
