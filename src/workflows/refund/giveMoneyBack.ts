import { condition, ParentClosePolicy, startChild, TemporalFailure } from '@temporalio/workflow';
import { refundWorkflowId } from '../../domain/ids.js';
import type { Review } from '../../domain/review.js';
import type { RunningCase } from '../saga/runningCase.js';
import { startOptions } from '../saga/startOptions.js';
import { inRecords } from '../saga/steps.js';
import { refundType, type RefundInput } from './messages.js';
import type { refund as refundWorkflow } from './refund.js';

/** A refund that this payment itself needs. */
export type OwnRefund = Omit<RefundInput, 'paymentId' | 'carried'>;

/**
 * Gives a charge's money back as a workflow of its own and waits until it is known. A refund that waits for a person
 * makes the payment wait visibly too. A payment that has ended otherwise (issued, and paid twice) keeps its status.
 */
export async function giveMoneyBack(payment: RunningCase, refund: OwnRefund): Promise<void> {
  payment.note('RefundStarted', `${refund.amountFen} fen of ${refund.outTradeNo}: ${refund.reason}`);
  payment.moveTo('refunding');
  await inRecords.recordPayment.executeWithOptions({ summary: 'record refunding' }, [{ step: payment.step() }]);
  while (!(await refundEnds(payment, refund))) {
    const detail = `refund ${refund.refundId} of ${refund.outTradeNo} was stopped from outside`;
    await payment.waitForPerson({ reason: 'refundStopped', detail });
    payment.moveTo('refunding');
  }
  payment.refundReview = null;
}

/** Runs the refund to its end. False when it was stopped before; it can be run again, for its numbers stay the same. */
async function refundEnds(payment: RunningCase, refund: OwnRefund): Promise<boolean> {
  const { paymentId } = payment;
  try {
    const child = await startRefund(paymentId, refund);
    await waitVisibly(payment, child.result());
    return true;
  } catch (error) {
    if (!(error instanceof TemporalFailure)) throw error;
    // Stopped, or there already, as after a reset: the record tells whether the money is back.
    const status = await inRecords.findRefund.executeWithOptions({ summary: `is ${refund.refundId} done?` }, [
      { paymentId, refundId: refund.refundId },
    ]);
    return status === 'refunded' || status === 'settledOutside';
  }
}

/** While the refund waits for a person, so does the payment. Raises what the refund raises. */
async function waitVisibly(payment: RunningCase, result: Promise<unknown>): Promise<void> {
  const end: { reached: boolean } = { reached: false };
  const reached = result.finally(() => (end.reached = true));
  reached.catch(() => undefined);
  let shown: Review | null = null;
  for (;;) {
    await condition(() => end.reached || payment.refundReview !== shown);
    if (end.reached) break;
    shown = payment.refundReview;
    payment.note(shown === null ? 'AttentionResolved' : 'AttentionRaised', shown?.detail ?? 'the refund goes on');
    payment.moveTo(shown === null ? 'refunding' : 'needsAttention');
    await inRecords.recordPayment.executeWithOptions({ summary: `record ${payment.status}` }, [
      { step: payment.step() },
    ]);
  }
  await reached;
}

async function startRefund(paymentId: string, refund: OwnRefund) {
  const { refundId, outTradeNo, channel, proposalNo, amountFen, reason } = refund;
  return startChild<typeof refundWorkflow>(refundType, {
    ...startOptions({
      workflowId: refundWorkflowId({ paymentId, refundId }),
      summary: `refund ${amountFen} fen of ${outTradeNo}: ${reason}`,
      status: 'refunding',
      ...{ channel, proposalNo, amountFen },
    }),
    // One that was stopped may be run again under its id and numbers; one that has ended well may not.
    workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
    // A refund that owns money outlives whatever becomes of its parent.
    parentClosePolicy: ParentClosePolicy.ABANDON,
    args: [{ ...refund, paymentId }],
  });
}
