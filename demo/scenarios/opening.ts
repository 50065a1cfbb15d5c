import { issuedOnce } from '../facts.js';
import type { Scenario } from '../scenario.js';

/** Opening a charge: the channel's answer is lost, or the channel or we say no. */
export const opening: readonly Scenario[] = [
  {
    name: 'opening times out but took effect',
    fits: ({ opensByCall }) => opensByCall,
    expected: 'issued once, opened in 2 calls',
    async play(payment) {
      await payment.channelWill('timeoutAfterEffect', { method: 'open', delayMs: 500 });
      await payment.open();
      await payment.pay();
      const end = await issuedOnce(payment);
      const { verbs } = await payment.order();
      return `${end}, opened in ${verbs.open} calls`;
    },
  },
  {
    name: 'the channel refuses to open',
    fits: ({ opensByCall }) => opensByCall,
    expected: 'answered 422, closed',
    async play(payment) {
      await payment.channelWill('businessError', { method: 'open', ...payment.method.refusal });
      const { status } = await payment.post();
      return `answered ${status}, ${(await payment.ended()).status}`;
    },
  },
  {
    name: 'the core posts again',
    expected: 'answered 201 200, other body 409; issued once',
    async play(payment) {
      const first = await payment.post();
      const again = await payment.post();
      const other = await payment.post({ amountFen: payment.amountFen + 1 });
      await payment.pay();
      const end = await issuedOnce(payment);
      return `answered ${first.status} ${again.status}, other body ${other.status}; ${end}`;
    },
  },
];
