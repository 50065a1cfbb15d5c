import { describe, expect, it } from 'vitest';
import {
  itemReceived,
  lateMoneyReceived,
  policyIssued,
  premiumReceived,
  premiumReturned,
} from '../../../src/domain/book/entries.js';
import type { Journal, JournalEntry } from '../../../src/domain/book/journal.js';
import { fen } from '../../../src/domain/money.js';
import { createActivities } from '../../../src/activities/index.js';
import { compareWithRecords } from '../../../src/activities/reconcile/compareBook.js';
import { differences, type Compared } from '../../../src/activities/reconcile/differences.js';
import type { Dependencies } from '../../../src/activities/saga/dependencies.js';
import type { ChargeRecord } from '../../../src/records/charges.js';
import type { PaymentRecord } from '../../../src/records/payments.js';
import type { RefundRecord } from '../../../src/records/refunds.js';
import {
  aCart,
  aCharge,
  anItem,
  aPart,
  aPayment,
  aRefund,
  aSplit,
  at,
  cartId,
  paymentId,
} from '../../records/examples.js';
import { run } from '../activityWorld.js';

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

const chain = { sequence: 1, previousHash: '', hash: '' };
const inBook = (...entries: (JournalEntry & { reverses?: string })[]): Journal[] =>
  entries.map((entry) => ({ reverses: null, ...entry, bookDate: '2026-11-22', chain }));

/** A record as it stands once its workflow has ended. */
const record = (asked: ReturnType<typeof aPayment>, changes: Partial<PaymentRecord> = {}): PaymentRecord =>
  ({
    ...asked,
    status: 'issued',
    versions: { payment: 3 },
    paidFen: fen(0),
    outTradeNo: null,
    ...changes,
  }) as PaymentRecord;
const charge = (changes: Partial<ChargeRecord> = {}) =>
  ({ ...aCharge(), status: 'paid', paidFen: fen(1_280_00), ...changes }) as ChargeRecord;
const refund = (changes: Partial<RefundRecord> = {}) =>
  ({ ...aRefund(), refundNo: `${outTradeNo}R1`, ...changes }) as RefundRecord;
const alone = {
  charges: [],
  refunds: [],
  journals: [],
  members: [],
  memberJournals: [],
  whole: null,
  waiting: new Set<string>(),
} as const;

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

