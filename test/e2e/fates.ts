import { succeeded } from '../../demo/http.js';
import type { Story } from '../../demo/story.js';

/** What becomes of a payment besides the crashes. Every call to the API may meet a dead process: callers repeat it. */
export interface Fate {
  readonly name: string;
  readonly end: 'issued' | 'refunded' | 'closed';
  /** Trouble ordered before the payment exists. */
  readonly trouble?: (payment: Story) => Promise<unknown>;
  readonly productCode?: string;
  /** What the core asks for beside the premium. */
  readonly asked?: Readonly<Record<string, unknown>>;
  /** What the payer does once the charge is open. */
  readonly payer: 'pays' | 'neverPays';
  /** What the core asks for afterwards; repeated as a whole until it succeeds. */
  readonly afterwards?: (payment: Story) => Promise<void>;
}

/** Expires soon; see the settings of the crash test. */
export const shortLived = 'AUTO-HURRY';

export const fates: readonly Fate[] = [
  { name: 'paid', end: 'issued', payer: 'pays' },
  {
    name: 'paid, callback lost',
    end: 'issued',
    payer: 'pays',
    trouble: (payment) => payment.channelWill('callbackLost'),
  },
  {
    name: 'opening answer lost',
    end: 'issued',
    payer: 'pays',
    trouble: (payment) => payment.channelWill('errorAfterEffect', { method: 'open' }),
  },
  {
    name: 'core down at first',
    end: 'issued',
    payer: 'pays',
    trouble: (payment) => payment.coreWill('down', { times: 2 }),
  },
  {
    name: 'core fails after effect',
    end: 'issued',
    payer: 'pays',
    trouble: (payment) => payment.coreWill('failAfterEffect', { operation: 'issue', drop: true }),
  },
  { name: 'core refuses', end: 'refunded', payer: 'pays', trouble: (payment) => payment.coreWill('refuse') },
  {
    name: 'core refuses, refund answer lost',
    end: 'refunded',
    payer: 'pays',
    async trouble(payment) {
      await payment.coreWill('refuse');
      await payment.channelWill('errorAfterEffect', { method: 'refund' });
    },
  },
  { name: 'never paid', end: 'closed', payer: 'neverPays', productCode: shortLived },
  {
    name: 'cancelled',
    end: 'closed',
    payer: 'neverPays',
    productCode: shortLived,
    async afterwards(payment) {
      succeeded(await payment.cancel());
    },
  },
  {
    name: 'refunded in parts',
    end: 'issued',
    payer: 'pays',
    async afterwards(payment) {
      await payment.reaches('issued');
      if (payment.method.undoes) await payment.dayCloses();
      succeeded(await payment.refund('E1', 300_00));
      succeeded(await payment.refund('E2', 80_50));
      await payment.refundReaches('E1', 'refunded');
      await payment.refundReaches('E2', 'refunded');
    },
  },
  {
    name: 'shared among insurers, refunded in parts',
    end: 'issued',
    payer: 'pays',
    asked: {
      coinsurance: {
        lead: { insurer: 'LEAD', shareBp: 3_334 },
        followers: [
          { insurer: 'ONE', shareBp: 3_333 },
          { insurer: 'TWO', shareBp: 3_333 },
        ],
        leadFeeBp: 500,
      },
    },
    async afterwards(payment) {
      await payment.reaches('issued');
      if (payment.method.undoes) await payment.dayCloses();
      for (const [refundId, amountFen] of [
        ['E1', 1],
        ['E2', 333_33],
      ] as const) {
        succeeded(await payment.refund(refundId, amountFen));
        await payment.refundReaches(refundId, 'refunded');
      }
    },
  },
];
