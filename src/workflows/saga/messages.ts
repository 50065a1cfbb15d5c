/**
 * What outside code may say to the workflows stands in the `messages.ts` of each wing; here is what all of them share. Everything is
 * plain JSON without personal data.
 */
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { defineSignal, defineUpdate } from '@temporalio/workflow';
import type { Evidence } from '../../domain/evidence.js';
import type { PaymentStatus } from '../../domain/payment.js';
import type { Decision, Review } from '../../domain/review.js';

export const taskQueue = 'payments';

/** Calls of one channel wait in a queue of their own: one that is slow or limited never holds up another. */
export const channelTaskQueue = (channel: string): string => `channel-${channel}`;

/** Search attributes, registered by temporal.yaml. Never personal data: they are not encoded. */
export const searchAttributes = {
  paymentStatus: defineSearchAttributeKey('PaymentStatus', SearchAttributeType.KEYWORD),
  channel: defineSearchAttributeKey('Channel', SearchAttributeType.KEYWORD),
  proposalNo: defineSearchAttributeKey('ProposalNo', SearchAttributeType.KEYWORD),
  policyNo: defineSearchAttributeKey('PolicyNo', SearchAttributeType.KEYWORD),
  amountFen: defineSearchAttributeKey('AmountFen', SearchAttributeType.INT),
  needsAttention: defineSearchAttributeKey('NeedsAttention', SearchAttributeType.BOOL),
};

/** A fact about a charge. Safe to repeat; the same `evidenceId` counts once. */
export const evidenceSignal = defineSignal<[Evidence]>('evidence');

/** A refund tells the payment it undoes that it waits for a person (or, with null, no longer does). */
export const refundAttentionSignal = defineSignal<[Review | null]>('refundAttention');

/** A person settles a review. Fails with `ResolutionRejected`, recording nothing, when the decision does not fit. */
export const resolveUpdate = defineUpdate<PaymentStatus, [Resolution]>('resolve');

export interface Resolution {
  decision: Decision;
  reason: string;
  /** Name of the operator's key. */
  by: string;
  /** The review it is about; left out, the one that is open, of a cart that of this payment. */
  reviewId?: string;
  paymentId?: string;
}
