import { WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError, type Client } from '@temporalio/client';
import type { ChargeOutcome, Evidence } from '../domain/evidence.js';
import { collectorOf, lateWorkflowId, paymentWorkflowId, refundWorkflowId } from '../domain/ids.js';
import { fen } from '../domain/money.js';
import type { ChargeRecord, Charges } from '../records/charges.js';
import type { EvidenceRecord } from '../records/evidence.js';
import type { Refunds, RefundStatus } from '../records/refunds.js';
import { evidenceSignal, taskQueue } from '../workflows/saga/messages.js';
import { refundNewsSignal } from '../workflows/refund/messages.js';
import { latePaymentType, type LatePaymentInput } from '../workflows/late/messages.js';
import { reviewType, type ReviewInput } from '../workflows/review/messages.js';
import { startOptions } from '../workflows/saga/startOptions.js';

export interface EvidenceDelivery {
  client: Client;
  charges: Pick<Charges, 'find'>;
  refunds: Pick<Refunds, 'ofCharge'>;
}

/** A believed, stored fact on its way to the workflow that waits for it. */
export type StoredFact = Pick<EvidenceRecord, 'evidenceId' | 'paymentId' | 'outTradeNo' | 'evidence'>;

export type Delivery =
  /** A workflow has it. */
  | 'signalled'
  /** Money that nobody waited for any more: its own workflow was started. */
  | 'lateStarted'
  /** It says again what is on record, or nothing that moves money. */
  | 'nothingNew'
  /** Other money than what is on record, and all workflows of its charge have ended: a review of its own waits for a person. */
  | 'stranded';

/**
 * Brings a stored fact to the workflow it concerns: the payment's, or, when that has ended and money came nevertheless,
 * the late payment's. Safe to repeat; workflows count the same `evidenceId` once. Raises what the client raises when
 * Temporal is away: the fact stays undelivered and is brought again.
 */
export async function deliverEvidence(delivery: EvidenceDelivery, fact: StoredFact): Promise<Delivery> {
  const { paymentId, outTradeNo, evidence } = fact;
  if (paymentId === null) return 'nothingNew';
  if (evidence === null) return nudgeRefunds(delivery, outTradeNo);
  // The payment's, or that of the part or the cart that the number says it is.
  const collector = delivery.client.workflow.getHandle(
    collectorOf(evidence.outTradeNo) ?? paymentWorkflowId(paymentId),
  );
  const signalled = await whileRunning(() => collector.signal(evidenceSignal, evidence));
  return signalled ? 'signalled' : deliverLate(delivery, paymentId, evidence);
}

async function deliverLate(delivery: EvidenceDelivery, paymentId: string, evidence: Evidence): Promise<Delivery> {
  const { outcome, outTradeNo } = evidence;
  if (outcome.kind !== 'paid' && outcome.kind !== 'returned') return 'nothingNew';
  const charge = await delivery.charges.find(outTradeNo);
  if (charge === null || isOnRecord(charge, outcome)) return 'nothingNew';
  const { channel, merchantId, amountFen } = charge;
  const found = { channel, amountFen, status: 'closed' } as const;
  const summary = `money for ${outTradeNo} after its payment had ended`;
  try {
    await delivery.client.workflow.signalWithStart<(input: LatePaymentInput) => Promise<unknown>, [Evidence]>(
      latePaymentType,
      {
        ...startOptions({ workflowId: lateWorkflowId(outTradeNo), summary, ...found }),
        taskQueue,
        args: [{ paymentId, outTradeNo, evidence: [] }],
        signal: evidenceSignal,
        signalArgs: [evidence],
      },
    );
    return 'lateStarted';
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    // It ended between our look at the charge and now, or it ended long ago over other money.
    if (isOnRecord(await delivery.charges.find(outTradeNo), outcome)) return 'nothingNew';
    await startReview(delivery, { paymentId, channel, merchantId, evidence });
    return 'stranded';
  }
}

/** A person must look; safe to repeat, for the id is the fact's. */
async function startReview({ client }: EvidenceDelivery, input: ReviewInput): Promise<void> {
  const { channel, evidence } = input;
  const { outcome, outTradeNo, evidenceId } = evidence;
  const amountFen = 'paidFen' in outcome ? outcome.paidFen : fen(0);
  const summary = `money came again for ${outTradeNo}, and nobody waits for it`;
  const found = { channel, amountFen, status: 'needsAttention' } as const;
  try {
    await client.workflow.start<(input: ReviewInput) => Promise<unknown>>(reviewType, {
      ...startOptions({ workflowId: `review/${evidenceId}`, summary, ...found }),
      taskQueue,
      workflowIdConflictPolicy: 'USE_EXISTING',
      args: [input],
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}

/** Whether the charge is on record as paid by exactly this money. Read after the workflow was found ended, so it is final. */
function isOnRecord(
  charge: ChargeRecord | null,
  money: Extract<ChargeOutcome, { kind: 'paid' | 'returned' }>,
): boolean {
  return charge?.status === 'paid' && charge.tradeNo === money.tradeNo && charge.paidFen === money.paidFen;
}

const settled: readonly RefundStatus[] = ['refunded', 'settledOutside'];

/**
 * A channel's news of a refund is only a hint to ask: its amounts may be cumulative, and not every channel names the
 * refund. So every unsettled refund of the charge is told.
 */
async function nudgeRefunds({ client, refunds }: EvidenceDelivery, outTradeNo: string | null): Promise<Delivery> {
  if (outTradeNo === null) return 'nothingNew';
  const waiting = (await refunds.ofCharge(outTradeNo)).filter(({ status }) => !settled.includes(status));
  const told = await Promise.all(
    waiting.map((refund) =>
      whileRunning(() => client.workflow.getHandle(refundWorkflowId(refund)).signal(refundNewsSignal)),
    ),
  );
  return told.includes(true) ? 'signalled' : 'nothingNew';
}

async function whileRunning(signal: () => Promise<void>): Promise<boolean> {
  try {
    await signal();
    return true;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}
