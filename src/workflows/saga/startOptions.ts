import type { Fen } from '../../domain/money.js';
import type { PaymentStatus } from '../../domain/payment.js';
import { searchAttributes } from './messages.js';

/**
 * How a workflow of ours is started, from outside as from another workflow: once under its id, with a summary that can be read
 * and the attributes by which it is found from its first moment. No personal data in any of them.
 */
export function startOptions(workflow: {
  workflowId: string;
  summary: string;
  status: PaymentStatus;
  channel: string;
  /** Left out where whoever starts it does not know. */
  proposalNo?: string;
  amountFen: Fen;
}) {
  const { workflowId, summary, status, channel, proposalNo, amountFen } = workflow;
  return {
    workflowId,
    workflowIdReusePolicy: 'REJECT_DUPLICATE' as const,
    staticSummary: summary,
    typedSearchAttributes: [
      { key: searchAttributes.paymentStatus, value: status },
      { key: searchAttributes.channel, value: channel },
      ...(proposalNo === undefined ? [] : [{ key: searchAttributes.proposalNo, value: proposalNo }]),
      { key: searchAttributes.amountFen, value: amountFen },
      { key: searchAttributes.needsAttention, value: false },
    ],
  };
}
