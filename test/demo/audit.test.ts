import { describe, expect, it } from 'vitest';
import { checksOf } from '../../demo/audit.js';
import type { Audited } from '../../demo/audit/gather.js';

const plain = { kind: 'plain' } as const;
const split = { kind: 'split' } as const;
const partOfSplit = { kind: 'part', of: 'SPLIT001' } as const;
const cart = { kind: 'cart', cartId: 'CART0001' } as const;
const item = { kind: 'item', cartId: 'CART0001' } as const;

/** Two payments in order: one issued and partly refunded since, one refunded because the core refused. */
const healthy: Audited = {
  payments: [
    {
      _id: 'ISSUED01',
      shape: plain,
      status: 'issued',
      amountFen: 1_000,
      paidFen: 1_000,
      policyNo: 'PD1',
    },
    {
      _id: 'REFUSED1',
      shape: plain,
      status: 'refunded',
      amountFen: 500,
      paidFen: 500,
      policyNo: null,
    },
  ],
  charges: [
    { _id: 'ISSUED01C1', channel: 'alipay', paymentId: 'ISSUED01', paidFen: 1_000 },
    { _id: 'REFUSED1C1', channel: 'alipay', paymentId: 'REFUSED1', paidFen: 500 },
  ],
  refunds: [
    refund({ paymentId: 'ISSUED01', refundId: 'E1', amountFen: 300, origin: 'core' }),
    refund({ paymentId: 'REFUSED1', refundId: 'undo-C1', amountFen: 500, origin: 'undo' }),
  ],
  journals: [
    journal('ISSUED01', 'channelReceivable:alipay', 'premiumInAdvance', 1_000),
    journal('ISSUED01', 'premiumInAdvance', 'premiumIncome', 1_000),
    journal('ISSUED01', 'premiumIncome', 'refundPayable', 300),
    journal('ISSUED01', 'refundPayable', 'channelReceivable:alipay', 300),
    journal('REFUSED1', 'channelReceivable:alipay', 'premiumInAdvance', 500),
    journal('REFUSED1', 'premiumInAdvance', 'refundPayable', 500),
    journal('REFUSED1', 'refundPayable', 'channelReceivable:alipay', 500),
  ],
  settlements: [
    { _id: 's1', channel: 'alipay', amountFen: 1_000 },
    { _id: 's2', channel: 'alipay', amountFen: -300 },
    { _id: 's3', channel: 'alipay', amountFen: 500 },
    { _id: 's4', channel: 'alipay', amountFen: -500 },
  ],
  statements: [],
  trialBalance: trialBalance({
    'channelReceivable:alipay': [1_500, 800],
    premiumInAdvance: [1_500, 1_500],
    premiumIncome: [300, 1_000],
    refundPayable: [800, 800],
  }),
  reviews: [],
  evidence: [
    { _id: 'v1', source: 'callback', paymentId: 'ISSUED01', rejected: null, deliveredAt: new Date(0) },
    { _id: 'v2', source: 'callback', paymentId: null, rejected: 'badSignature', deliveredAt: null },
  ],
  orders: [order('ISSUED01C1', 1_000, 300), order('REFUSED1C1', 500, 500)],
  policies: [{ paymentId: 'ISSUED01', policyNo: 'PD1', premiumFen: 1_000, cancelled: false, issueCalls: 1 }],
  workflows: [
    workflow('payment/ISSUED01'),
    workflow('refund/ISSUED01/E1'),
    workflow('payment/REFUSED1'),
    workflow('refund/REFUSED1/undo-C1'),
  ],
};

