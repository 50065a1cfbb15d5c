import { ActivityFailure } from '@temporalio/workflow';
import type { IssueRequest } from '../../activities/index.js';
import type { PaymentTerms } from '../../domain/terms.js';
import { nowIso } from '../saga/clock.js';
import type { PaymentCase } from '../saga/paymentCase.js';
import { atCore } from '../saga/steps.js';

/** `sinceUnknown`: a call that was given up as unknown may still land. */
export type Issued = { kind: 'issued'; issuedAt: string } | { kind: 'notIssued'; sinceUnknown: boolean };

/**
 * The core issues the policy. It is asked without end within its deadline; then a person decides between another round
 * and giving the money back. Only a refusal by the core or that decision leaves without a policy. `as`: where the payment
 * stands then; one whose policy may yet have to be cancelled for another's sake stays paid.
 */
export async function issueUntilKnown(
  payment: PaymentCase,
  request: IssueRequest,
  terms: Pick<PaymentTerms, 'issueDeadlineMs'>,
  as: 'issued' | 'paid' = 'issued',
): Promise<Issued> {
  for (let round = 1; ; round += 1) {
    const result = await askCore(payment, request, { terms, round, as });
    if (result.kind === 'issued') return { kind: 'issued', issuedAt: result.issuedAt };
    if (result.kind === 'refused') {
      payment.note('PolicyRefused', `${result.code}: ${result.message}`);
      return { kind: 'notIssued', sinceUnknown: round > 1 || result.afterUnknown };
    }
    const resolution = await payment.waitForPerson({
      reason: 'issueOverdue',
      detail: `the core has not said in ${Math.round(terms.issueDeadlineMs / 60_000)} min whether the policy is issued`,
    });
    if (resolution?.decision === 'refund') return { kind: 'notIssued', sinceUnknown: true };
    payment.moveTo('paid');
  }
}

async function askCore(
  payment: PaymentCase,
  request: IssueRequest,
  { terms, round, as }: { terms: Pick<PaymentTerms, 'issueDeadlineMs'>; round: number; as: 'issued' | 'paid' },
) {
  const step = payment.propose({ status: as }, { type: 'PolicyIssued', detail: `for ${request.amountFen} fen` });
  try {
    const result = await atCore.issuePolicy.executeWithOptions(
      {
        summary: round === 1 ? `issue policy for proposal ${request.proposalNo}` : `issue policy, round ${round}`,
        scheduleToCloseTimeout: terms.issueDeadlineMs,
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

/** Undoes an issue: a policy that exists in spite of everything is cancelled before money goes back. */
export async function undoPolicy(
  payment: PaymentCase,
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
