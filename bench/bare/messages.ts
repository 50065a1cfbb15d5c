import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { defineSignal, defineUpdate } from '@temporalio/workflow';

export const bareTaskQueue = 'bench-bare';
export const bareWorkflowType = 'barePayment';

export const openUpdate = defineUpdate<string>('open');
export const paidSignal = defineSignal('paid');

export const searchAttributes = {
  paymentStatus: defineSearchAttributeKey('PaymentStatus', SearchAttributeType.KEYWORD),
  channel: defineSearchAttributeKey('Channel', SearchAttributeType.KEYWORD),
  proposalNo: defineSearchAttributeKey('ProposalNo', SearchAttributeType.KEYWORD),
  amountFen: defineSearchAttributeKey('AmountFen', SearchAttributeType.INT),
  needsAttention: defineSearchAttributeKey('NeedsAttention', SearchAttributeType.BOOL),
};
