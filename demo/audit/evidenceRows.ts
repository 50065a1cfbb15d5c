import { checked, type Check } from './check.js';
import type { Audited } from './gather.js';

/** Nothing a channel said is left over: it belongs to a payment and reached its workflow, or is marked rejected. */
export function evidenceRows({ evidence, payments }: Audited): Check[] {
  const known = new Set(payments.map(({ _id }) => _id));
  const count = (source: string) => evidence.filter((row) => row.source === source).length;
  const orphans = evidence.filter(({ paymentId, rejected }) => rejected === null && !known.has(paymentId ?? ''));
  const undelivered = evidence.filter(
    ({ source, rejected, deliveredAt }) => source === 'callback' && rejected === null && deliveredAt === null,
  );
  return [
    checked(
      'every piece of evidence belongs to a payment or is marked rejected',
      {
        evidence: evidence.length,
        callbacks: count('callback'),
        queries: count('query'),
        rejected: evidence.filter(({ rejected }) => rejected !== null).length,
      },
      orphans.map(({ _id }) => `evidence ${_id} belongs to no payment and was not rejected`),
    ),
    checked(
      'every believed callback has reached its workflow',
      { undelivered: undelivered.length },
      undelivered.map(({ _id, paymentId }) => `callback ${_id} of ${paymentId ?? '?'} has not reached its workflow`),
    ),
  ];
}
