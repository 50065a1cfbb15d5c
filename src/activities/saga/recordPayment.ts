import type { ChargeStep } from '../../records/charges.js';
import type { ReviewChange } from '../../domain/review.js';
import type { PaymentStep } from '../../records/payments.js';
import type { RefundStep } from '../../records/refunds.js';
import { counters } from './counters.js';
import type { Dependencies } from './dependencies.js';

export interface RecordPayment {
  step: PaymentStep;
  charge?: ChargeStep;
  /** Of a combined order. */
  charges?: readonly ChargeStep[];
}

/** Writes down where a payment stands. Safe to repeat: steps are absolute and numbered. */
export function recordPayment(deps: Dependencies) {
  return async ({ step, charge, charges = [] }: RecordPayment): Promise<void> => {
    for (const each of charge === undefined ? charges : [charge, ...charges]) {
      // A charge that was never registered was never sent to a channel either: there is nothing to record of it.
      if ((await deps.charges.find(each.outTradeNo)) !== null) await deps.charges.advance(each);
    }
    await deps.payments.advance(step);
  };
}

/** Writes down that a payment waits for a person, and counts it so that somebody is woken. Safe to repeat. */
export function escalate(deps: Dependencies) {
  return async ({ step }: RecordPayment): Promise<void> => {
    await deps.payments.advance(step);
    countRaised(step);
  };
}

/** The same of a refund. */
export function escalateRefund(deps: Dependencies) {
  return async ({ step }: { step: RefundStep }): Promise<void> => {
    await deps.refunds.advance(step);
    countRaised(step);
  };
}

function countRaised({ reviews = [] }: { reviews?: readonly ReviewChange[] }): void {
  for (const change of reviews) {
    if (change.kind === 'raised') counters.attentionRaised.add(1, { reason: change.review.reason });
  }
}