/** One payment in two parts and one cart of two, of which the core refused an item. */
const collected: Audited = {
  payments: [
    { ...payment('SPLIT001'), shape: split, status: 'issued', policyNo: 'PD1' },
    { ...payment('SPLIT001-S01'), shape: partOfSplit, status: 'issued', amountFen: 600, paidFen: 600 },
    { ...payment('SPLIT001-S02'), shape: partOfSplit, status: 'issued', amountFen: 400, paidFen: 400 },
    { ...payment('CART0001-K'), shape: cart, status: 'issued', paidFen: 1_000 },
    { ...payment('ITEM0001'), shape: item, status: 'issued', amountFen: 700, paidFen: 700, policyNo: 'PD2' },
    { ...payment('ITEM0002'), shape: item, status: 'refunded', amountFen: 300, paidFen: 300 },
  ],
  charges: [
    { _id: 'SPLIT001S011', channel: 'alipay', paymentId: 'SPLIT001-S01', paidFen: 600 },
    { _id: 'SPLIT001S021', channel: 'alipay', paymentId: 'SPLIT001-S02', paidFen: 400 },
    { _id: 'CART0001K1', channel: 'alipay', paymentId: 'CART0001-K', paidFen: 1_000 },
  ],
  refunds: [
    {
      ...refund({ paymentId: 'ITEM0002', refundId: 'undo-K1', amountFen: 300, origin: 'undo' }),
      outTradeNo: 'CART0001K1',
    },
  ],
  journals: [
    { ...journal('SPLIT001-S01', 'channelReceivable:alipay', 'premiumInAdvance', 600), outTradeNo: 'SPLIT001S011' },
    { ...journal('SPLIT001-S02', 'channelReceivable:alipay', 'premiumInAdvance', 400), outTradeNo: 'SPLIT001S021' },
    { ...journal('SPLIT001', 'premiumInAdvance', 'premiumIncome', 1_000), outTradeNo: 'SPLIT001S021' },
    { ...journal('ITEM0001', 'channelReceivable:alipay', 'premiumInAdvance', 700), outTradeNo: 'CART0001K1' },
    { ...journal('ITEM0001', 'premiumInAdvance', 'premiumIncome', 700), outTradeNo: 'CART0001K1' },
    { ...journal('ITEM0002', 'channelReceivable:alipay', 'premiumInAdvance', 300), outTradeNo: 'CART0001K1' },
    { ...journal('ITEM0002', 'premiumInAdvance', 'refundPayable', 300), outTradeNo: 'CART0001K1' },
    { ...journal('ITEM0002', 'refundPayable', 'channelReceivable:alipay', 300), outTradeNo: 'CART0001K1' },
  ],
  settlements: [{ _id: 's1', channel: 'alipay', amountFen: 1_700 }],
  statements: [],
  trialBalance: trialBalance({
    'channelReceivable:alipay': [2_000, 300],
    premiumInAdvance: [2_000, 2_000],
    premiumIncome: [0, 1_700],
    refundPayable: [300, 300],
  }),
  reviews: [],
  evidence: [],
  orders: [order('SPLIT001S011', 600, 0), order('SPLIT001S021', 400, 0), order('CART0001K1', 1_000, 300)],
  policies: [
    { ...policy('SPLIT001'), policyNo: 'PD1', premiumFen: 1_000 },
    { ...policy('ITEM0001'), policyNo: 'PD2', premiumFen: 700 },
  ],
  workflows: [
    workflow('payment/SPLIT001'),
    workflow('part/SPLIT001/S01'),
    workflow('part/SPLIT001/S02'),
    workflow('cart/CART0001'),
    workflow('refund/ITEM0002/undo-K1'),
  ],
};

describe('the audit of parts and carts', () => {
  it('when all money is where it belongs, then finds nothing', () => {
    expect(problemsOf(collected)).toEqual([]);
  });

  it('when a part waits for a person, then its payment does too', () => {
    const waiting: Audited = {
      ...collected,
      ...{ policies: collected.policies.slice(1), workflows: collected.workflows.slice(1) },
      payments: changed('SPLIT001-S02', { status: 'needsAttention' }).map((row) =>
        row._id === 'SPLIT001' ? { ...row, status: 'needsAttention', policyNo: null } : row,
      ),
    };
    expect(problemsOf(waiting)).toContain('SPLIT001 is still needsAttention');
    const reviews = [{ paymentId: 'SPLIT001-S02', settled: null }];
    expect(problemsOf({ ...waiting, reviews })).not.toContain('SPLIT001 is still needsAttention');
  });

  it('when a slice was never opened, then misses no workflow of it', () => {
    const unopened = { ...payment('SPLIT001-S03'), shape: partOfSplit, status: 'closed', amountFen: 0 };
    expect(problemsOf({ ...collected, payments: [...collected.payments, unopened] })).toEqual([]);
  });

  const violations: readonly [string, Partial<Audited>, string][] = [
    [
      'a part too little',
      { payments: changed('SPLIT001-S02', { amountFen: 399 }) },
      'parts of SPLIT001 come to 999 fen, not to 1000',
    ],
    [
      'a part that holds nothing',
      { payments: changed('SPLIT001-S02', { paidFen: 0 }) },
      'SPLIT001 is issued, and its parts hold 600 fen instead of 1000',
    ],
    [
      'a part that holds money of a payment that is refunded',
      { payments: changed('SPLIT001', { status: 'refunded' }) },
      'SPLIT001 is refunded, and its parts hold 1000 fen instead of 0',
    ],
    [
      'a premium that its parts do not hold',
      { payments: changed('SPLIT001-S01', { paidFen: 500 }) },
      'SPLIT001: paid 900 − refunded 0 fen, but premium 1000 − given back 0 fen',
    ],
    [
      'a policy for a part',
      { policies: [...collected.policies, policy('SPLIT001-S01')] },
      'the core has a policy for the part SPLIT001-S01',
    ],
    [
      'an item too much',
      { payments: changed('ITEM0002', { amountFen: 301 }) },
      'items of CART0001-K come to 1001 fen, not to 1000',
    ],
    [
      'a charge that was paid more than its items have',
      { charges: collected.charges.map((each) => (each._id === 'CART0001K1' ? { ...each, paidFen: 1_001 } : each)) },
      'CART0001-K was paid 1001 fen; its items have 1000, and 0 went back',
    ],
    [
      'a part that never was started',
      { workflows: collected.workflows.filter(({ workflowId }) => workflowId !== 'part/SPLIT001/S02') },
      'part/SPLIT001/S02 was never started',
    ],
    ['a cart that hangs', { payments: changed('CART0001-K', { status: 'paid' }) }, 'CART0001-K is still paid'],
    [
      'a trial balance that does not balance',
      { trialBalance: { ...collected.trialBalance, debitFen: 4_301, balanced: false } },
      'debits are 4301 fen, and credits 4300',
    ],
    [
      'a trial balance that reads otherwise than the journals',
      {
        trialBalance: trialBalance({
          'channelReceivable:alipay': [2_000, 300],
          premiumInAdvance: [2_000, 1_999],
          premiumIncome: [0, 1_701],
          refundPayable: [300, 300],
        }),
      },
      'premiumInAdvance reads 1 fen, and its journals say 0',
    ],
    [
      'money at the channel that is nobody’s',
      { orders: [...collected.orders, order('SPLIT001S022', 400, 0)] },
      '2400 fen came in, but 1700 are kept, 300 refunded and 0 held',
    ],
  ];
  it.each(violations)('when there is %s, then says so', (_what, different, problem) => {
    expect(problemsOf({ ...collected, ...different })).toContain(problem);
  });
});

