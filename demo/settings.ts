import type { StackOptions } from '../stack/startStack.js';

/** Insurance products of the demo, by what is special about them. Any other has the defaults. */
export const products = {
  revived: 'AUTO-REVIVE',
  shortLived: 'AUTO-HURRY',
  /** Long enough to be cancelled or switched in time; a channel that closes nothing is then watched to the end of it. */
  brief: 'AUTO-BRIEF',
  shortIssueDeadline: 'AUTO-DEADLINE',
  /** Long enough for one part to be paid before the others run out. */
  soonOver: 'AUTO-SOON',
} as const;

/** A day in the life of payments in a minute: the same stack with shorter timers, all by configuration. */
export const demoSettings = {
  channels: {
    every: {
      queryGaps: ['4s', '4s', '8s', '30s'],
      refundGaps: ['1s', '1s', '2s'],
      closeMargin: '2s',
      timeout: '5s',
    },
    policies: {
      // Six per cent of output tax in every premium.
      default: { outputTaxBp: 600 },
      products: {
        [products.revived]: { latePayment: 'revive' },
        [products.shortLived]: { paymentTtl: '8s' },
        [products.brief]: { paymentTtl: '25s' },
        [products.shortIssueDeadline]: { issueDeadline: '3s' },
        [products.soonOver]: { paymentTtl: '12s' },
      },
    },
  },
} as const satisfies Pick<StackOptions, 'channels'>;
