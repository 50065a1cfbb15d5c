import type { ChargeDoubt } from './charge.js';

/** Where a payment stands. See docs/payment-lifecycle.md. */
export const paymentStatuses = [
  'opening',
  'awaitingPayment',
  'partlyPaid',
  'closing',
  'closed',
  'paid',
  'issued',
  'refunding',
  'refunded',
  'needsAttention',
] as const;
export type PaymentStatus = (typeof paymentStatuses)[number];

const nextStatuses: Record<PaymentStatus, readonly PaymentStatus[]> = {
  opening: ['awaitingPayment', 'closing', 'closed', 'paid', 'needsAttention'],
  awaitingPayment: ['opening', 'closing', 'closed', 'paid', 'needsAttention'], // opening again: the payer switched method
  partlyPaid: ['paid', 'refunding', 'needsAttention'],
  closing: ['closed', 'opening', 'paid', 'needsAttention'],
  // Money that came late leaves `closed`, and a part that a person opens once more.
  closed: ['paid', 'opening', 'refunding', 'needsAttention'],
  paid: ['issued', 'refunding', 'needsAttention'],
  issued: [],
  refunding: ['refunded', 'needsAttention'],
  refunded: [],
  needsAttention: [
    'opening',
    'awaitingPayment',
    'partlyPaid',
    'closing',
    'closed',
    'paid',
    'issued',
    'refunding',
    'refunded',
  ],
};

/** Whether a payment may move from one status to another. `issued` and `refunded` are never left. */
export function mayMove(move: { from: PaymentStatus; to: PaymentStatus }): boolean {
  return move.from === move.to || nextStatuses[move.from].includes(move.to);
}

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

/** What happened to a payment, past tense, in order; shown as its timeline. */
export interface PaymentEvent {
  type:
    | 'PaymentRegistered'
    | 'ChargeOpened'
    | 'ChargeRefused'
    | 'ChargePaid'
    | 'ChargeClosing'
    | 'ChargeClosed'
    | 'CancelRequested'
    | 'PremiumReceived'
    | 'PolicyIssued'
    | 'PolicyRefused'
    | 'PolicyCancelled'
    | 'AttentionRaised'
    | 'AttentionResolved'
    | 'MethodSwitched'
    | 'RefundStarted'
    | 'ChargeRefunded'
    | 'LateMoneyReceived'
    | 'PaymentRevived'
    | 'PartPaid'
    | 'PartEnded'
    | 'PartsReopened';
  /** ISO-8601 UTC. */
  at: string;
  /** A sentence without personal data: numbers, amounts, codes. */
  detail: string;
}

/** How long and how often a channel is asked, fixed for a charge when it is made, so that a change of configuration never changes a running one. */
export interface ChargeTerms {
  /** Gaps between queries, ms; after the last one each further gap doubles, up to an hour. */
  queryGapsMs: readonly number[];
  /** Pauses before a refund of unknown outcome is asked about again, ms; then each doubles, up to an hour. */
  refundGapsMs: readonly number[];
  /** How long after expiry an order that could not be closed is still watched, ms. */
  closeMarginMs: number;
}

/** The part of a payment's terms that is its channel's. */
export function chargeTermsOf({ queryGapsMs, refundGapsMs, closeMarginMs }: ChargeTerms): ChargeTerms {
  return { queryGapsMs, refundGapsMs, closeMarginMs };
}

/** The terms of a payment's first charge, and what holds for all of it. */
export interface PaymentTerms extends ChargeTerms {
  /** How long the core may stay silent before a person decides, ms. */
  issueDeadlineMs: number;
  /** What becomes of money that arrives after closing. */
  latePayment: 'refund' | 'revive';
  /** Output tax within the premium, basis points of what is left of it without; none unless said. */
  taxBp?: number;
}

export const queryGapMaxMs = 3_600_000;

/** The pause before the nth query (from 1), ms. */
export function queryGapMs(terms: Pick<ChargeTerms, 'queryGapsMs'>, queryNo: number): number {
  return gapMs(terms.queryGapsMs, queryNo);
}

/**
 * The nth pause (from 1) of a list, ms; beyond it each is twice the one before, up to an hour, so that asking for weeks
 * still fits a workflow's history.
 */
export function gapMs(gapsMs: readonly number[], no: number): number {
  const listed = gapsMs[no - 1];
  if (listed !== undefined) return listed;
  const last = gapsMs.at(-1) ?? 10_000;
  return Math.min(last * 2 ** (no - gapsMs.length), Math.max(last, queryGapMaxMs));
}
