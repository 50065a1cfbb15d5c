/** What outside code may say to the workflows: names and shapes. Everything here is plain JSON without personal data. */
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { Cashier } from '../../domain/cashier.js';
import type { Evidence } from '../../domain/evidence.js';
import type { RefundSource } from '../../domain/book/journal.js';
import type { Fen } from '../../domain/money.js';
import type { Attention, Decision } from '../../domain/review.js';
import type { ChargeTerms, PaymentTerms } from '../../domain/terms.js';
import type { PaymentStatus } from '../../domain/payment.js';
import type { Cart, Split } from '../../domain/shape.js';

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

/** Workflow types, by the names they are started with. */
export const workflowTypes = {
  premiumPayment: 'premiumPayment',
  refund: 'refund',
  latePayment: 'latePayment',
  splitPayment: 'splitPayment',
  partPayment: 'partPayment',
  cartPayment: 'cartPayment',
  deliverPending: 'deliverPending',
} as const;

/** Input of `premiumPayment`, id `payment/{paymentId}`. */
export interface PremiumPaymentInput {
  paymentId: string;
  proposalNo: string;
  productCode: string;
  amountFen: Fen;
  subject: string;
  method: PaymentMethod;
  merchantId: string;
  /** ISO-8601 UTC. */
  expiresAt: string;
  terms: PaymentTerms;
}

export interface PaymentMethod {
  channel: string;
  product: string;
  /** Where a cashier takes the payment, for products that need it. */
  terminalId?: string;
}

/** Input of `splitPayment`, id `payment/{paymentId}`: the order over the parts. */
export interface SplitPaymentInput {
  paymentId: string;
  proposalNo: string;
  productCode: string;
  amountFen: Fen;
  subject: string;
  split: Split;
  /** ISO-8601 UTC. */
  expiresAt: string;
  terms: PaymentTerms;
  /** What a former run of this workflow knew, where it went on as a new one. */
  carried?: CarriedOrder;
  /** Goes on as a new run after so many events, where the server does not suggest it earlier. */
  continueAfterEvents?: number;
}

/** An order as one run hands it to the next. */
export interface CarriedOrder {
  status: PaymentStatus;
  version: number;
  everWaited: boolean;
  cancelReason: string | null;
  recordedStatus: PaymentStatus;
  /** Until when missing parts may be paid after all, ISO-8601 UTC. */
  reopenedUntil: string | null;
  /** How long a payer has when a part is opened once more, ms. */
  periodMs: number;
  parts: readonly CarriedPart[];
}

interface CarriedPart {
  news: PartNews | null;
  started: boolean;
  word: PartWord['kind'] | null;
}

/** Input of `partPayment`, id `part/{paymentId}/S01`. Its `paymentId` is that of its own record. */
export interface PartPaymentInput extends PremiumPaymentInput {
  partNo: number;
  /** The split payment, and its workflow, that says what becomes of its money. */
  orderPaymentId: string;
  orderWorkflowId: string;
  /** When its money arrives, where that is not as its channel does it. */
  settleAfterDays: number | null;
}

/** Where a part stands, as it tells its order. */
export interface PartNews {
  partNo: number;
  /** Rises with each; an older one changes nothing. */
  version: number;
  status: PaymentStatus;
  paidFen: Fen;
  charge: PaymentSummary['charge'];
  refusal: PaymentSummary['refusal'];
  /** A person has decided that its money goes back, or that it has gone back already; the order has a say in it first. */
  withdrawn: boolean;
  /** The money that counts, once it is received. */
  receipt: { outTradeNo: string; channel: string; tradeNo: string; paidAt: string } | null;
}

/** What an order says to a part. Each is safe to repeat. */
export type PartWord =
  /** No more money is wanted: close, unless money was first; then wait. */
  | { kind: 'end' }
  | { kind: 'giveBack' }
  | { kind: 'issued'; policyNo: string; issuedAt: string }
  /** A closed part may be paid after all, until then. ISO-8601 UTC. */
  | { kind: 'reopen'; expiresAt: string }
  | { kind: 'query' }
  /** Tell once more where you stand. */
  | { kind: 'tell' };

