import { randomInt } from 'node:crypto';
import { canonical } from '../shared/canonical.js';
import type { IssueRequest } from './contract.js';

export type Policy = {
  readonly policyNo: string;
  readonly issuedAt: Date;
  readonly request: IssueRequest;
  cancelled: boolean;
};

type Refusal = { readonly code: string; readonly message: string };

/** What the core knows of one payment: at most one policy ever, and a refusal that stays. */
export type Case = {
  readonly paymentId: string;
  policy?: Policy;
  refusal?: Refusal;
  issueCalls: number;
  queryCalls: number;
};

export type IssueResult =
  | { readonly kind: 'issued'; readonly policy: Policy; readonly isNew: boolean }
  | { readonly kind: 'otherContent' }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

export class PolicyBook {
  readonly #cases = new Map<string, Case>();
  /** Not from one: numbers must not come again when the core is restarted and its memory is gone. */
  #lastNumber = randomInt(10 ** 11);

  caseOf(paymentId: string): Case {
    const known = this.#cases.get(paymentId) ?? { paymentId, issueCalls: 0, queryCalls: 0 };
    this.#cases.set(paymentId, known);
    return known;
  }

  /** One policy per payment: the same request again finds the same policy, another request is a conflict. */
  issue(request: IssueRequest, now: Date): IssueResult {
    const known = this.caseOf(request.paymentId);
    if (known.refusal !== undefined) return { kind: 'refused', refusal: known.refusal };
    if (known.policy !== undefined) return this.#repeat(known.policy, request);
    this.#lastNumber += 1;
    const policyNo = `PD${String(this.#lastNumber).padStart(12, '0')}`;
    known.policy = { policyNo, issuedAt: now, request, cancelled: false };
    return { kind: 'issued', policy: known.policy, isNew: true };
  }

  /** A policy in force; a cancelled one is none. */
  inForce(paymentId: string): Policy | undefined {
    const policy = this.#cases.get(paymentId)?.policy;
    return policy?.cancelled === false ? policy : undefined;
  }

  findByPolicyNo(policyNo: string): Policy | undefined {
    return this.all().find(({ policy }) => policy?.policyNo === policyNo)?.policy;
  }

  all(): Case[] {
    return [...this.#cases.values()];
  }

  clear(): void {
    this.#cases.clear();
  }

  #repeat(policy: Policy, request: IssueRequest): IssueResult {
    if (canonical(policy.request) !== canonical(request)) return { kind: 'otherContent' };
    if (!policy.cancelled) return { kind: 'issued', policy, isNew: false };
    return {
      kind: 'refused',
      refusal: { code: 'POLICY_CANCELLED', message: 'the policy of this payment was cancelled' },
    };
  }
}
