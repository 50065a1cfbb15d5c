import type { Client } from '@temporalio/client';

/**
 * Runs of these workflows that ended as children without their parents hearing of it, for those had ended before. For each
 * the test server keeps its time locked: it takes a lock when a child ends, and gives it back when the parent has heard.
 */
export async function unheardEnds({ workflow }: Client, workflowIds: readonly string[]): Promise<string[]> {
  const ends = await Promise.all(workflowIds.map((workflowId) => unheardEnd(workflow, workflowId)));
  return ends.filter((runId) => runId !== null);
}

async function unheardEnd(workflow: Client['workflow'], workflowId: string): Promise<string | null> {
  const child = await workflow
    .getHandle(workflowId)
    .describe()
    .catch(() => null); // It was never started.
  const execution = child?.raw.workflowExecutionInfo?.parentExecution;
  if (child === null || !execution?.workflowId || !execution.runId) return null;
  // Of one that was terminated the test server tells no parent.
  if (child.status.name === 'RUNNING' || child.status.name === 'TERMINATED') return null;
  const parent = workflow.getHandle(execution.workflowId, execution.runId);
  if ((await parent.describe()).status.name === 'RUNNING') return null;
  const { events } = await parent.fetchHistory();
  const wasHeard = (events ?? []).some((event) => {
    const end =
      event.childWorkflowExecutionCompletedEventAttributes ??
      event.childWorkflowExecutionFailedEventAttributes ??
      event.childWorkflowExecutionCanceledEventAttributes ??
      event.childWorkflowExecutionTimedOutEventAttributes;
    return end?.workflowExecution?.workflowId === workflowId;
  });
  return wasHeard ? null : child.runId;
}
