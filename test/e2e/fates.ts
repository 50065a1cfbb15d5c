import { CartStory } from '../../demo/cartStory.js';
import { succeeded } from '../../demo/http.js';
import { inTwoParts } from '../../demo/inParts.js';
import { besides } from '../../demo/methods.js';
import type { Story } from '../../demo/story.js';
import { patienceMs, persistently } from './persistently.js';

/** What becomes of a payment besides the crashes. Every call to the API may meet a dead process: callers repeat it. */
export interface Fate {
  readonly name: string;
  readonly end: 'issued' | 'refunded' | 'closed';
  /** Trouble ordered before the payment exists. */
  readonly trouble?: (payment: Story) => Promise<unknown>;
  readonly productCode?: string;
  /** What the core asks for beside the premium. */
  readonly asked?: (payment: Story) => Readonly<Record<string, unknown>>;
  /** How the core asks, where that is not for one payment. Safe to repeat. */
  readonly open?: (payment: Story) => Promise<unknown>;
  /** What the payer does once the charge is open: pays it, unless something else is said. */
  readonly payer: 'pays' | 'neverPays' | ((payment: Story) => Promise<void>);
  /** The payer acts as soon as the charge is open, not after all the others are: it runs out soon. */
  readonly hurries?: true;
  /** What the core asks for afterwards; repeated as a whole until it succeeds. */
  readonly afterwards?: (payment: Story) => Promise<void>;
  /** The status it ends with, where that is not the payment's own. */
  readonly ended?: (payment: Story) => Promise<string>;
}

/** Expires soon; see the settings of the crash test. */
export const shortLived = 'AUTO-HURRY';
/** Expires soon too, and yet one part can be paid before. */
export const soonOver = 'AUTO-SOON';

const shared = {
  coinsurance: {
    lead: { insurer: 'LEAD', shareBp: 3_334 },
    followers: [
      { insurer: 'ONE', shareBp: 3_333 },
      { insurer: 'TWO', shareBp: 3_333 },
    ],
    leadFeeBp: 500,
  },
};

const allOrNothing = { allOrNothing: true };

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
    asked: () => shared,
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
  { name: 'paid in parts', end: 'issued', asked: (payment) => inTwoParts(payment), payer: paysParts },
  {
    name: 'paid in parts, callbacks lost',
    end: 'issued',
    asked: (payment) => inTwoParts(payment),
    async trouble(payment) {
      await payment.channelWill('callbackLost', {}, { partNo: 1 });
      await payment.channelWill('callbackLost', {}, { partNo: 2, channel: besides(payment.method).channel });
    },
    payer: paysParts,
  },
  {
    name: 'paid in parts, the core refuses',
    end: 'refunded',
    asked: (payment) => inTwoParts(payment),
    trouble: (payment) => payment.coreWill('refuse'),
    payer: paysParts,
  },
  {
    name: 'one of two parts never paid',
    end: 'refunded',
    productCode: soonOver,
    asked: (payment) => inTwoParts(payment),
    payer: (payment) => paysPart(payment, 'auto'),
    hurries: true,
  },
  { name: 'paid in slices', end: 'issued', asked: () => ({ slice: { maxFen: 400_00 } }), payer: paysSlices },
  {
    name: 'cancelled between slices',
    end: 'refunded',
    productCode: soonOver,
    asked: () => ({ slice: { maxFen: 400_00 } }),
    payer: (payment) => paysPart(payment, 'slice1'),
    hurries: true,
    async afterwards(payment) {
      await payment.when('first slice paid', ({ paidFen }) => paidFen > 0);
      succeeded(await payment.cancel());
    },
  },
  {
    name: 'shared among insurers, paid and refunded in parts',
    end: 'issued',
    asked: (payment) => ({ ...inTwoParts(payment), ...shared }),
    payer: paysParts,
    async afterwards(payment) {
      await payment.ended();
      if (payment.method.undoes) await (await payment.part('auto')).dayCloses();
      for (const [refundId, amountFen, partId] of [
        ['E1', 1, 'life'],
        ['E2', 333_33, 'auto'],
      ] as const) {
        succeeded(await payment.refund(refundId, amountFen, { partId }));
        await payment.refundReaches(refundId, 'refunded');
      }
    },
  },
  { name: 'a cart', end: 'issued', open: asksForCart(), payer: paysCart(), ended: endOfCart },
  {
    name: 'a cart, the core refuses an item, callback lost',
    end: 'issued',
    async trouble(payment) {
      await payment.channelWill('callbackLost');
      await cartOf(payment).items[1]?.coreWill('refuse');
    },
    open: asksForCart(),
    payer: paysCart(),
    ended: endOfCart,
  },
  {
    name: 'a cart of all or nothing, the core refuses an item',
    end: 'refunded',
    trouble: async (payment) => cartOf(payment).items[1]?.coreWill('refuse'),
    open: asksForCart(allOrNothing),
    payer: paysCart(allOrNothing),
    ended: endOfCart,
  },
  {
    name: 'a cart never paid',
    end: 'closed',
    open: asksForCart({}, () => ({ productCode: shortLived })),
    payer: 'neverPays',
    ended: endOfCart,
  },
];

/** The charge is asked for until somebody answers; paid it is once. */
async function paysPart(payment: Story, partId: string): Promise<void> {
  const part = await persistently(patienceMs, () => payment.part(partId));
  await part.pay();
}

async function paysParts(payment: Story): Promise<void> {
  await Promise.all([paysPart(payment, 'auto'), paysPart(payment, 'life')]);
}

async function paysSlices(payment: Story): Promise<void> {
  for (const slice of ['slice1', 'slice2', 'slice3']) await paysPart(payment, slice);
}

function cartOf(payment: Story): CartStory {
  return new CartStory(payment, [500_00, 300_00, payment.amountFen - 800_00]);
}

function asksForCart(...asked: Parameters<CartStory['post']>) {
  return async (payment: Story): Promise<unknown> => succeeded(await cartOf(payment).post(...asked));
}

/** Asking for the cart once more tells the charge to pay. */
function paysCart(asked: Record<string, unknown> = {}) {
  return async (payment: Story): Promise<void> => {
    const charge = await persistently(patienceMs, () => cartOf(payment).open(asked));
    await charge.pay();
    if (payment.method.undoes) await charge.dayCloses();
  };
}

async function endOfCart(payment: Story): Promise<string> {
  return (await cartOf(payment).ended()).status;
}
