import { WorkflowExecutionAlreadyStartedError, type Client } from '@temporalio/client';
import { refundWorkflowId } from '../domain/ids.js';
import { toYuan } from '../domain/money.js';
import type { ChargeRecord, Charges } from '../records/charges.js';
import type { PaymentRecord, Payments } from '../records/payments.js';
import type { RefundOrigin, RefundRecord } from '../records/refunds.js';
import { taskQueue } from '../workflows/saga/messages.js';
import { startOptions } from '../workflows/saga/startOptions.js';
import { refundType, type RefundInput } from '../workflows/refund/messages.js';

export interface RefundStarter {
  client: { readonly workflow: Pick<Client['workflow'], 'start'> };
  payments: Pick<Payments, 'find'>;
  charges: Pick<Charges, 'find'>;
}

/** What the money had become when it is given back: after issue it was income, before it was held, late it was nobody's. */
const sourceOf: Record<RefundOrigin, RefundInput['source']> = {
  core: 'premiumIncome',
  undo: 'premiumInAdvance',
  late: 'unidentifiedReceipts',
};

/**
 * Starts the workflow of a reserved refund. Safe to repeat at any time: the id is the refund's. Raises what the client
 * raises when Temporal is away, and `Error` for a refund whose payment or charge is not on record.
 */
export async function startRefund({ client, payments, charges }: RefundStarter, refund: RefundRecord): Promise<void> {
  const [payment, charge] = await Promise.all([payments.find(refund.paymentId), charges.find(refund.outTradeNo)]);
  if (payment === null || charge === null) throw new Error(`refund ${refund.refundNo} belongs to no payment on record`);
  try {
    await client.workflow.start<(input: RefundInput) => Promise<unknown>>(refundType, {
      ...startOptions({
        workflowId: refundWorkflowId(refund),
        summary: `${toYuan(refund.amountFen)} CNY back for ${refund.outTradeNo}`,
        status: 'refunding',
        ...{ channel: charge.channel, proposalNo: payment.proposalNo, amountFen: refund.amountFen },
      }),
      taskQueue,
      args: [refundInput(refund, payment, charge)],
      workflowIdConflictPolicy: 'USE_EXISTING',
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}

function refundInput(refund: RefundRecord, payment: PaymentRecord, charge: ChargeRecord): RefundInput {
  const { paymentId, refundId, outTradeNo, amountFen, reason, origin } = refund;
  return {
    paymentId,
    refundId,
    outTradeNo,
    channel: charge.channel,
    amountFen,
    reason,
    origin,
    source: sourceOf[origin],
    proposalNo: payment.proposalNo,
    gapsMs: charge.terms.refundGapsMs,
  };
}
