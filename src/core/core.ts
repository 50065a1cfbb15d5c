import type { Fen } from '../domain/money.js';

/** The insurer's core system, which turns a paid proposal into a policy. */
export interface Core {
  /**
   * Issues the policy. The payment id is the idempotency key, so repeating is safe and gives the same policy.
   * Only HTTP 422 is a refusal; every other trouble is `unknown`.
   */
  issue(request: IssueRequest): Promise<IssueResult>;
  /** Asks whether a policy was issued for a payment. Reads only. */
  query(paymentId: string): Promise<PolicyLookup>;
  /** Cancels an issued policy. Safe to repeat. */
  cancel(policy: { policyNo: string; paymentId: string; reason: string }): Promise<{ kind: 'cancelled' } | Unknown>;
  /** Longest time one call may take before its result is unknown, ms. */
  readonly timeoutMs: number;
}

export interface IssueRequest {
  paymentId: string;
  proposalNo: string;
  amountFen: Fen;
  /** ISO-8601 UTC. */
  paidAt: string;
  channel: string;
  outTradeNo: string;
  channelTradeNo: string;
}

export interface Policy {
  policyNo: string;
  /** ISO-8601 UTC. */
  issuedAt: string;
}

type Unknown = { kind: 'unknown'; code: string };

export type IssueResult = ({ kind: 'issued' } & Policy) | { kind: 'refused'; code: string; message: string } | Unknown;

export type PolicyLookup = ({ kind: 'issued' } & Policy) | { kind: 'notIssued' } | Unknown;
