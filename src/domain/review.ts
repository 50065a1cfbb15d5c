import type { ChargeDoubt } from './charge.js';

/** Why a payment waits for a person. Each has its page in docs/runbook.md. */
export type AttentionReason =
  | ChargeDoubt
  | 'channelSilent'
  | 'issueOverdue'
  | 'refundRefused'
  | 'refundStopped'
  | 'strandedMoney'
  /** Some parts are paid, the time of the others is over, and the rule is to hold. */
  | 'partsMissing'
  /** A part whose order's workflow was ended from outside, so that nobody says what becomes of its money. */
  | 'orderStopped'
  /** An order one of whose parts' workflows was ended from outside. */
  | 'partStopped';

/** What an operator may decide. */
export type Decision =
  /** Ask the channel again and believe its answer of now. */
  | 'recheck'
  /** Call the core again, for another issue deadline. */
  | 'retryIssue'
  /** Give the money back; a policy is looked for first, and cancelled if there is one. */
  | 'refund'
  /** Send the refund once more, under a new number: the old one is proven refused. */
  | 'retryRefund'
  /** The customer has the money by another way; the books say so. */
  | 'settledOutside'
  /** Let the missing parts be paid after all: they are opened once more, for as long again. */
  | 'reopen';

/** The decisions that settle each reason; any other is rejected before it is recorded. */
export const decisionsFor: Record<AttentionReason, readonly Decision[]> = {
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

export const decisions = [
  'recheck',
  'retryIssue',
  'refund',
  'retryRefund',
  'settledOutside',
  'reopen',
] as const satisfies readonly Decision[];

/** A case that waits for a person. */
export interface Attention {
  /** The workflow that waits, and takes the resolution. */
  workflowId: string;
  reason: AttentionReason;
  /** What happened, in a sentence without personal data. */
  detail: string;
  /** ISO-8601 UTC. */
  since: string;
  decisions: readonly Decision[];
}
