import { defineQuery, defineUpdate } from '@temporalio/workflow';
import type { Cashier } from '../../domain/cashier.js';
import type { Fen } from '../../domain/money.js';
import type { PaymentStatus } from '../../domain/payment.js';
import type { Review } from '../../domain/review.js';
import type { ChargeTerms, PaymentTerms } from '../../domain/terms.js';

export const premiumPaymentType = 'premiumPayment';

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
  attention: Review | null;
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
