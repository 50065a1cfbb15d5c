import { answerToCallback, issuedOnce, knownBy, queriesOf } from '../facts.js';
import type { Scenario } from '../scenario.js';
import type { Story } from '../story.js';

/** The money becomes known by callback or by query, whichever is first; false callbacks change nothing. */
export const callbacks: readonly Scenario[] = [
  {
    name: 'callback first',
    expected: 'issued, known by callback, 0 queries',
    async play(payment) {
      await payment.open();
      await payment.pay();
      const ended = await payment.ended();
      return `${ended.status}, known by ${knownBy(ended)}, ${queriesOf(await payment.order())} queries`;
    },
  },
  {
    name: 'callback lost, query finds it',
    expected: 'issued, known by query',
    async play(payment) {
      await payment.channelWill('callbackLost');
      await payment.open();
      await payment.pay();
      return endAndSource(payment);
    },
  },
  {
    name: 'callback lost, an operator asks',
    expected: 'issued, known by query',
    async play(payment) {
      await payment.channelWill('callbackLost');
      await payment.open();
      await payment.pay();
      await payment.queryNow();
      return endAndSource(payment);
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
    expected: 'issued once',
    async play(payment) {
      await payment.channelWill('callbackRepeated', { repeat: 5 });
      await payment.channelWill('callbackReordered');
      await payment.open();
      await payment.pay();
      return issuedOnce(payment);
    },
  },
  {
    name: 'callback with wrong amount',
    expected: 'needsAttention amountMismatch, then issued by recheck',
    async play(payment) {
      await payment.channelWill('callbackWrongAmount', { amountFen: 1 });
      await payment.open();
      await payment.pay();
      const { reason } = await payment.needsAttention();
      await payment.decide('recheck');
      const { status } = await payment.ended();
      return `needsAttention ${reason}, then ${status} by recheck`;
    },
  },
  rejectedCallback({ name: 'callback for wrong merchant', fault: 'callbackWrongMerchant' }),
  rejectedCallback({ name: 'callback with bad signature', fault: 'callbackBadSignature' }),
];

function rejectedCallback({ name, fault }: { name: string; fault: string }): Scenario {
  return {
    name,
    expected: 'callback answered fail; issued, known by query',
    async play(payment) {
      await payment.channelWill(fault);
      await payment.open();
      await payment.pay();
      const end = await endAndSource(payment);
      return `callback answered ${answerToCallback(await payment.order())}; ${end}`;
    },
  };
}

async function endAndSource(payment: Story): Promise<string> {
  const ended = await payment.ended();
  return `${ended.status}, known by ${knownBy(ended)}`;
}
