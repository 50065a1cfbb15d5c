import { WorkflowExecutionAlreadyStartedError, type Client, type WorkflowStartOptions } from '@temporalio/client';
import { paymentWorkflowId } from '../domain/ids.js';
import { toYuan } from '../domain/money.js';
import type { PaymentRecord } from '../records/payments.js';
import { searchAttributes, taskQueue, workflowTypes, type PremiumPaymentInput } from '../workflows/messages.js';

/** The workflow of a payment, by its type alone: its code is the worker's. */
export type PremiumPaymentWorkflow = (input: PremiumPaymentInput) => Promise<unknown>;

/**
 * How a payment's workflow is started, from wherever: the id is the payment's, so a second start joins the first while
 * it runs and is refused once it has ended.
 */
export function paymentStart(payment: PaymentRecord) {
  const { paymentId, proposalNo, productCode, amountFen, subject, method, merchantId, expiresAt, terms } = payment;
  return {
    workflowId: paymentWorkflowId(paymentId),
    taskQueue,
    args: [{ paymentId, proposalNo, productCode, amountFen, subject, method, merchantId, expiresAt, terms }],
    workflowIdReusePolicy: 'REJECT_DUPLICATE',
    workflowIdConflictPolicy: 'USE_EXISTING',
    staticSummary: `${toYuan(amountFen)} CNY by ${method.channel} ${method.product} for proposal ${proposalNo}`,
    typedSearchAttributes: [
      { key: searchAttributes.paymentStatus, value: 'opening' },
      { key: searchAttributes.channel, value: method.channel },
      { key: searchAttributes.proposalNo, value: proposalNo },
      { key: searchAttributes.amountFen, value: amountFen },
      { key: searchAttributes.needsAttention, value: false },
    ],
  } satisfies WorkflowStartOptions<PremiumPaymentWorkflow>;
}

/** Starts the workflow of a registered payment. Safe to repeat at any time. Raises what the client raises when Temporal is away. */
export async function startPayment(client: Client, payment: PaymentRecord): Promise<void> {
  try {
    await client.workflow.start<PremiumPaymentWorkflow>(workflowTypes.premiumPayment, paymentStart(payment));
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}
