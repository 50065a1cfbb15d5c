import { issuedOnce } from '../facts.js';
import type { Scenario } from '../scenario.js';

/** The payer wants to pay by another method. */
export const switching: readonly Scenario[] = [
  {
    name: 'switched from QR code to web page',
    expected: 'answered 201, issued once by page',
    async play(payment) {
      await payment.open();
      await payment.scan();
      const { status } = await payment.switchTo('page');
      await payment.pay({ charge: 2 });
      const end = await issuedOnce(payment);
      const { charges, outTradeNo } = await payment.seen();
      const paid = charges.find((charge) => charge.outTradeNo === outTradeNo);
      return `answered ${status}, ${end} by ${paid?.product ?? 'nothing'}`;
    },
  },
  {
    name: 'found paid while switching',
    expected: 'answered 409, issued once',
    async play(payment) {
      await payment.channelWill('callbackLost');
      await payment.open();
      await payment.pay();
      const { status } = await payment.switchTo('page');
      return `answered ${status}, ${await issuedOnce(payment)}`;
    },
  },
  {
    name: 'paid twice by two methods',
    expected: 'issued once, 128000 of 256000 fen back',
    async play(payment) {
      await payment.open();
      await payment.switchTo('page');
      await payment.pay({ charge: 2 });
      await payment.reaches('issued');
      await payment.pay({ charge: 1 });
      const { paidFen, refundedFen } = await payment.refundReaches('late-C1', 'refunded');
      return `${await issuedOnce(payment)}, ${refundedFen} of ${paidFen} fen back`;
    },
  },
];
