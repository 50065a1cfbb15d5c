import { checked, type Check } from './check.js';
import type { Audited } from './gather.js';
import { askedFor, waits } from './shapes.js';

const ends = ['closed', 'issued', 'refunded'];
const refundEnds = ['refunded', 'settledOutside'];

/** No payment and no refund hangs: each has ended, or waits for a person and says why. */
export function settled(audited: Audited): Check[] {
  const { payments, refunds } = audited;
  const count = (status: string) => payments.filter((payment) => payment.status === status).length;
  const waiting = payments.filter((payment) => waits(payment, audited));
  return [
    checked(
      'every payment, part and cart has ended or waits for a person',
      {
        payments: askedFor(audited).length,
        withPartsAndCarts: payments.length,
        ...Object.fromEntries(ends.map((status) => [status, count(status)])),
        waiting: waiting.length,
      },
      payments
        .filter((payment) => !ends.includes(payment.status) && !waiting.includes(payment))
        .map(({ _id, status }) => `${_id} is still ${status}`),
    ),
    checked(
      'every refund has ended or waits for a person',
      {
        refunds: refunds.length,
        refunded: refunds.filter(({ status }) => status === 'refunded').length,
        settledOutside: refunds.filter(({ status }) => status === 'settledOutside').length,
      },
      refunds
        .filter(({ status }) => !refundEnds.includes(status) && status !== 'needsAttention')
        .map(({ paymentId, refundId, status }) => `refund ${refundId} of ${paymentId} is still ${status}`),
    ),
  ];
}
