import { ApplicationFailure } from '@temporalio/activity';
import type { Policy } from '../../core/core.js';
import { failures } from '../../domain/failures.js';
import type { Dependencies } from '../saga/dependencies.js';

export type FoundPolicy = ({ kind: 'issued' } & Policy) | { kind: 'notIssued' };

/** Asks the core whether a payment has a policy. Reads only. Raises `PolicyUnknown` until the core answers. */
export function queryPolicy(deps: Dependencies) {
  return async ({ paymentId }: { paymentId: string }): Promise<FoundPolicy> => {
    const found = await deps.core.query(paymentId);
    if (found.kind === 'unknown') {
      throw ApplicationFailure.retryable(`the core did not answer: ${found.code}`, failures.policyUnknown);
    }
    return found;
  };
}
