import { WorkflowNotFoundError } from '@temporalio/client';
import type { Decision, PaymentStatus } from '../domain/payment.js';
import type { PaymentRecord } from '../records/payments.js';
import type { RefundRecord } from '../records/refunds.js';
import { resolveUpdate } from '../workflows/messages.js';
import { audited, type Asked } from './audited.js';
import type { ApiDeps } from './deps.js';
import { findPayment } from './payments.js';
import { Problem } from './problem.js';
import { updateFailureOf } from './updateFailure.js';
import { temporalWithin } from './within.js';

export interface ResolutionRequest {
  decision: Decision;
  reason: string;
  /** Names the case when several wait. */
  refundId?: string | undefined;
}

/**
 * Brings an operator's decision to the workflow that waits for it. Not repeatable: a case that is settled takes no
 * second decision. Raises the problems `resolution-rejected` when the decision does not fit or nothing waits, and
 * `case-not-named` when several cases wait and none was named.
 */
export async function resolve(
  deps: ApiDeps,
  paymentId: string,
  request: ResolutionRequest,
  asked: Asked,
): Promise<{ paymentId: string; status: PaymentStatus }> {
  const payment = await findPayment(deps, paymentId);
  const { decision, reason, refundId = null } = request;
  const act = { act: 'resolution', target: paymentId, detail: { decision, reason, refundId } } as const;
  return audited(deps, asked, act, async () => {
    const workflowId = waitingWorkflow(payment, await deps.refunds.ofPayment(paymentId), refundId);
    const resolution = { decision, reason, by: asked.caller.name };
    try {
      const status = await temporalWithin(deps.client, deps.settings.openWaitMs, () =>
        deps.client.workflow.getHandle(workflowId).executeUpdate(resolveUpdate, { args: [resolution] }),
      );
      return { paymentId, status };
    } catch (error) {
      throw rejection(error) ?? error;
    }
  });
}

/** Each open case knows the workflow that waits for its decision. */
function waitingWorkflow(payment: PaymentRecord, refunds: readonly RefundRecord[], refundId: string | null): string {
  const waiting = refunds.flatMap((refund) =>
    refund.attention === null ? [] : [{ ...refund, attention: refund.attention }],
  );
  if (refundId !== null) {
    const named = waiting.find((refund) => refund.refundId === refundId);
    if (named === undefined) throw new Problem('resolution-rejected', `Refund ${refundId} waits for no decision.`);
    return named.attention.workflowId;
  }
  const workflowIds = new Set(waiting.map(({ attention }) => attention.workflowId));
  // A payment that waits only because its refund does is settled by settling the refund.
  if (payment.attention !== null && !workflowIds.has(payment.attention.workflowId)) return payment.attention.workflowId;
  const [workflowId, ...others] = workflowIds;
  if (workflowId === undefined) throw new Problem('resolution-rejected', 'Nothing waits for a decision.');
  if (others.length === 0) return workflowId;
  const refundIds = waiting.map((refund) => refund.refundId);
  throw new Problem('case-not-named', `Name one of the refunds ${refundIds.join(', ')}.`, { members: { refundIds } });
}

function rejection(error: unknown): Problem | null {
  if (error instanceof WorkflowNotFoundError) {
    return new Problem('resolution-rejected', 'The case was settled in the meantime.', { cause: error });
  }
  const failure = updateFailureOf(error);
  return failure === null ? null : new Problem('resolution-rejected', failure.message, { cause: error });
}
