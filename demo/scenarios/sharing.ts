import { inTwoParts } from '../inParts.js';
import type { Scenario } from '../scenario.js';
import type { Story } from '../story.js';

/** A policy that several insurers share: the lead collects all, and owes each follower its share. */
export const sharing: readonly Scenario[] = [
  {
    name: 'shared among three insurers, refunded in parts',
    expected: 'issued, 40529 fen owed to a follower; refunded in parts, 0 owed',
    async play(payment) {
      const follower = `F1${payment.paymentId}`;
      await payment.open({ coinsurance: sharedWith(follower, payment) });
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
  {
    name: 'shared among three insurers, paid and refunded in parts',
    expected: 'issued, 40529 fen owed to a follower; 15198 after one part is back, 0 after all',
    async play(payment) {
      const follower = `F1${payment.paymentId}`;
      await payment.open({ ...inTwoParts(payment), coinsurance: sharedWith(follower, payment) });
      const [auto, life] = await Promise.all([payment.part('auto'), payment.part('life')]);
      await Promise.all([auto.pay(), life.pay()]);
      const { status } = await payment.ended();
      if (payment.method.undoes) await auto.dayCloses();
      const owedFen = async (): Promise<number> => (await payment.statementOf(follower)).totals.netFen;
      const issuedFen = await owedFen();
      await refundAll(payment, 'auto', [1, 333_33, 800_00 - 1 - 333_33]);
      const afterOneFen = await owedFen();
      await refundAll(payment, 'life', [payment.amountFen - 800_00 - 77, 77]);
      const owed = `${afterOneFen} after one part is back, ${await owedFen()} after all`;
      return `${status}, ${issuedFen} fen owed to a follower; ${owed}`;
    },
  },
];

function sharedWith(follower: string, { paymentId }: Story) {
  return {
    lead: { insurer: 'LEAD', shareBp: 3_334 },
    followers: [
      { insurer: follower, shareBp: 3_333 },
      { insurer: `F2${paymentId}`, shareBp: 3_333 },
    ],
    leadFeeBp: 500,
  };
}

/** Gives a part back in pieces, all of them asked for before the first is made. */
async function refundAll(payment: Story, partId: string, piecesFen: readonly number[]): Promise<void> {
  const refundIds = piecesFen.map((_amountFen, index) => `E${partId}${index + 1}`);
  for (const [index, refundId] of refundIds.entries())
    await payment.refund(refundId, piecesFen[index] ?? 0, { partId });
  for (const refundId of refundIds) await payment.refundReaches(refundId, 'refunded');
}
