import { addFen, fen } from '../../domain/money.js';
import { cartRecordId } from '../../domain/ids.js';
import type { Journal } from '../../domain/book/journal.js';
import { journalKeys } from '../../domain/book/journalKeys.js';
import type { Ledger } from '../../ledger/ledger.js';
import type { ChargeRecord, Charges } from '../../records/charges.js';
import type { PaymentRecord, Payments } from '../../records/payments.js';
import type { RefundRecord, Refunds } from '../../records/refunds.js';

interface Stores {
  payments: Payments;
  charges: Charges;
  refunds: Refunds;
}
type Book = Pick<Ledger, 'ofPayment'>;

/**
 * Holds every record against its journals (payments, their parts, carts and their items), and says what differs. Answers
 * how many records were looked at. One under way may differ for the moment between its journal and its record.
 */
export async function compareWithRecords(
  ledger: Book,
  records: Stores,
  tell: (difference: { paymentId: string; problem: string }) => void,
): Promise<number> {
  let compared = 0;
  for await (const payment of records.payments.walk()) {
    for (const problem of await differencesOf(ledger, records, payment))
      tell({ paymentId: payment.paymentId, problem });
    compared += 1;
  }
  return compared;
}

/** Looks once more before it says so: what the walk read may have moved on since. */
async function differencesOf(ledger: Book, records: Stores, payment: PaymentRecord): Promise<string[]> {
  const found = differences(await everythingOf(ledger, records, payment));
  if (found.length === 0) return found;
  const now = (await records.payments.find(payment.paymentId)) ?? payment;
  return differences(await everythingOf(ledger, records, now));
}

/** A record with all that has to agree with it. */
export interface Compared {
  payment: PaymentRecord;
  charges: readonly ChargeRecord[];
  refunds: readonly RefundRecord[];
  journals: readonly Journal[];
  /** The parts of a split payment, the items of a cart; nothing of any other. */
  members: readonly PaymentRecord[];
  /** Of a cart, whose charge is booked item by item. */
  memberJournals: readonly Journal[];
  /** The split payment of a part, the cart of an item. */
  whole: PaymentRecord | null;
}

async function everythingOf(ledger: Book, records: Stores, payment: PaymentRecord): Promise<Compared> {
  const { paymentId, shape } = payment;
  const [journals, charges, refunds, members, whole] = await Promise.all([
    ledger.ofPayment(paymentId),
    records.charges.ofPayment(paymentId),
    records.refunds.ofPayment(paymentId),
    membersOf(records, payment),
    wholeOf(records, payment),
  ]);
  const memberJournals =
    shape.kind === 'cart' ? await Promise.all(members.map((item) => ledger.ofPayment(item.paymentId))) : [];
  return { payment, charges, refunds, journals, members, memberJournals: memberJournals.flat(), whole };
}

function membersOf({ payments }: Stores, { paymentId, shape }: PaymentRecord): Promise<PaymentRecord[]> {
  if (shape.kind === 'split') return payments.partsOf([paymentId]);
  return shape.kind === 'cart' ? payments.itemsOf([shape.cartId]) : Promise.resolve([]);
}

function wholeOf({ payments }: Stores, { shape }: PaymentRecord): Promise<PaymentRecord | null> {
  if (shape.kind === 'part') return payments.find(shape.of);
  return shape.kind === 'item' ? payments.find(cartRecordId(shape.cartId)) : Promise.resolve(null);
}

/** What of a record the book does not say, or says otherwise, and where it does not come to what it belongs to. Pure. */
export function differences(of: Compared): string[] {
  const { payment, charges, refunds, journals, memberJournals } = of;
  const standing = standingOf(journals);
  const keys = new Set(standing.map(({ key }) => key));
  const inBook = [...standing, ...standingOf(memberJournals)];
  return [
    ...charges.flatMap((charge) => chargeDifferences(payment, charge, inBook)),
    ...itemDifferences(payment, charges, standing),
    ...refunds.flatMap((refund) => refundDifferences(refund, keys)),
    ...policyDifferences(payment, refunds, keys),
    ...memberDifferences(of),
    ...wholeDifferences(of),
  ];
}

/** Journals that were not taken back, without those that took others back. */
function standingOf(journals: readonly Journal[]): Journal[] {
  const takenBack = new Set(journals.flatMap(({ reverses }) => reverses ?? []));
  return journals.filter(({ key, reverses }) => reverses === null && !takenBack.has(key));
}

/** Money under further trade numbers of one charge is booked beside its own. */
const receipts: readonly Journal['kind'][] = ['PremiumReceived', 'LateMoneyReceived'];

function receivedFen(journals: readonly Journal[], outTradeNo: string): number {
  return journals
    .filter((journal) => journal.outTradeNo === outTradeNo && receipts.includes(journal.kind))
    .flatMap(({ lines }) => lines)
    .reduce((sum, { account, amountFen }) => sum + (account.startsWith('channelReceivable:') ? amountFen : 0), 0);
}

function chargeDifferences(
  payment: PaymentRecord,
  { outTradeNo, paidFen }: ChargeRecord,
  journals: readonly Journal[],
): string[] {
  const bookedFen = receivedFen(journals, outTradeNo);
  // Facts in doubt are not booked before a person has settled them.
  if (payment.attention !== null && bookedFen === 0) return [];
  return bookedFen === paidFen || (bookedFen > paidFen && paidFen > 0)
    ? []
    : [`${outTradeNo} is paid ${paidFen} fen, and the book says ${bookedFen}`];
}

