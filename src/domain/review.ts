import type { ChargeDoubt } from './charge.js';

/** Why something waits for a person. Each has its page in docs/runbook.md. */
export type ReviewReason =
  | ChargeDoubt
  | 'channelSilent'
  | 'issueOverdue'
  | 'refundRefused'
  | 'refundStopped'
  | 'strandedMoney'
  /** Some parts are paid, the time of the others is over, and the rule is to hold. */
  | 'partsMissing'
  /** A part whose split payment's workflow was ended from outside, so that nobody says what becomes of its money. */
  | 'orderStopped'
  /** A split payment one of whose parts' workflows was ended from outside. */
  | 'partStopped';

/** What an operator may decide. */
export const decisions = [
  /** Ask the channel again and believe its answer of now. */
  'recheck',
  /** Call the core again, for another issue deadline. */
  'retryIssue',
  /** Give the money back; a policy is looked for first, and cancelled if there is one. */
  'refund',
  /** Send the refund once more, under a new number: the old one is proven refused. */
  'retryRefund',
  /** The customer has the money by another way; the books say so. */
  'settledOutside',
  /** Let the missing parts be paid after all: they are opened once more, for as long again. */
  'reopen',
] as const;
export type Decision = (typeof decisions)[number];

/** The decisions that settle each reason; any other is rejected before it is recorded. */
export const decisionsFor: Record<ReviewReason, readonly Decision[]> = {
  amountMismatch: ['recheck', 'refund'],
  merchantMismatch: ['recheck'],
  contradictoryEvidence: ['recheck', 'refund'],
  returnedOutside: ['recheck', 'settledOutside'],
  issueOverdue: ['retryIssue', 'refund'],
  channelSilent: ['recheck'],
  refundStopped: ['recheck'],
  strandedMoney: ['settledOutside'],
  refundRefused: ['retryRefund', 'settledOutside'],
  partsMissing: ['reopen', 'refund'],
  orderStopped: ['recheck', 'refund'],
  partStopped: ['recheck'],
};

/** What kind of workflow waits, and so whose queue a review is in. */
export const reviewKinds = ['payment', 'part', 'cart', 'refund', 'latePayment'] as const;
export type ReviewKind = (typeof reviewKinds)[number];

/** What a review is about. */
export interface ReviewSubject {
  kind: ReviewKind;
  /** The record that waits: of a payment, a part, a cart or an item. */
  paymentId: string;
  refundId: string | null;
}

/** A case that waits for a person, as its workflow raises it. */
export interface Review extends ReviewSubject {
  reviewId: string;
  /** The workflow that waits, and takes the decision. */
  workflowId: string;
  /** The channel it happened at; null where no single one is meant. */
  channel: string | null;
  reason: ReviewReason;
  /** What happened, in a sentence without personal data. */
  detail: string;
  decisions: readonly Decision[];
  /** ISO-8601 UTC. */
  raisedAt: string;
}

/** How a review ended: by a person's decision, or with null by facts that left nothing to decide. */
export interface ReviewEnd {
  /** ISO-8601 UTC. */
  settledAt: string;
  decision: Decision | null;
  /** Name of the person's key; null where facts settled it. */
  by: string | null;
  reason: string;
}

/** What a step says of reviews; recorded together with it. */
export type ReviewChange = { kind: 'raised'; review: Review } | { kind: 'settled'; reviewId: string; end: ReviewEnd };

/**
 * Names a review by who waits and since when, so that a repeat of the step that raises it means the same review and a workflow
 * that is run again means another. `item`: the payment of a cart it is about, where the cart's workflow may wait for several.
 */
export function reviewIdFor(wait: { workflowId: string; item: string | null; raisedAt: string }): string {
  const since = Date.parse(wait.raisedAt).toString(36);
  return [...wait.workflowId.split('/'), ...(wait.item === null ? [] : [wait.item]), since].join('.');
}