/** A premium of 1280 yuan in two parts, of which the second is another company's. */
describe('the book beside a payment in parts', () => {
  const parts = [record(aPart(1)), record(aPart(2))].map((part) => ({ ...part, paidFen: part.amountFen }));
  const [first, second] = parts as [PaymentRecord, PaymentRecord];
  const whole = record(aSplit());
  const ofWhole = (changes: Partial<Compared> = {}): Compared => ({
    ...alone,
    payment: whole,
    members: parts,
    journals: inBook(issued),
    ...changes,
  });
  const partNo = `${paymentId}S021`;
  const ofSecond = (payment: Partial<PaymentRecord> = {}, changes: Partial<Compared> = {}): Compared => {
    const event = { paymentId: second.paymentId, outTradeNo: partNo, amountFen: second.amountFen, at };
    return {
      ...alone,
      payment: { ...second, ...payment },
      charges: [charge({ outTradeNo: partNo, paymentId: second.paymentId, paidFen: second.amountFen })],
      journals: inBook(premiumReceived({ ...event, channel: 'alipay-life' })),
      whole,
      ...changes,
    };
  };
  const shaped = (change: object) => ({ shape: { ...second.shape, ...change } });

  it('says the same of the whole, which has the policy, and of each part, which has its money', () => {
    expect(differences(ofWhole())).toEqual([]);
    expect(differences(ofSecond())).toEqual([]);
  });

  it.each<[string, Compared, string]>([
    ['a policy of the whole that nobody booked', ofWhole({ journals: [] }), 'is issued, and no journal says so'],
    [
      'a policy in the book that the whole has not',
      ofWhole({ payment: { ...whole, status: 'partlyPaid' } }),
      'is partlyPaid, and a journal says it is issued',
    ],
    [
      'a policy booked for a part',
      ofSecond(
        {},
        {
          journals: inBook(
            premiumReceived({
              paymentId: second.paymentId,
              outTradeNo: partNo,
              amountFen: second.amountFen,
              at,
              channel: 'a',
            }),
            policyIssued({ ...money, paymentId: second.paymentId, coinsurance: null, policyNo: 'PL1' }),
          ),
        },
      ),
      'is a part, and a journal says it has a policy of its own',
    ],
    ['a part nobody booked', ofSecond({}, { journals: [] }), `${partNo} is paid 48000 fen, and the book says 0`],
    [
      'a part that is not on record',
      ofWhole({ payment: { ...whole, status: 'partlyPaid' }, journals: [], members: [first] }),
      'has 1 of 2 members not on record',
    ],
    [
      'parts that do not come to the whole',
      ofWhole({ payment: { ...whole, status: 'partlyPaid', amountFen: fen(1_280_01) }, journals: [] }),
      'is 128001 fen, and its members come to 128000',
    ],
    [
      'a policy for more than the parts were paid',
      ofWhole({ members: [first, { ...second, paidFen: fen(479_99) }] }),
      'is issued for 128000 fen, and its parts are paid 127999',
    ],
    [
      'a part that went back while the whole is issued',
      ofWhole({ members: [first, { ...second, status: 'refunded' }] }),
      `is issued, and its part ${second.paymentId} is refunded`,
    ],
    [
      'a part that is issued while the whole is not',
      ofSecond({}, { whole: { ...whole, status: 'refunding' } }),
      `is issued, and ${paymentId} is refunding`,
    ],
    ['a part of nothing', ofSecond({}, { whole: null }), `is a part of ${paymentId}, which is no payment in parts`],
    [
      'a part that was planned of another amount',
      ofSecond({ amountFen: fen(480_01) }),
      `is 48001 fen for part life, and ${paymentId} has planned it otherwise`,
    ],
    [
      'a part that was planned under another name',
      ofSecond(shaped({ partId: 'property' })),
      `is 48000 fen for part property, and ${paymentId} has planned it otherwise`,
    ],
    [
      'a part that does not begin where the one before it ends',
      ofSecond(shaped({ offsetFen: fen(799_99) })),
      `begins at 79999 fen of ${paymentId}, and the parts before it come to 80000`,
    ],
  ])('does not hide %s', (_what, of, difference) => {
    expect(differences(of)).toEqual([difference]);
  });

  it('misses no part before the workflow has begun, nor one that waits for a person', () => {
    expect(
      differences(ofWhole({ payment: { ...whole, status: 'opening', versions: {} }, journals: [], members: [] })),
    ).toEqual([]);
    const members = [first, { ...second, status: 'needsAttention' } as const];
    expect(differences(ofWhole({ members }))).toHaveLength(1);
    expect(differences(ofWhole({ members, waiting: new Set([second.paymentId]) }))).toEqual([]);
  });
});

