import { activityInfo, ApplicationFailure, log } from '@temporalio/activity';
import type { IssueRequest, Policy } from '../../core/core.js';
import { failures } from '../../domain/failures.js';
import { policyIssued } from '../../domain/book/entries.js';
import type { PaymentStep } from '../../records/payments.js';
import { counters } from '../saga/counters.js';
import { happenedNow, type Dependencies } from '../saga/dependencies.js';

export interface IssuePolicy {
  request: IssueRequest;
  /** Recorded, with the policy's number, when the policy is issued. */
  step: PaymentStep;
}

export type IssuedPolicy =
  | ({ kind: 'issued' } & Policy)
  | {
      kind: 'refused';
      code: string;
      message: string;
      /** Whether an attempt before the refusal had stayed unknown, so that it may still land. */
      afterUnknown: boolean;
    };

/**
 * Lets the core issue the policy, then books the premium as earned. Safe to repeat: the payment id is the core's
 * idempotency key, and after an attempt of unknown result the core is asked first.
 * Raises `PolicyUnknown` until the core says yes or no.
 */
export function issuePolicy(deps: Dependencies) {
  return async (input: IssuePolicy): Promise<IssuedPolicy> => {
    const { attempt } = activityInfo();
    const found = attempt > 1 ? await deps.core.query(input.request.paymentId) : null;
    const result = found?.kind === 'issued' ? found : await deps.core.issue(input.request);
    switch (result.kind) {
      case 'issued':
        await recordIssued(deps, input, result);
        return { kind: 'issued', policyNo: result.policyNo, issuedAt: result.issuedAt };
      case 'refused':
        counters.policiesRefused.add(1);
        return { kind: 'refused', code: result.code, message: result.message, afterUnknown: attempt > 1 };
      case 'unknown':
        if (attempt >= deps.issueAlertAttempts) {
          counters.issueTrouble.add(1);
          log.warn('the core still does not say whether a policy is issued', {
            paymentId: input.request.paymentId,
            attempt,
            code: result.code,
          });
        }
        throw ApplicationFailure.retryable(`the core did not answer: ${result.code}`, failures.policyUnknown);
    }
  };
}

async function recordIssued(deps: Dependencies, { request, step }: IssuePolicy, policy: Policy): Promise<void> {
  const { paymentId, outTradeNo, amountFen } = request;
  const { policyNo, issuedAt } = policy;
  const { coinsurance = null, terms } = (await deps.payments.find(paymentId)) ?? {};
  const earning = { coinsurance, taxBp: terms?.taxBp ?? 0 };
  await deps.ledger.post(policyIssued({ paymentId, outTradeNo, policyNo, amountFen, ...earning, at: issuedAt }));
  await deps.payments.advance({ ...happenedNow(step, deps), policyNo, issuedAt });
  counters.policiesIssued.add(1);
}
