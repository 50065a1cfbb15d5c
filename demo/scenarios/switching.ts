import { issuedOnce } from '../facts.js';
import { otherMethod } from '../methods.js';
import type { Scenario } from '../scenario.js';
import type { Story } from '../story.js';
import { watchedToTheEnd } from '../watched.js';

/** The payer wants to pay by another method. */
export const switching: readonly Scenario[] = [
  {
    name: 'switched to another product',
    expected: 'answered 201, issued once by the second charge',
    fits: ({ channel }) => channel === 'alipay',
    async play(payment) {
      await payment.open();
      await payment.scan();
      const { status } = await payment.switchTo({ channel: 'alipay', product: 'page' });
      await payment.pay({ charge: 2 });
      return `answered ${status}, ${await issuedOnce(payment)} by ${await paidCharge(payment)}`;
    },
  },
  {
    name: 'switched to another channel',
    expected: 'answered 201, issued once by the second charge',
    async play(payment) {
      await payment.open(watchedToTheEnd(payment));
      await payment.scan();
      const { status } = await payment.switchTo(otherMethod(payment.method));
      await payment.pay({ charge: 2 });
      return `answered ${status}, ${await issuedOnce(payment)} by ${await paidCharge(payment)}`;
    },
  },
  {
    name: 'found paid while switching',
    expected: 'answered 409, issued once',
    async play(payment) {
      await payment.channelWill('callbackLost');
      await payment.open();
      await payment.pay();
      const { status } = await payment.switchTo(otherMethod(payment.method));
      return `answered ${status}, ${await issuedOnce(payment)}`;
    },
  },
  {
    name: 'paid twice at two channels',
    expected: 'issued once, 128000 of 256000 fen back',
    async play(payment) {
      await payment.open();
      await payment.switchTo(otherMethod(payment.method));
      await payment.pay({ charge: 2 });
      await payment.reaches('issued');
      await payment.pay({ charge: 1, force: true });
      const { paidFen, refundedFen } = await payment.refundReaches('late-C1', 'refunded');
      return `${await issuedOnce(payment)}, ${refundedFen} of ${paidFen} fen back`;
    },
  },
];

async function paidCharge(payment: Story): Promise<string> {
  const { outTradeNo } = await payment.seen();
  return outTradeNo === `${payment.paymentId}C2` ? 'the second charge' : `charge ${outTradeNo ?? 'none'}`;
}
