import { describe, expect, it } from 'vitest';
import { lateMoneyReceived, policyIssued, premiumReceived, premiumReturned } from '../../../src/domain/book/entries.js';
import type { Journal } from '../../../src/domain/book/journal.js';
import { fen } from '../../../src/domain/money.js';
import { createActivities } from '../../../src/activities/index.js';
import { compareWithRecords } from '../../../src/activities/reconcile/compareBook.js';
import { differences, type Compared } from '../../../src/activities/reconcile/differences.js';
import type { Dependencies } from '../../../src/activities/saga/dependencies.js';
import type { ChargeRecord } from '../../../src/records/charges.js';
import type { PaymentRecord } from '../../../src/records/payments.js';
import type { RefundRecord } from '../../../src/records/refunds.js';
import { aCart, anItem, aPart, aPayment, aRefund, aSplit, at, paymentId } from '../../records/examples.js';
import { run } from '../activityWorld.js';
import { alone, charge, inBook, record } from './booked.js';

const outTradeNo = `${paymentId}C1`;
const money = { paymentId, outTradeNo, amountFen: fen(1_280_00), at };
const received = premiumReceived({ ...money, channel: 'alipay' });
const issued = policyIssued({ coinsurance: null, ...money, policyNo: 'PL1' });
const returned = premiumReturned({
  paymentId,
  outTradeNo,
  refundNo: `${outTradeNo}R1`,
  refundFen: fen(100_00),
  at,
  channel: 'alipay',
});

const refund = (changes: Partial<RefundRecord> = {}) =>
  ({ ...aRefund(), refundNo: `${outTradeNo}R1`, ...changes }) as RefundRecord;

type Given = Compared;
const given = (changes: {
  payment?: Partial<PaymentRecord>;
  charge?: Partial<ChargeRecord>;
  refund?: Partial<RefundRecord>;
  journals?: Journal[];
}): Given => ({
  ...alone,
  payment: record(aPayment(), changes.payment),
  charges: [charge(changes.charge)],
  refunds: changes.refund === undefined ? [] : [refund(changes.refund)],
  journals: changes.journals ?? inBook(received, issued),
});

describe('the book beside the records', () => {
  it('says the same of a payment that was issued, and of a part that went back', () => {
    expect(differences(given({}))).toEqual([]);
    const back = given({ refund: { status: 'refunded' }, journals: inBook(received, issued, returned) });
    expect(differences(back)).toEqual([]);
  });

  it.each<[string, Given, string]>([
    ['a premium nobody booked', given({ journals: inBook(issued) }), 'is paid 128000 fen, and the book says 0'],
    [
      'a premium booked too low',
      given({ charge: { paidFen: fen(1_280_01) } }),
      'is paid 128001 fen, and the book says 128000',
    ],
    [
      'money in the book that no charge has',
      given({ charge: { paidFen: fen(0) } }),
      'is paid 0 fen, and the book says 128000',
    ],
    ['a policy nobody booked', given({ journals: inBook(received) }), 'is issued, and no journal says so'],
    [
      'a policy in the book only',
      given({ payment: { status: 'closed' } }),
      'is closed, and a journal says it is issued',
    ],
    [
      'a refund nobody booked',
      given({ refund: { status: 'refunded' } }),
      'refund R1 is refunded, and no journal says so',
    ],
    [
      'a refund settled otherwise that nobody booked',
      given({ refund: { status: 'settledOutside' } }),
      'refund R1 is settled outside, and no journal says so',
    ],
    [
      'a refund in the book only',
      given({ refund: { status: 'refunding' }, journals: inBook(received, issued, returned) }),
      'refund R1 is refunding, and a journal says the money is back',
    ],
    [
      'a journal that was taken back',
      given({
        journals: inBook(received, issued, {
          ...issued,
          key: `${issued.key}:reversed`,
          kind: 'Reversal',
          reverses: issued.key,
        }),
      }),
      'is issued, and no journal says so',
    ],
  ])('does not hide %s', (_what, of, difference) => {
    const found = differences(of);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(difference);
  });

  it('says the same of money that came and went back by itself: what is taken back is not received', () => {
    const late = lateMoneyReceived({ ...money, channel: 'alipay' });
    const takenBack = { ...late, key: `${late.key}:reversed`, kind: 'Reversal', reverses: late.key } as const;
    const gone = given({
      payment: { status: 'closed' },
      charge: { status: 'closed', paidFen: fen(0) },
      journals: inBook(late, takenBack),
    });
    expect(differences(gone)).toEqual([]);
  });

  it('waits for a person where the facts are in doubt', () => {
    const doubtful = given({ payment: { status: 'needsAttention' }, journals: [] });
    expect(differences(doubtful)).toHaveLength(1);
    expect(differences({ ...doubtful, waiting: new Set([paymentId]) })).toEqual([]);
  });
});

