import { endWithPolicy, issuedOnce } from '../facts.js';
import { products } from '../settings.js';
import type { Scenario } from '../scenario.js';

/** The core issues, refuses, is away, or does not say. */
export const issuing: readonly Scenario[] = [
  {
    name: 'the core refuses',
    everyProduct: true,
    expected: 'refunded, no policy',
    async play(payment) {
      await payment.coreWill('refuse');
      await payment.open();
      await payment.pay();
      return endWithPolicy(payment);
    },
  },
  {
    name: 'the core is down, then up',
    expected: 'issued once',
    async play(payment) {
      await payment.coreWill('down', { times: 2 });
      await payment.open();
      await payment.pay();
      return issuedOnce(payment);
    },
  },
  {
    name: 'the core fails after effect',
    expected: 'issued once',
    async play(payment) {
      await payment.coreWill('failAfterEffect', { operation: 'issue' });
      await payment.open();
      await payment.pay();
      return issuedOnce(payment);
    },
  },
  {
    name: 'issue overdue, an operator refunds',
    expected: 'needsAttention issueOverdue → refunded, no policy',
    async play(payment) {
      await payment.coreWill('down', { operation: 'issue', times: 0 });
      await payment.open({ productCode: products.shortIssueDeadline });
      await payment.pay();
      const { reason } = await payment.needsAttention();
      await payment.decide('refund');
      return `needsAttention ${reason} → ${await endWithPolicy(payment)}`;
    },
  },
  {
    name: 'issued unheard, an operator refunds',
    expected: 'needsAttention issueOverdue → refunded, policy cancelled',
    async play(payment) {
      // The policy exists, but no answer says so until it is looked for before the refund.
      await payment.coreWill('failAfterEffect', { operation: 'issue', times: 0 });
      const queriesAreAnswered = await payment.coreWill('down', { operation: 'query', times: 0 });
      await payment.open({ productCode: products.shortIssueDeadline });
      await payment.pay();
      const { reason } = await payment.needsAttention();
      await queriesAreAnswered();
      await payment.decide('refund');
      return `needsAttention ${reason} → ${await endWithPolicy(payment)}`;
    },
  },
  {
    name: 'issue overdue, an operator tries again',
    expected: 'needsAttention issueOverdue → issued once',
    async play(payment) {
      const coreIsUp = await payment.coreWill('down', { times: 0 });
      await payment.open({ productCode: products.shortIssueDeadline });
      await payment.pay();
      const { reason } = await payment.needsAttention();
      await coreIsUp();
      await payment.decide('retryIssue');
      return `needsAttention ${reason} → ${await issuedOnce(payment)}`;
    },
  },
];
