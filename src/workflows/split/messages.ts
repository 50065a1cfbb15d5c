import { defineSignal } from '@temporalio/workflow';
import type { Fen } from '../../domain/money.js';
import type { PaymentStatus } from '../../domain/payment.js';
import type { Split } from '../../domain/shape.js';
import type { PaymentTerms } from '../../domain/terms.js';
import type { PaymentSummary, PremiumPaymentInput } from '../collect/messages.js';

export const splitPaymentType = 'splitPayment';
export const partPaymentType = 'partPayment';

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

/** A part tells its order where it stands. */
export const partNewsSignal = defineSignal<[PartNews]>('partNews');

/** An order tells a part what becomes of it. */
export const partWordSignal = defineSignal<[PartWord]>('partWord');
