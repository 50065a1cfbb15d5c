import type { Dependencies } from './dependencies.js';

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
    for (const payment of payments) await deps.delivery.startPayment(payment);
    for (const refund of refunds) await deps.delivery.startRefund(refund);
    for (const fact of evidence) await deps.delivery.deliverEvidence(fact);
    return { payments: payments.length, refunds: refunds.length, evidence: evidence.length };
  };
}
