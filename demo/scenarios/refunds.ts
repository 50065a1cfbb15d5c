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
      await payment.channelWill('refundRefused', payment.method.refundRefusal);
      await payment.open();
      await payment.pay();
      const { reason } = await payment.needsAttention();
      await payment.decide('settledOutside');
      const { status, refunds: made } = await payment.ended();
      return `needsAttention ${reason} → ${made.at(0)?.status ?? 'nothing'}, ${status}`;
    },
  },
];

async function issue(payment: Story): Promise<void> {
  await payment.open();
  await payment.pay();
  await payment.reaches('issued');
}

function refundNo({ refunds: [refund] }: Awaited<ReturnType<Story['seen']>>): string {
  return refund?.refundNo ?? '';
}
