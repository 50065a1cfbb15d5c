import { log } from '@temporalio/activity';
import type { EvidenceRecord } from '../../records/evidence.js';
import { counters } from '../saga/counters.js';
import type { Dependencies } from '../saga/dependencies.js';

/** What is younger than this is still in the hands of the request that stored it. */
const graceMs = 30_000;
const batchMax = 200;

/**
 * Finds what was stored but never reached its workflow (a crash between the two, or Temporal away) and delivers it.
 * Safe to repeat and to run beside the API: a second start or signal changes nothing.
 */
export function deliverPending(deps: Dependencies) {
  return async (): Promise<{ payments: number; refunds: number; evidence: number }> => {
    const before = new Date(deps.now().getTime() - graceMs).toISOString();
    const [payments, refunds, evidence] = await Promise.all([
      deps.payments.unstarted(before, batchMax),
      deps.refunds.unstarted(before, batchMax),
      deps.evidence.undelivered(before, batchMax),
    ]);
    for (const payment of payments) await attempt(payment.paymentId, () => deps.delivery.startPayment(payment));
    for (const refund of refunds) await attempt(refund.refundNo, () => deps.delivery.startRefund(refund));
    for (const fact of evidence) await attempt(fact.evidenceId, () => deliver(deps, fact));
    return { payments: payments.length, refunds: refunds.length, evidence: evidence.length };
  };
}

/** One that cannot be delivered now is tried again at the next sweep, and keeps none of the others. */
async function attempt(what: string, delivery: () => Promise<void>): Promise<void> {
  try {
    await delivery();
  } catch (error) {
    counters.deliveryTrouble.add(1);
    log.warn('could not be delivered yet', { what, error: String(error) });
  }
}

async function deliver(deps: Dependencies, fact: EvidenceRecord): Promise<void> {
  await deps.delivery.deliverEvidence(fact);
  await deps.evidence.markDelivered(fact.evidenceId, deps.now().toISOString());
}