/** The rows with one of them changed. */
function changed(id: string, difference: Partial<Audited['payments'][number]>): Audited['payments'] {
  return collected.payments.map((row) => (row._id === id ? { ...row, ...difference } : row));
}

describe('the audit', () => {
  it('when all money is where it belongs, then finds nothing', () => {
    expect(problemsOf(healthy)).toEqual([]);
  });

  it('when a payment waits for a person, then takes it for what it is', () => {
    const waiting: Audited = {
      ...healthy,
      payments: [...healthy.payments, payment('WAITING1')],
      reviews: [{ paymentId: 'WAITING1', settled: null }],
      charges: [...healthy.charges, { _id: 'WAITING1C1', channel: 'alipay', paymentId: 'WAITING1', paidFen: 0 }],
      orders: [...healthy.orders, order('WAITING1C1', 1, 0)],
      workflows: [...healthy.workflows, { ...workflow('payment/WAITING1'), status: 'RUNNING', needsAttention: true }],
    };
    expect(problemsOf(waiting)).toEqual([]);
  });

  const [first, second] = healthy.payments;
  const violations: readonly [string, Partial<Audited>, string][] = [
    [
      'a payment that hangs',
      { payments: [{ ...payment('ISSUED01'), status: 'paid', paidFen: 1_000 }, ...healthy.payments.slice(1)] },
      'ISSUED01 is still paid',
    ],
    [
      'a refund that hangs',
      { refunds: healthy.refunds.map((each) => ({ ...each, status: 'refunding' })) },
      'refund E1 of ISSUED01 is still refunding',
    ],
    [
      'two policies for one payment',
      { policies: healthy.policies.flatMap((policy) => [policy, { ...policy, policyNo: 'PD2' }]) },
      'ISSUED01 has 2 policies at the core',
    ],
    [
      'a policy for a refunded payment',
      { policies: [...healthy.policies, policy('REFUSED1')] },
      'REFUSED1 is refunded, yet has a policy',
    ],
    [
      'money that is owed and not expected',
      { settlements: healthy.settlements.slice(1) },
      'alipay owes 700 fen, and -300 are expected',
    ],
    [
      'a follower who reads something else than it is owed',
      {
        journals: [...healthy.journals, journal('ISSUED01', 'premiumIncome', 'coinsurancePayable:CPIC', 40)],
        statements: [{ insurer: 'CPIC', lines: [], totals: { grossFen: 39, feeFen: 0, netFen: 39 } }],
      },
      'CPIC reads 39 fen, and is owed 40',
    ],
    [
      'a follower without a statement',
      { journals: [...healthy.journals, journal('ISSUED01', 'premiumIncome', 'coinsurancePayable:CPIC', 40)] },
      'coinsurancePayable:CPIC has no statement',
    ],
    ['nothing expected at all', { settlements: [] }, 'alipay owes 700 fen, and 0 are expected'],
    ['an issued payment without a policy', { policies: [] }, 'ISSUED01 is issued, yet the core has no policy'],
    [
      'a premium kept without a policy',
      { refunds: healthy.refunds.slice(0, 1) },
      'REFUSED1: paid 500 − refunded 0 fen, but premium 0 − given back 0 fen',
    ],
    [
      'money at the channel that we do not know of',
      { charges: healthy.charges.slice(1) },
      'ISSUED01C1 is at the channel and not with us',
    ],
    [
      'a refund made twice at the channel',
      { orders: [order('ISSUED01C1', 1_000, 600), order('REFUSED1C1', 500, 500)] },
      'ISSUED01C1: refunded 300 fen with us, 600 at the channel',
    ],
    [
      'a journal that was booked twice',
      { journals: [...healthy.journals, ...healthy.journals.slice(0, 1)] },
      'premiumInAdvance stands at -1000 fen instead of 0',
    ],
    [
      'a journal that does not balance',
      {
        journals: [
          ...healthy.journals,
          { _id: 'odd', paymentId: 'ISSUED01', outTradeNo: null, lines: [{ account: 'bank', amountFen: 1 }] },
        ],
      },
      'journal odd does not sum to zero',
    ],
    [
      'evidence of nobody',
      { evidence: [{ _id: 'v3', source: 'query', paymentId: 'NOBODY01', rejected: null, deliveredAt: null }] },
      'evidence v3 belongs to no payment and was not rejected',
    ],
    [
      'a callback left lying',
      { evidence: healthy.evidence.map((row) => ({ ...row, deliveredAt: null })) },
      'callback v1 of ISSUED01 has not reached its workflow',
    ],
    [
      'a workflow that failed',
      { workflows: healthy.workflows.map((each) => ({ ...each, status: 'FAILED' })) },
      'payment/ISSUED01 is failed',
    ],
    [
      'a workflow that hangs',
      { workflows: healthy.workflows.map((each) => ({ ...each, status: 'RUNNING' })) },
      'refund/ISSUED01/E1 is running',
    ],
    ['a workflow that never was', { workflows: healthy.workflows.slice(1) }, 'payment/ISSUED01 was never started'],
    [
      'another policy number than the core has',
      { payments: first && second ? [{ ...first, policyNo: 'PD9' }, second] : [] },
      'ISSUED01 has policy PD9, at the core PD1',
    ],
  ];
  it.each(violations)('when there is %s, then says so', (_what, changed, problem) => {
    expect(problemsOf({ ...healthy, ...changed })).toContain(problem);
  });
});

