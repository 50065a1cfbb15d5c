import type { Client } from '@temporalio/client';

/** How many runs a workflow has had: each hands over to the next. */
export async function runsOf({ workflow }: Client, workflowId: string): Promise<number> {
  let runs = 0;
  for (let runId: string | undefined = (await workflow.getHandle(workflowId).describe()).runId; runId; runs += 1) {
    const { events } = await workflow.getHandle(workflowId, runId).fetchHistory();
    runId = events?.[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId ?? undefined;
  }
  return runs;
}
