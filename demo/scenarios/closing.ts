import { endWithPolicy, issuedOnce } from '../facts.js';
import { products } from '../settings.js';
import type { Scenario } from '../scenario.js';
import { watchedToTheEnd } from '../watched.js';

/** A payment ends unpaid, or money comes just before, during or after its close. */
export const closing: readonly Scenario[] = [
  {
    name: 'never paid',
    fits: ({ channel }) => channel !== 'wechatpay', // It takes no order that lives for less than a minute.
    expected: 'closed',
    async play(payment) {
      await payment.open({ productCode: products.shortLived });
      return (await payment.ended()).status;
    },
  },
  {
    name: 'paid during close',
    fits: ({ closes }) => closes,
    expected: 'issued once',
    async play(payment) {
      await payment.channelWill('payDuringClose');
      await payment.open();
      await payment.scan();
      await payment.cancel();
      await payment.reaches('issued');
      return issuedOnce(payment);
    },
  },
  {
    name: 'paid in spite of the close, callback lost',
    fits: ({ closes }) => closes,
    expected: 'issued once',
    async play(payment) {
      // The channel says "closed" and takes the money all the same: only the query after the close can tell.
      await payment.channelWill('payDuringClose', { after: true });
      await payment.channelWill('callbackLost');
      await payment.open();
      await payment.scan();
      await payment.cancel();
      return issuedOnce(payment);
    },
  },
  {
    name: 'paid after close, product refunds',
    expected: 'closed → refunded, no policy',
    async play(payment) {
      await payment.open();
      await payment.scan();
      await payment.cancel();
      const closed = await payment.reaches('closed');
      await payment.pay({ force: true });
      await payment.reaches('refunded');
      return `${closed.status} → ${await endWithPolicy(payment)}`;
    },
  },
  {
    name: 'paid after close, product revives',
    expected: 'closed → issued',
    async play(payment) {
      await payment.open({ productCode: products.revived });
      await payment.scan();
      await payment.cancel();
      const closed = await payment.reaches('closed');
      await payment.pay({ force: true });
      const { status } = await payment.reaches('issued');
      return `${closed.status} → ${status}`;
    },
  },
  {
    name: 'an order nobody had looked at, paid after close',
    fits: ({ hiddenAtFirst }) => hiddenAtFirst,
    expected: 'closed → refunded, no policy',
    async play(payment) {
      // Until the payer comes the channel has no order to close: it stays payable until it expires, so it is watched.
      await payment.open();
      await payment.cancel();
      const closed = await payment.reaches('closed');
      await payment.pay();
      await payment.reaches('refunded');
      return `${closed.status} → ${await endWithPolicy(payment)}`;
    },
  },
  {
    name: 'cancelled before payment',
    everyProduct: true,
    expected: 'answered 202, closed',
    async play(payment) {
      await payment.open(watchedToTheEnd(payment));
      await payment.scan();
      const { status } = await payment.cancel();
      return `answered ${status}, ${(await payment.ended()).status}`;
    },
  },
  {
    name: 'cancelled after payment',
    expected: 'answered 202, issued once',
    async play(payment) {
      await payment.channelWill('callbackLost'); // So that only the channel knows of the money when the wish arrives.
      await payment.open();
      await payment.pay();
      const { status } = await payment.cancel();
      return `answered ${status}, ${await issuedOnce(payment)}`;
    },
  },
];