function problemsOf(audited: Audited): string[] {
  return checksOf(audited).flatMap(({ problems }) => problems);
}

function payment(paymentId: string): Audited['payments'][number] {
  return {
    _id: paymentId,
    shape: plain,
    status: 'needsAttention',
    amountFen: 1_000,
    paidFen: 0,
    policyNo: null,
  };
}

function refund(
  made: Pick<Audited['refunds'][number], 'paymentId' | 'refundId' | 'amountFen' | 'origin'>,
): Audited['refunds'][number] {
  return { ...made, outTradeNo: `${made.paymentId}C1`, status: 'refunded' };
}

function journal(paymentId: string, debit: string, credit: string, amountFen: number): Audited['journals'][number] {
  const lines = [
    { account: debit, amountFen },
    { account: credit, amountFen: -amountFen },
  ];
  return { _id: `${paymentId}:${debit}:${credit}`, paymentId, outTradeNo: `${paymentId}C1`, lines };
}

function order(outTradeNo: string, paidFen: number, refundedFen: number): Audited['orders'][number] {
  return {
    outTradeNo,
    merchantId: 'M1',
    state: 'TRADE_SUCCESS',
    paidFen,
    refundedFen,
    verbs: { open: 1, query: 0, close: 0, refund: 0, queryRefund: 0 },
    refunds: [],
    notifications: [],
  };
}

function policy(paymentId: string): Audited['policies'][number] {
  return { paymentId, policyNo: 'PD2', premiumFen: 500, cancelled: false, issueCalls: 1 };
}

function workflow(workflowId: string): Audited['workflows'][number] {
  return { workflowId, status: 'COMPLETED', needsAttention: false };
}

/** Each account with its debits and credits, fen. */
function trialBalance(sides: Record<string, readonly [number, number]>): Audited['trialBalance'] {
  const accounts = Object.entries(sides).map(([account, [debitFen, creditFen]]) => ({ account, debitFen, creditFen }));
  const debitFen = accounts.reduce((sum, each) => sum + each.debitFen, 0);
  const creditFen = accounts.reduce((sum, each) => sum + each.creditFen, 0);
  return { accounts, debitFen, creditFen, balanced: debitFen === creditFen };
}
