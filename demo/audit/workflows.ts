import { checked, type Check } from './check.js';
import type { Audited, WorkflowRow } from './gather.js';
import { workflowIdOf, type PaymentRow } from './shapes.js';

/** Every payment, part, cart and refund has its workflow; all have completed, or run because a person must decide. None failed. */
export function workflows({ workflows: found, payments, charges, refunds }: Audited): Check[] {
  const ids = new Set(found.map(({ workflowId }) => workflowId));
  const missing = [
    ...payments.filter((payment) => isStarted(payment, charges)).map(workflowIdOf),
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

/** A slice whose turn never came has no workflow, and no charge either. */
function isStarted({ _id, shape, status }: PaymentRow, charges: Audited['charges']): boolean {
  return shape.kind !== 'part' || status !== 'closed' || charges.some(({ paymentId }) => paymentId === _id);
}

function waitsForPerson({ status, needsAttention }: WorkflowRow): boolean {
  return status === 'RUNNING' && needsAttention;
}
