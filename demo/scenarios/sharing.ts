import type { Scenario } from '../scenario.js';

/** A policy that several insurers share: the lead collects all, and owes each follower its share. */
export const sharing: readonly Scenario[] = [
  {
    name: 'shared among three insurers, refunded in parts',
    expected: 'issued, 40529 fen owed to a follower; refunded in parts, 0 owed',
    async play(payment) {
      const follower = `F1${payment.paymentId}`;
      await payment.open({
        coinsurance: {
          lead: { insurer: 'LEAD', shareBp: 3_334 },
          followers: [
            { insurer: follower, shareBp: 3_333 },
            { insurer: `F2${payment.paymentId}`, shareBp: 3_333 },
          ],
          leadFeeBp: 500,
        },
      });
      await payment.pay();
      const { status } = await payment.reaches('issued');
      if (payment.method.undoes) await payment.dayCloses();
      const issued = await payment.statementOf(follower);
      const parts = [1, 333_33, payment.amountFen - 1 - 333_33];
      for (const [index, amountFen] of parts.entries()) await payment.refund(`E${index + 1}`, amountFen);
      for (const index of parts.keys()) await payment.refundReaches(`E${index + 1}`, 'refunded');
      const { totals } = await payment.statementOf(follower);
      return `${status}, ${issued.totals.netFen} fen owed to a follower; refunded in parts, ${totals.netFen} owed`;
    },
  },
];
