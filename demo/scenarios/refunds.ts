import type { Scenario } from '../scenario.js';
import type { Story } from '../story.js';

/** Money goes back: in parts, exactly once, and never to nowhere when the channel will not have it. */
export const refunds: readonly Scenario[] = [
  {
    name: 'two partial refunds after issue',
    everyProduct: true,
    expected: 'issued, 30000 + 8050 fen back, 89950 kept, more: 422',
    async play(payment) {
      await issue(payment);
      await payment.refund('E1', 300_00);
      await payment.refund('E2', 80_50);
      const tooMuch = await payment.refund('E3', 1_000_00);
      await payment.refundReaches('E1', 'refunded');
      const { status, paidFen, refundedFen } = await payment.refundReaches('E2', 'refunded');
      const parts = (await payment.order()).refunds.map(({ amountFen }) => amountFen).sort((one, other) => other - one);
      return `${status}, ${parts.join(' + ')} fen back, ${paidFen - refundedFen} kept, more: ${tooMuch.status}`;
    },
  },
  {
    name: 'answer to the refund is lost',
    expected: 'refunded, moved once',
    async play(payment) {
      await payment.channelWill('timeoutAfterEffect', { method: 'refund', delayMs: 500 });
      await issue(payment);
      await payment.refund('E1', 300_00);
      await payment.refundReaches('E1', 'refunded');
      const { refunds: moved } = await payment.order();
      return `refunded, moved ${moved.length === 1 ? 'once' : `${moved.length}×`}`;
    },
  },
  {
    name: 'refund stuck at the channel, then done',
    expected: 'refunded, 30000 fen back',
    async play(payment) {
      await payment.channelWill('refundStuck', { times: 2 });
      await issue(payment);
      await payment.refund('E1', 300_00);
      const { refundedFen } = await payment.refundReaches('E1', 'refunded');
      return `refunded, ${refundedFen} fen back`;
    },
  },
  {
    name: 'refund refused, an operator tries again',
    expected: 'needsAttention refundRefused → refunded, new number',
    async play(payment) {
      await payment.channelWill('refundRefused', payment.method.refundRefusal);
      await issue(payment);
      await payment.refund('E1', 300_00);
      const { reason, refundId = '' } = await payment.needsAttention();
      const first = refundNo(await payment.seen());
      await payment.decide('retryRefund', { refundId });
      const second = refundNo(await payment.refundReaches('E1', 'refunded'));
      return `needsAttention ${reason} → refunded, ${second === first ? 'same' : 'new'} number`;
    },
  },
  {
    name: 'refund refused, an operator pays otherwise',
    expected: 'needsAttention refundRefused → settledOutside, refunded',
    async play(payment) {
      await payment.coreWill('refuse');
      // What cannot be undone is refunded: both are refused.
      const times = payment.method.undoes ? 2 : 1;
      await payment.channelWill('refundRefused', { ...payment.method.refundRefusal, times });
      await payment.open();
      await payment.pay();
      const { reason } = await payment.needsAttention();
      await payment.decide('settledOutside');
      const { status, refunds: made } = await payment.ended();
      return `needsAttention ${reason} → ${made.at(0)?.status ?? 'nothing'}, ${status}`;
    },
  },
  {
    name: 'all of it on the day of payment',
    fits: ({ undoes }) => undoes,
    expected: 'refunded, by undo',
    async play(payment) {
      await payment.coreWill('refuse');
      await payment.open();
      await payment.pay();
      const { status } = await payment.ended();
      return `${status}, by ${await waysBack(payment)}`;
    },
  },
  {
    name: 'all of it after the day was closed',
    fits: ({ undoes }) => undoes,
    expected: 'refunded, by refund',
    async play(payment) {
      await issue(payment);
      await payment.refund('E1', payment.amountFen);
      await payment.refundReaches('E1', 'refunded');
      return `refunded, by ${await waysBack(payment)}`;
    },
  },
  {
    name: 'part of a sale waits for the terminal’s batch',
    fits: ({ channel }) => channel === 'pos',
    expected: 'refunding → refunded',
    async play(payment) {
      await payment.open();
      await payment.pay();
      await payment.reaches('issued');
      await payment.refund('E1', 300_00);
      await payment.whenOrder('a refused refund', ({ verbs }) => verbs.refund > 0);
      const { refunds: waiting } = await payment.seen();
      await payment.dayCloses();
      const { refunds: made } = await payment.refundReaches('E1', 'refunded');
      return `${waiting.at(0)?.status ?? 'nothing'} → ${made.at(0)?.status ?? 'nothing'}`;
    },
  },
];

/** A policy is issued, and where a channel has such a thing its day closed, so that parts can be refunded. */
async function issue(payment: Story): Promise<void> {
  await payment.open();
  await payment.pay();
  await payment.reaches('issued');
  if (payment.method.undoes) await payment.dayCloses();
}

async function waysBack(payment: Story): Promise<string> {
  const { refunds: made } = await payment.order();
  return made.map(({ kind }) => kind ?? 'refund').join(' and ');
}

function refundNo({ refunds: [refund] }: Awaited<ReturnType<Story['seen']>>): string {
  return refund?.refundNo ?? '';
}
