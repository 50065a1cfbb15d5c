import { WorkflowNotFoundError } from '@temporalio/client';
import { failures } from '../../domain/failures.js';
import { paymentWorkflowId } from '../../domain/ids.js';
import type { PaymentRecord } from '../../records/payments.js';
import {
  cancelUpdate,
  queryNowUpdate,
  switchMethodUpdate,
  type MethodChange,
  type PaymentSummary,
} from '../../workflows/collect/messages.js';
import type { ApiDeps } from '../deps.js';
import { Problem } from '../http/problem.js';
import { updateFailureOf } from '../http/updateFailure.js';
import { temporalWithin } from '../http/within.js';
import { paidOf } from '../views/payment.js';
import { nameOf } from '../views/readPayments.js';
import { relatedTo } from '../views/related.js';

/** Asks its workflow to end a payment, part or cart. Null where that has ended before. Raises the problem `not-possible-now` while it has not begun. */
export async function cancelRunning(
  deps: ApiDeps,
  record: PaymentRecord,
  reason: string,
): Promise<PaymentSummary | null> {
  try {
    return await inTime(deps, record.paymentId, (workflow) =>
      workflow.executeUpdate(cancelUpdate, { args: [{ reason }] }),
    );
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
    const now = (await deps.payments.find(record.paymentId)) ?? record;
    if (now.status !== 'opening') return null;
    throw new Problem('not-possible-now', `${nameOf(now)} is not started yet.`, { cause: error });
  }
}

/** Has the channel asked now, by the workflow that collects for the payment. Raises the problems `already-paid` and `not-possible-now`. */
export const queryRunning = (
  deps: ApiDeps,
  record: PaymentRecord,
  { by, collector = record.paymentId }: { by: string; collector?: string },
): Promise<PaymentSummary> =>
  taken(deps, record, () =>
    inTime(deps, collector, (workflow) => workflow.executeUpdate(queryNowUpdate, { args: [{ by }] })),
  );

/** Has another method opened. Raises the problems `already-paid` and `not-possible-now`. */
export const switchRunning = (deps: ApiDeps, record: PaymentRecord, change: MethodChange): Promise<PaymentSummary> =>
  taken(deps, record, () =>
    inTime(deps, record.paymentId, (workflow) => workflow.executeUpdate(switchMethodUpdate, { args: [change] })),
  );

type Workflow = ReturnType<ApiDeps['client']['workflow']['getHandle']>;

const inTime = <T>({ client, settings }: ApiDeps, recordId: string, ask: (workflow: Workflow) => Promise<T>) =>
  temporalWithin(client, settings.openWaitMs, () => ask(client.workflow.getHandle(paymentWorkflowId(recordId))));

/** A workflow's refusal in the words of the API; other errors stay what they are. */
async function taken(
  deps: ApiDeps,
  payment: PaymentRecord,
  update: () => Promise<PaymentSummary>,
): Promise<PaymentSummary> {
  try {
    return await update();
  } catch (error) {
    const failure = updateFailureOf(error);
    const tooLate = error instanceof WorkflowNotFoundError || failure?.type === failures.notPossibleNow;
    if (failure?.type !== failures.alreadyPaid && !tooLate) throw error;
    // Read afresh: whether its workflow has just ended makes no difference to the caller, whether it is paid does.
    const now = (await deps.payments.find(payment.paymentId)) ?? payment;
    const { parts } = await relatedTo(deps, [now]);
    const paid = failure?.type === failures.alreadyPaid || paidOf(now, parts) > 0;
    const detail = `${nameOf(now)} is ${paid ? 'paid' : now.status}.`;
    throw new Problem(paid ? 'already-paid' : 'not-possible-now', detail, { cause: error });
  }
}
