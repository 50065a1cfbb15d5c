import { ApplicationFailure } from '@temporalio/activity';
import { failures } from '../domain/failures.js';
import type { Dependencies } from './dependencies.js';

/** Undoes an issue: the core cancels the policy. Safe to repeat. Raises `PolicyUnknown` until the core confirms. */
export function cancelPolicy(deps: Dependencies) {
  return async (policy: { policyNo: string; paymentId: string; reason: string }): Promise<void> => {
    const result = await deps.core.cancel(policy);
    if (result.kind === 'unknown') {
      throw ApplicationFailure.retryable(`the core did not answer: ${result.code}`, failures.policyUnknown);
    }
  };
}
