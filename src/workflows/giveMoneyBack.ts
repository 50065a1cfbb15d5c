import { condition, ParentClosePolicy, startChild } from '@temporalio/workflow';
import { refundWorkflowId } from '../domain/ids.js';
import type { Fen } from '../domain/money.js';
import type { Attention } from '../domain/payment.js';
import { searchAttributes, workflowTypes, type RefundInput } from './messages.js';
import type { PaymentCase } from './paymentCase.js';
import { inRecords } from './steps.js';
import type { refund as refundWorkflow } from './refund.js';

/** A refund that this payment itself needs. */
export type OwnRefund = Omit<RefundInput, 'paymentId' | 'amountFen'> & { amountFen: Fen };

/**
 * Gives a charge's money back as a workflow of its own and waits until it is known. A refund that waits for a person
 * makes the payment wait visibly too. A payment that has ended otherwise (issued, and paid twice) keeps its status.
 */
export async function giveMoneyBack(payment: PaymentCase, refund: OwnRefund): Promise<void> {
  const { paymentId } = payment;
  payment.note('RefundStarted', `${refund.amountFen} fen of ${refund.outTradeNo}: ${refund.reason}`);
  if (payment.leads) payment.moveTo('refunding');
  await inRecords.recordPayment.executeWithOptions({ summary: 'record refunding' }, [{ step: payment.step() }]);
  const child = await startRefund(paymentId, refund);
  const end: { reached: boolean } = { reached: false };
  const result = child.result().finally(() => (end.reached = true));
  result.catch(() => undefined);
  let shown: Attention | null = null;
  for (;;) {
    await condition(() => end.reached || payment.attention !== shown);
    if (end.reached) break;
    shown = payment.attention;
    payment.note(shown === null ? 'AttentionResolved' : 'AttentionRaised', shown?.detail ?? 'the refund goes on');
    if (payment.leads) payment.moveTo(shown === null ? 'refunding' : 'needsAttention');
    await inRecords.recordPayment.executeWithOptions({ summary: `record ${payment.status}` }, [
      { step: payment.step() },
    ]);
  }
  await result;
  payment.attention = null;
}

async function startRefund(paymentId: string, refund: OwnRefund) {
  return startChild<typeof refundWorkflow>(workflowTypes.refund, {
    workflowId: refundWorkflowId({ paymentId, refundId: refund.refundId }),
    workflowIdReusePolicy: 'REJECT_DUPLICATE',
    // A refund that owns money outlives whatever becomes of its parent.
    parentClosePolicy: ParentClosePolicy.ABANDON,
    staticSummary: `refund ${refund.amountFen} fen of ${refund.outTradeNo}: ${refund.reason}`,
    typedSearchAttributes: [
      { key: searchAttributes.paymentStatus, value: 'refunding' },
      { key: searchAttributes.channel, value: refund.channel },
      { key: searchAttributes.proposalNo, value: refund.proposalNo },
      { key: searchAttributes.amountFen, value: refund.amountFen },
      { key: searchAttributes.needsAttention, value: false },
    ],
    args: [{ ...refund, paymentId }],
  });
}
