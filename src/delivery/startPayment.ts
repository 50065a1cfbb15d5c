import { WorkflowExecutionAlreadyStartedError, type Client, type WorkflowStartOptions } from '@temporalio/client';
import { paymentWorkflowId } from '../domain/ids.js';
import { toYuan } from '../domain/money.js';
import type { PaymentRecord } from '../records/payments.js';
import { taskQueue } from '../workflows/saga/messages.js';
import { startOptions } from '../workflows/saga/startOptions.js';
import { cartPaymentType, type CartPaymentInput } from '../workflows/cart/messages.js';
import { premiumPaymentType, type PremiumPaymentInput } from '../workflows/collect/messages.js';
import { splitPaymentType, type SplitPaymentInput } from '../workflows/split/messages.js';

/** The workflow of a payment or a cart, by its type alone: its code is the worker's. */
export type PaymentWorkflow = (input: PremiumPaymentInput | SplitPaymentInput | CartPaymentInput) => Promise<unknown>;

/**
 * How the workflow of a payment or a cart is started, from wherever: the id is the payment's, so a second start joins the
 * first while it runs and is refused once it has ended. Raises `Error` for a part or an item, which its payment or cart
 * sees to.
 */
export function paymentStart(payment: PaymentRecord) {
  const { paymentId, proposalNo, amountFen, method } = payment;
  const { type, input, summary } = workflowOf(payment);
  const options = {
    ...startOptions({
      workflowId: paymentWorkflowId(paymentId),
      summary: `${toYuan(amountFen)} CNY ${summary}`,
      status: 'opening',
      ...{ channel: method.channel, proposalNo, amountFen },
    }),
    taskQueue,
    args: [input],
    workflowIdConflictPolicy: 'USE_EXISTING',
  } satisfies WorkflowStartOptions<PaymentWorkflow>;
  return { type, options };
}

function workflowOf(payment: PaymentRecord): {
  type: string;
  input: Parameters<PaymentWorkflow>[0];
  summary: string;
} {
  const { paymentId, proposalNo, productCode, amountFen, subject, method, merchantId, expiresAt, terms, shape } =
    payment;
  const input = { paymentId, proposalNo, productCode, amountFen, subject, method, merchantId, expiresAt, terms };
  const by = `by ${method.channel} ${method.product}`;
  switch (shape.kind) {
    case 'plain':
      return { type: premiumPaymentType, input, summary: `${by} for proposal ${proposalNo}` };
    case 'split': {
      const { rule, serial, parts } = shape;
      const split = { rule, serial, parts };
      const whole = { paymentId, proposalNo, productCode, amountFen, subject, expiresAt, terms, split };
      const summary = `in ${parts.length} parts for proposal ${proposalNo}`;
      return { type: splitPaymentType, input: whole, summary };
    }
    case 'cart': {
      const { cartId, allOrNothing, combined, items } = shape;
      const cart = { cartId, allOrNothing, combined, items };
      return { type: cartPaymentType, input: { ...input, cart }, summary: `${by} for ${items.length} items` };
    }
    case 'part':
    case 'item':
      throw new Error(`${paymentId} has no workflow that is started by itself`);
  }
}

/** Starts the workflow of a registered payment or cart. Safe to repeat at any time. Raises what the client raises when Temporal is away. */
export async function startPayment(client: Client, payment: PaymentRecord): Promise<void> {
  const { type, options } = paymentStart(payment);
  try {
    await client.workflow.start<PaymentWorkflow>(type, options);
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}
