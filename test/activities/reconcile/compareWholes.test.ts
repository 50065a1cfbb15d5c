import { describe, expect, it } from 'vitest';
import { itemReceived, lateMoneyReceived, policyIssued, premiumReceived } from '../../../src/domain/book/entries.js';
import { fen } from '../../../src/domain/money.js';
import { differences, type Compared } from '../../../src/activities/reconcile/differences.js';
import type { PaymentRecord } from '../../../src/records/payments.js';
import { aCart, anItem, aPart, aSplit, at, cartId, paymentId } from '../../records/examples.js';
import { alone, charge, inBook, record } from './booked.js';

const outTradeNo = `${paymentId}C1`;
const money = { paymentId, outTradeNo, amountFen: fen(1_280_00), at };
const issued = policyIssued({ coinsurance: null, ...money, policyNo: 'PL1' });

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