describe('the book beside a cart', () => {
  const combineNo = `${cartId}K1`;
  const cart = record(aCart(), { outTradeNo: combineNo, paidFen: fen(1_280_00) });
  const items = [record(anItem(1)), record(anItem(2))].map((item) => ({
    ...item,
    outTradeNo: combineNo,
    paidFen: item.amountFen,
  }));
  const [car, life] = items as [PaymentRecord, PaymentRecord];
  const receivedOf = ({ paymentId: id, amountFen }: PaymentRecord) =>
    itemReceived({ paymentId: id, outTradeNo: combineNo, channel: 'alipay', amountFen, at });
  const issuedOf = ({ paymentId: id, amountFen }: PaymentRecord) =>
    policyIssued({ paymentId: id, outTradeNo: combineNo, policyNo: 'PL1', amountFen, coinsurance: null, at });
  const ofCart = (changes: Partial<Compared> = {}): Compared => ({
    ...alone,
    payment: cart,
    charges: [charge({ outTradeNo: combineNo, paymentId: cart.paymentId })],
    members: items,
    memberJournals: inBook(...items.flatMap((item) => [receivedOf(item), issuedOf(item)])),
    ...changes,
  });
  const ofLife = (changes: Partial<Compared> = {}): Compared => ({
    ...alone,
    payment: life,
    journals: inBook(receivedOf(life), issuedOf(life)),
    whole: cart,
    ...changes,
  });

  it('says the same of the cart, whose charge is booked item by item, and of each item', () => {
    expect(differences(ofCart())).toEqual([]);
    expect(differences(ofLife())).toEqual([]);
  });

  it('says the same of money that fits no item: it stands under the cart itself', () => {
    const misfit = lateMoneyReceived({ ...money, paymentId: cart.paymentId, outTradeNo: combineNo, channel: 'alipay' });
    const closed = { ...cart, status: 'refunded' } as const;
    const unpaid = items.map((item) => ({ ...item, status: 'closed' as const, paidFen: fen(0) }));
    expect(
      differences(ofCart({ payment: closed, journals: inBook(misfit), members: unpaid, memberJournals: [] })),
    ).toEqual([]);
    expect(differences(ofCart({ payment: closed, members: unpaid, memberJournals: [] }))).toEqual([
      `${combineNo} is paid 128000 fen, and the book says 0`,
    ]);
  });

  it('says the same of an item of a combined order, which has a charge of its own', () => {
    const childNo = `${combineNo}I02`;
    const child = { ...life, outTradeNo: childNo };
    const event = {
      paymentId: life.paymentId,
      outTradeNo: childNo,
      channel: 'alipay-life',
      amountFen: life.amountFen,
      at,
    };
    const own = {
      charges: [charge({ outTradeNo: childNo, paymentId: life.paymentId, paidFen: life.amountFen })],
      journals: inBook(premiumReceived(event), issuedOf(life)),
    };
    expect(differences(ofLife({ payment: child, ...own }))).toEqual([]);
    expect(differences(ofLife({ payment: child, ...own, journals: inBook(issuedOf(life)) }))).toEqual([
      `${childNo} is paid 48000 fen, and the book says 0`,
    ]);
  });

  it.each<[string, Compared, string]>([
    [
      'an item of its charge that nobody booked',
      ofCart({ memberJournals: inBook(receivedOf(car), issuedOf(car)) }),
      `${combineNo} is paid 128000 fen, and the book says 80000`,
    ],
    [
      'a premium that one item has of another',
      ofLife({ payment: { ...life, paidFen: fen(800_00) } }),
      `is paid 80000 fen of ${combineNo}, and the book says 48000`,
    ],
    [
      'an item nobody booked the policy of',
      ofLife({ journals: inBook(receivedOf(life)) }),
      'is issued, and no journal says so',
    ],
    [
      'a policy booked for the cart',
      ofCart({ journals: inBook(issuedOf(cart)) }),
      'is a cart, and a journal says it has a policy of its own',
    ],
    [
      'items that do not come to their cart',
      ofCart({ payment: { ...cart, amountFen: fen(1_280_01) } }),
      'is 128001 fen, and its members come to 128000',
    ],
    ['an item that is not on record', ofCart({ members: [car] }), 'has 1 of 2 members not on record'],
    ['an item of nothing', ofLife({ whole: null }), `is an item of ${cartId}, which is no cart`],
    [
      'an item that was planned of another amount',
      ofLife({ payment: { ...life, amountFen: fen(480_01) } }),
      `is 48001 fen for item 2, and cart ${cartId} has planned it otherwise`,
    ],
    [
      'an item in the place of another',
      ofLife({ payment: { ...life, shape: { kind: 'item', cartId, itemNo: 1, payee: null } } }),
      `is 48000 fen for item 1, and cart ${cartId} has planned it otherwise`,
    ],
  ])('does not hide %s', (_what, of, difference) => {
    expect(differences(of)).toEqual([difference]);
  });

  it('misses no item of a cart that ended because one stands for something else', () => {
    const refused = { ...cart, status: 'closed', outTradeNo: null } as const;
    expect(differences(ofCart({ payment: refused, charges: [], members: [car], memberJournals: [] }))).toEqual([]);
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