/** Input of `cartPayment`, id `cart/{cartId}`. Its `paymentId` is that of the cart's own record. */
export interface CartPaymentInput extends PremiumPaymentInput {
  cart: Cart;
}

/** Input of `refund`, id `refund/{paymentId}/{refundId}`. */
export interface RefundInput {
  paymentId: string;
  refundId: string;
  outTradeNo: string;
  channel: string;
  amountFen: Fen;
  reason: string;
  origin: 'core' | 'undo' | 'late';
  /** What the money had become: decides the account it is taken from. */
  source: RefundSource;
  proposalNo: string;
  /** `terms.refundGapsMs` of the charge. */
  gapsMs: readonly number[];
}

/** Input of `latePayment`, id `late/{outTradeNo}`. Money it is not started with arrives as `evidence` signals. */
export interface LatePaymentInput {
  paymentId: string;
  outTradeNo: string;
  evidence: readonly Evidence[];
}

/** A fact about a charge. Safe to repeat; the same `evidenceId` counts once. */
export const evidenceSignal = defineSignal<[Evidence]>('evidence');

/** A part tells its order where it stands. */
export const partNewsSignal = defineSignal<[PartNews]>('partNews');

/** An order tells a part what becomes of it. */
export const partWordSignal = defineSignal<[PartWord]>('partWord');

/** A hint to a refund that the channel has news of it. Safe to repeat. */
export const refundNewsSignal = defineSignal('refundNews');

/** A refund tells the payment it undoes that it waits for a person (or, with null, no longer does). */
export const refundAttentionSignal = defineSignal<[Attention | null]>('refundAttention');

/** Answers when the charge is open (or will never be). Safe to repeat. */
export const openUpdate = defineUpdate<PaymentSummary>('open');

/** Another method, with what holds for its charge. */
export interface MethodChange {
  method: PaymentMethod;
  merchantId: string;
  /** Left out by callers from before charges had terms of their own: then the payment's hold. */
  terms?: ChargeTerms;
}

/** Replaces an open charge by one of another method. Fails with `AlreadyPaid` or `NotPossibleNow`. */
export const switchMethodUpdate = defineUpdate<PaymentSummary, [MethodChange]>('switchMethod');

/** Asks to end the payment; answers at once, the end is `closed`, or `paid` when money was first. Fails with `NotPossibleNow`. */
export const cancelUpdate = defineUpdate<PaymentSummary, [{ reason: string }]>('cancel');

/** Asks the channel now instead of at the next query. Answers at once. Fails with `NotPossibleNow`. */
export const queryNowUpdate = defineUpdate<PaymentSummary, [{ by: string }]>('queryNow');

/** A person settles a case. Fails with `ResolutionRejected`, recording nothing, when the decision does not fit. */
export const resolveUpdate = defineUpdate<PaymentStatus, [Resolution]>('resolve');

export interface Resolution {
  decision: Decision;
  reason: string;
  /** Name of the operator's key. */
  by: string;
  /** The item of a cart it is about. */
  paymentId?: string;
}

export const stateQuery = defineQuery<PaymentSummary>('state');

/** A payment as its workflow sees it. */
export interface PaymentSummary {
  paymentId: string;
  status: PaymentStatus;
  version: number;
  charge: { outTradeNo: string; channel: string; product: string; cashier: Cashier | null } | null;
  /** Why the channel would not open the charge, when it refused. */
  refusal: { code: string; message: string } | null;
  policyNo: string | null;
  attention: Attention | null;
  /** Of a split payment. */
  parts?: readonly PartSummary[];
}

/** A part as its order sees it. */
interface PartSummary {
  partId: string;
  partNo: number;
  status: PaymentStatus | 'planned';
  amountFen: Fen;
  paidFen: Fen;
  charge: PaymentSummary['charge'];
}