/** Of a cart's one charge each item has its own premium, no more and no less, and a journal of its own. */
function itemDifferences(
  { shape, outTradeNo, paidFen }: PaymentRecord,
  charges: readonly ChargeRecord[],
  journals: readonly Journal[],
): string[] {
  // An item of a combined order has a charge of its own, which is held against the book as any other.
  if (shape.kind !== 'item' || charges.length > 0 || outTradeNo === null) return [];
  const bookedFen = receivedFen(journals, outTradeNo);
  return bookedFen === paidFen ? [] : [`is paid ${paidFen} fen of ${outTradeNo}, and the book says ${bookedFen}`];
}

function refundDifferences({ refundId, refundNo, status }: RefundRecord, keys: ReadonlySet<string>): string[] {
  const back = keys.has(`${refundNo}:returned`);
  const outside = keys.has(`${refundNo}:settledOutside`);
  if (status === 'refunded' && !back) return [`refund ${refundId} is refunded, and no journal says so`];
  if (status === 'settledOutside' && !outside) return [`refund ${refundId} is settled outside, and no journal says so`];
  if (status !== 'refunded' && back) return [`refund ${refundId} is ${status}, and a journal says the money is back`];
  return [];
}

/** A policy is of a payment as the core asked for it: of the whole of a split one, and of each item of a cart. */
function policyDifferences(
  { paymentId, shape, status }: PaymentRecord,
  refunds: readonly RefundRecord[],
  keys: ReadonlySet<string>,
): string[] {
  const booked = keys.has(journalKeys.issued(paymentId));
  if (shape.kind === 'part' || shape.kind === 'cart')
    return booked ? [`is a ${shape.kind}, and a journal says it has a policy of its own`] : [];
  if (status === 'issued') return booked ? [] : ['is issued, and no journal says so'];
  return booked && refunds.length === 0 ? [`is ${status}, and a journal says it is issued`] : [];
}

/** What a whole says of its members, each of which says the rest of itself. */
function memberDifferences({ payment, members }: Compared): string[] {
  const { shape, amountFen, status, versions, outTradeNo } = payment;
  if (shape.kind !== 'split' && shape.kind !== 'cart') return [];
  const planned = shape.kind === 'split' ? shape.parts : shape.items;
  const sumFen = sumOf(planned);
  const sums = sumFen === amountFen ? [] : [`is ${amountFen} fen, and its members come to ${sumFen}`];
  // They are written down by its workflow, before its first step; a cart one of whose items stands for something else ends there.
  const isBegun = Object.keys(versions).length > 0;
  const isRefused = shape.kind === 'cart' && status === 'closed' && outTradeNo === null;
  const missing = planned.length - members.length;
  const counts =
    isBegun && !isRefused && missing > 0 ? [`has ${missing} of ${planned.length} members not on record`] : [];
  return [...sums, ...counts, ...(shape.kind === 'split' ? issuedPartsDifferences(payment, members) : [])];
}

/** The policy is for all of the money: once it is issued every part has paid its own, and stands with it. */
function issuedPartsDifferences({ status, amountFen }: PaymentRecord, parts: readonly PaymentRecord[]): string[] {
  if (status !== 'issued') return [];
  const paidFen = parts.reduce((sum, part) => sum + part.paidFen, 0);
  const sums = paidFen === amountFen ? [] : [`is issued for ${amountFen} fen, and its parts are paid ${paidFen}`];
  const astray = parts.filter((part) => part.status !== 'issued' && part.attention === null);
  return [...sums, ...astray.map((part) => `is issued, and its part ${part.paymentId} is ${part.status}`)];
}

/** That a part or an item is what its payment or its cart has planned. */
function wholeDifferences({ payment, whole }: Compared): string[] {
  const { shape, amountFen, paymentId, status } = payment;
  switch (shape.kind) {
    case 'plain':
    case 'split':
    case 'cart':
      return [];
    case 'part': {
      if (whole?.shape.kind !== 'split') return [`is a part of ${shape.of}, which is no payment in parts`];
      const before = whole.shape.parts.slice(0, shape.partNo - 1);
      const planned = whole.shape.parts[shape.partNo - 1];
      if (planned?.partId !== shape.partId || planned.amountFen !== amountFen)
        return [`is ${amountFen} fen for part ${shape.partId}, and ${shape.of} has planned it otherwise`];
      const beginsAt = sumOf(before);
      if (beginsAt !== shape.offsetFen)
        return [`begins at ${shape.offsetFen} fen of ${shape.of}, and the parts before it come to ${beginsAt}`];
      return status === 'issued' && whole.status !== 'issued' ? [`is issued, and ${shape.of} is ${whole.status}`] : [];
    }
    case 'item': {
      if (whole?.shape.kind !== 'cart') return [`is an item of ${shape.cartId}, which is no cart`];
      const planned = whole.shape.items[shape.itemNo - 1];
      return planned?.paymentId === paymentId && planned.amountFen === amountFen
        ? []
        : [`is ${amountFen} fen for item ${shape.itemNo}, and cart ${shape.cartId} has planned it otherwise`];
    }
  }
}

const sumOf = (planned: readonly { amountFen: PaymentRecord['amountFen'] }[]): number =>
  addFen(fen(0), ...planned.map(({ amountFen }) => amountFen));
