import { issuedOnce } from '../facts.js';
import type { Scenario } from '../scenario.js';

/** Opening a charge: the channel's answer is lost, or the channel or we say no. */
export const opening: readonly Scenario[] = [
  {
    name: 'opening times out but took effect',
    expected: 'issued once, opened in 2 calls',
    async play(payment) {
      await payment.channelWill('timeoutAfterEffect', { method: 'alipay.trade.precreate', delayMs: 500 });
      await payment.open();
      await payment.pay();
      const end = await issuedOnce(payment);
      const { calls } = await payment.order();
      return `${end}, opened in ${calls['alipay.trade.precreate'] ?? 0} calls`;
    },
  },
  {
    name: 'the channel refuses to open',
    expected: 'answered 422, closed',
    async play(payment) {
      await payment.channelWill('businessError', { subCode: 'ACQ.TOTAL_FEE_EXCEED' });
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
