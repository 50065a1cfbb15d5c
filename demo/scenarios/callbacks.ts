import { answerToCallback, callbacksOf, endAndSource, issuedOnce, queriesOf } from '../facts.js';
import type { Scenario } from '../scenario.js';

/** The money becomes known by callback or by query, whichever is first; false callbacks change nothing. */
export const callbacks: readonly Scenario[] = [
  {
    name: 'callback first',
    everyProduct: true,
    expected: 'issued, by callback, 0 queries',
    async play(payment) {
      await payment.open();
      await payment.pay();
      const end = endAndSource(await payment.ended());
      return `${end}, ${queriesOf(await payment.order())} queries`;
    },
  },
  {
    name: 'callback lost, query finds it',
    everyProduct: true,
    expected: 'issued, by query',
    async play(payment) {
      await payment.channelWill('callbackLost');
      await payment.open();
      await payment.pay();
      return endAndSource(await payment.ended());
    },
  },
  {
    name: 'callback lost, an operator asks',
    expected: 'issued, by query',
    async play(payment) {
      await payment.channelWill('callbackLost');
      await payment.open();
      await payment.pay();
      await payment.queryNow();
      return endAndSource(await payment.ended());
    },
  },
  {
    name: 'callback and query together',
    expected: 'issued once',
    async play(payment) {
      await payment.channelWill('callbackLost');
      await payment.open();
      await payment.pay();
      // Whichever is second finds the payment paid already, or even ended.
      await Promise.all([payment.queryNow(), payment.notify()]);
      return issuedOnce(payment);
    },
  },
  {
    name: 'callback repeated and reordered',
    expected: 'issued once, 6 callbacks',
    async play(payment) {
      await payment.channelWill('callbackRepeated', { repeat: 5 });
      await payment.channelWill('callbackReordered'); // An older state comes last.
      await payment.open();
      await payment.pay();
      const order = await payment.whenOrder('6 callbacks', (seen) => callbacksOf(seen) >= 6);
      return `${await issuedOnce(payment)}, ${callbacksOf(order)} callbacks`;
    },
  },
  {
    name: 'callback with wrong amount',
    expected: 'needsAttention amountMismatch → issued',
    async play(payment) {
      await payment.channelWill('callbackWrongAmount', { amountFen: 1 });
      await payment.open();
      await payment.pay();
      const { reason } = await payment.needsAttention();
      await payment.decide('recheck');
      const { status } = await payment.ended();
      return `needsAttention ${reason} → ${status}`;
    },
  },
  rejectedCallback({ name: 'callback for wrong merchant', fault: 'callbackWrongMerchant' }),
  rejectedCallback({ name: 'callback with bad signature', fault: 'callbackBadSignature' }),
];

function rejectedCallback({ name, fault }: { name: string; fault: string }): Scenario {
  return {
    name,
    expected: 'callback turned away; issued, by query',
    async play(payment) {
      await payment.channelWill(fault);
      await payment.open();
      await payment.pay();
      const end = endAndSource(await payment.ended());
      return `callback ${answerToCallback(await payment.order())}; ${end}`;
    },
  };
}
