import { ActivityFailure } from '@temporalio/workflow';
import type { IssueRequest } from '../../activities/index.js';
import type { Receipt } from '../../domain/charge.js';
import type { Fen } from '../../domain/money.js';
import type { PaymentTerms } from '../../domain/terms.js';
import { nowIso } from '../saga/clock.js';
import { Compensations } from '../saga/compensations.js';
import type { RunningCase } from '../saga/runningCase.js';
import { atCore } from '../saga/steps.js';

/** What became of asking for a policy. `sinceUnknown`: a call that was given up as unknown may still land. */
export type Issued = { kind: 'issued'; issuedAt: string } | { kind: 'notIssued'; sinceUnknown: boolean };

/** How a policy is asked for, and what is done where there is none. */
export interface Issuing<Outcome extends { kind: string }> {
  /** Asks the core, or whoever does it for this payment, until it is known. */
  issue: () => Promise<Outcome | Issued>;
  /** Gives back all of the money. Called when no policy stands in its way. */
  giveBack: () => Promise<void>;
  /** Cancels a policy that exists in spite of everything; by default that of this payment. */
  cancel?: (reason: string) => Promise<void>;
  /** Why a policy is cancelled that the core has after all. */
  reason?: string;
}

/**
 * Issue or undo: without a policy whatever the core may have issued is cancelled, the money goes back, and where a call
 * had been given up as unknown the core is looked at once more, for that call may have landed while the money went back.
 * Every undo is registered before the core is asked and looks before it acts.
 */
export async function issueOrUndo<Outcome extends { kind: string } = never>(
  payment: RunningCase,
  { issue, giveBack, cancel, reason = 'the premium is refunded' }: Issuing<Outcome>,
): Promise<Outcome | Issued> {
  const cancelAny = cancel ?? ((why: string) => cancelPolicyIfAny(payment, why));
  const undo = new Compensations();
  undo.add(giveBack);
  undo.add(() => cancelAny(reason));
  const outcome = await issue();
  if (!isNotIssued(outcome)) return outcome;
  await undo.run();
  if (outcome.sinceUnknown) await cancelAny('the premium was refunded');
  return outcome;
}

function isNotIssued(outcome: { kind: string }): outcome is Extract<Issued, { kind: 'notIssued' }> {
  return outcome.kind === 'notIssued';
}

/** The core's request for a premium: its charge and receipt say when and how it was paid. */
export function issueRequest(
  { paymentId, proposalNo, amountFen }: { paymentId: string; proposalNo: string; amountFen: Fen },
  paid: { outTradeNo: string; channel: string; receipt: Pick<Receipt, 'tradeNo' | 'paidAt'> },
): IssueRequest {
  const { outTradeNo, channel, receipt } = paid;
  const { paidAt, tradeNo: channelTradeNo } = receipt;
  return { paymentId, proposalNo, amountFen, paidAt, channel, outTradeNo, channelTradeNo };
}

/**
 * The core issues the policy. It is asked without end within its deadline; then a person decides between another round
 * and giving the money back. Only a refusal by the core or that decision leaves without a policy. `as`: where the payment
 * stands then; one whose policy may yet have to be cancelled for another's sake stays paid.
 */
export async function issueUntilKnown(
  payment: RunningCase,
  request: IssueRequest,
  { issueDeadlineMs, as = 'issued' }: Pick<PaymentTerms, 'issueDeadlineMs'> & { as?: 'issued' | 'paid' },
): Promise<Issued> {
  for (let round = 1; ; round += 1) {
    const result = await askCore(payment, request, { issueDeadlineMs, round, as });
    if (result.kind === 'issued') return { kind: 'issued', issuedAt: result.issuedAt };
    if (result.kind === 'refused') {
      payment.note('PolicyRefused', `${result.code}: ${result.message}`);
      return { kind: 'notIssued', sinceUnknown: round > 1 || result.afterUnknown };
    }
    const resolution = await payment.waitForPerson({
      reason: 'issueOverdue',
      detail: `the core has not said in ${Math.round(issueDeadlineMs / 60_000)} min whether the policy is issued`,
    });
    if (resolution?.decision === 'refund') return { kind: 'notIssued', sinceUnknown: true };
    payment.moveTo('paid');
  }
}

async function askCore(
  payment: RunningCase,
  request: IssueRequest,
  { issueDeadlineMs, round, as }: { issueDeadlineMs: number; round: number; as: 'issued' | 'paid' },
) {
  const step = payment.propose({ status: as }, { type: 'PolicyIssued', detail: `for ${request.amountFen} fen` });
  try {
    const result = await atCore.issuePolicy.executeWithOptions(
      {
        summary: round === 1 ? `issue policy for proposal ${request.proposalNo}` : `issue policy, round ${round}`,
        scheduleToCloseTimeout: issueDeadlineMs,
      },
      [{ request, step }],
    );
    if (result.kind === 'issued') {
      payment.accept(step);
      payment.policyNo = result.policyNo;
      payment.moveTo(as);
    }
    return result;
  } catch (error) {
    // Past the deadline: silence is not failure, so nothing is undone until somebody or the core says so.
    if (error instanceof ActivityFailure) return { kind: 'unknown' as const };
    throw error;
  }
}

/** Looks whether the core has a policy for the payment, and cancels it. Safe to repeat. */
export async function cancelPolicyIfAny(
  payment: RunningCase,
  reason: string,
  paymentId: string = payment.paymentId,
): Promise<void> {
  const found = await atCore.queryPolicy.executeWithOptions({ summary: `is there a policy for ${paymentId}?` }, [
    { paymentId },
  ]);
  if (found.kind === 'notIssued') return;
  await atCore.cancelPolicy.executeWithOptions({ summary: `cancel policy ${found.policyNo}` }, [
    { policyNo: found.policyNo, paymentId, reason, at: nowIso() },
  ]);
  payment.note('PolicyCancelled', `${found.policyNo}: ${reason}`);
}
