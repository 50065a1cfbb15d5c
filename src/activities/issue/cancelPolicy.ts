import { ApplicationFailure } from '@temporalio/activity';
import { failures } from '../../domain/failures.js';
import { journalKeys } from '../../domain/book/journalKeys.js';
import type { Dependencies } from '../saga/dependencies.js';

export interface CancelPolicy {
  policyNo: string;
  paymentId: string;
  reason: string;
  /** ISO-8601 UTC: when it was decided. */
  at: string;
}

/**
 * Undoes an issue: the core cancels the policy, and the book takes back its income where an attempt that was given up
 * had booked it. Safe to repeat. Raises `PolicyUnknown` until the core confirms.
 */
export function cancelPolicy(deps: Dependencies) {
  return async ({ policyNo, paymentId, reason, at }: CancelPolicy): Promise<void> => {
    const result = await deps.core.cancel({ policyNo, paymentId, reason });
    if (result.kind === 'unknown') {
      throw ApplicationFailure.retryable(`the core did not answer: ${result.code}`, failures.policyUnknown);
    }
    const key = journalKeys.issued(paymentId);
    const journals = await deps.ledger.ofPayment(paymentId);
    if (journals.some((journal) => journal.key === key)) await deps.ledger.reverse({ key, at, reason });
  };
}
