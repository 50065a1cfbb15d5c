import { checked, type Check } from './check.js';
import type { Audited, WorkflowRow } from './gather.js';

/** Every payment and refund has its workflow; all have completed, or run because a person must decide. None failed. */
export function workflows({ workflows: found, payments, refunds }: Audited): Check[] {
  const ids = new Set(found.map(({ workflowId }) => workflowId));
  const missing = [
    ...payments.map(({ _id }) => `payment/${_id}`),
    ...refunds.map(({ paymentId, refundId }) => `refund/${paymentId}/${refundId}`),
  ].filter((workflowId) => !ids.has(workflowId));
  const waiting = found.filter(waitsForPerson);
  return [
    checked(
      'no workflow failed, hangs or is missing',
      {
        workflows: found.length,
        completed: found.filter(({ status }) => status === 'COMPLETED').length,
        waitingForPerson: waiting.length,
      },
      [
        ...found
          .filter((workflow) => workflow.status !== 'COMPLETED' && !waitsForPerson(workflow))
          .map(({ workflowId, status }) => `${workflowId} is ${status.toLowerCase()}`),
        ...missing.map((workflowId) => `${workflowId} was never started`),
      ],
    ),
  ];
}

function waitsForPerson({ status, needsAttention }: WorkflowRow): boolean {
  return status === 'RUNNING' && needsAttention;
}
