import { assertNever } from '../../domain/assertNever.js';
import type { PaymentFilter, PaymentRecord } from '../../records/payments.js';
import type { PageRequest } from '../../records/page.js';
import type { Caller } from '../http/auth.js';
import type { ApiDeps } from '../deps.js';
import { everythingOf, evidenceOf, ofRow, relatedTo } from './related.js';
import { Problem } from '../http/problem.js';
import type { ListedPayment, PaymentView } from './paymentSchema.js';
import { listedView, paymentView } from './payment.js';
import type { TemporalLink } from '../http/temporalLinks.js';

/** Payments as they are read: from the read model, never from workflows. */
export interface PaymentReader {
  /** Raises the problem `not-found`. */
  find(paymentId: string, caller: Caller): Promise<PaymentView>;
  /** Newest first. Raises BadCursor. */
  list(
    filter: PaymentFilter,
    page: PageRequest,
    caller: Caller,
  ): Promise<{ payments: ListedPayment[]; next: string | null }>;
}

export function createPaymentReader(deps: ApiDeps, link: TemporalLink): PaymentReader {
  return {
    async find(paymentId, caller) {
      const payment = await findPayment(deps, paymentId);
      const everything = await everythingOf(deps, payment);
      const evidence = await evidenceOf(deps, payment, everything);
      return paymentView(payment, { ...everything, evidence }, { caller, link });
    },

    async list(filter, page, caller) {
      const { rows, next } = await deps.payments.list(filter, page);
      const related = await relatedTo(deps, rows);
      return { payments: rows.map((row) => listedView(row, ofRow(row, related), { caller, link })), next };
    },
  };
}

/** What callers know a record by. */
export function nameOf({ paymentId, shape }: Pick<PaymentRecord, 'paymentId' | 'shape'>): string {
  switch (shape.kind) {
    case 'part':
      return `Part ${shape.partId} of payment ${shape.of}`;
    case 'cart':
      return `Cart ${shape.cartId}`;
    case 'plain':
    case 'split':
    case 'item':
      return `Payment ${paymentId}`;
    default:
      return assertNever(shape);
  }
}

/** Raises the problem `not-found`. */
export async function findPayment(deps: Pick<ApiDeps, 'payments'>, paymentId: string): Promise<PaymentRecord> {
  const payment = await deps.payments.find(paymentId);
  if (payment === null) throw new Problem('not-found', `There is no payment ${paymentId}.`);
  return payment;
}