describe('holding every record against the book', () => {
  const all = [
    record(aPayment({ paymentId: 'P2026112200000009' })),
    record(aSplit()),
    record(aPart(1)),
    record(aPart(2)),
    record(aCart()),
    record(anItem(1)),
    record(anItem(2)),
  ].map((each) => ({ ...each, status: 'closed' as const }));

  /** Everything as given to the walk, and as it stands when it is looked for by its id. */
  const stores = (walked: readonly PaymentRecord[], now: readonly PaymentRecord[] = walked) =>
    ({
      payments: {
        walk: async function* (after = '') {
          yield* await Promise.resolve(walked.filter((each) => each.paymentId > after));
        },
        find: (id: string) => Promise.resolve(now.find((each) => each.paymentId === id) ?? null),
        partsOf: ([id]: string[]) =>
          Promise.resolve(now.filter(({ shape }) => shape.kind === 'part' && shape.of === id)),
        itemsOf: ([id]: string[]) =>
          Promise.resolve(now.filter(({ shape }) => shape.kind === 'item' && shape.cartId === id)),
      },
      charges: { ofPayment: () => Promise.resolve([]) },
      refunds: { ofPayment: () => Promise.resolve([]) },
      reviews: { openOf: () => Promise.resolve([]) },
    }) as unknown as Parameters<typeof compareWithRecords>[1];
  const ledger = { ofPayment: () => Promise.resolve([]) };
  const compare = async (of: ReturnType<typeof stores>) => {
    const told: string[] = [];
    const compared = await compareWithRecords(ledger, of, ({ paymentId: id, problem }) =>
      told.push(`${id} ${problem}`),
    );
    return { compared, told };
  };

  it('looks at each once, those too that no list shows', async () => {
    expect(await compare(stores(all))).toEqual({ compared: 7, told: [] });
    const issuedOnes = all.map((each) => ({ ...each, status: 'issued' as const, paidFen: each.amountFen }));
    const { compared, told } = await compare(stores(issuedOnes));
    expect(compared).toBe(7);
    const without = 'is issued, and no journal says so';
    expect(told).toEqual([
      `P2026112200000009 ${without}`,
      `${paymentId} ${without}`,
      `${anItem(1).paymentId} ${without}`,
      `${anItem(2).paymentId} ${without}`,
    ]);
  });

  it('looks once more before it says what has settled since', async () => {
    const walked = all.map((each) => ({ ...each, status: 'issued' as const }));
    expect(await compare(stores(walked, all))).toEqual({ compared: 7, told: [] });
  });

  it('is a step that takes so many records at a time, and says where the next one goes on', async () => {
    const many = Array.from({ length: 450 }, (_, index) =>
      record(aPayment({ paymentId: `Pmany${String(index).padStart(5, '0')}` }), {
        status: index % 100 === 99 ? 'issued' : 'closed',
      }),
    );
    const { compareBook } = createActivities({ ...stores(many), ledger } as unknown as Dependencies);
    const seen: unknown[] = [];
    for (let after: string | null = ''; after !== null;) {
      const step: Awaited<ReturnType<typeof compareBook>> = await run(compareBook, { after });
      seen.push([step.compared, step.differences.map(({ paymentId: id }) => id), step.next]);
      after = step.next;
    }
    expect(seen).toEqual([
      [200, ['Pmany00099', 'Pmany00199'], 'Pmany00199'],
      [200, ['Pmany00299', 'Pmany00399'], 'Pmany00399'],
      [50, [], null],
    ]);
  });

  it('ends where the last step was full, after one that finds nothing more', async () => {
    const exactly = Array.from({ length: 200 }, (_, index) =>
      record(aPayment({ paymentId: `Pfull${String(index).padStart(5, '0')}` }), { status: 'closed' }),
    );
    const { compareBook } = createActivities({ ...stores(exactly), ledger } as unknown as Dependencies);
    expect(await run(compareBook, { after: '' })).toMatchObject({ compared: 200, next: 'Pfull00199' });
    expect(await run(compareBook, { after: 'Pfull00199' })).toEqual({ compared: 0, differences: [], next: null });
    expect(await compare(stores(exactly))).toEqual({ compared: 200, told: [] });
  });
});
