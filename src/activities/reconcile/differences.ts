import { owingChannelOf } from '../../domain/book/account.js';
import type { Journal } from '../../domain/book/journal.js';
import { journalKeys } from '../../domain/book/journalKeys.js';
import { addFen, type Fen } from '../../domain/money.js';
import type { PaymentShape } from '../../domain/shape.js';
import type { ChargeRecord } from '../../records/charges.js';
import type { PaymentRecord } from '../../records/payments.js';
import type { RefundRecord } from '../../records/refunds.js';

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
  /** Those of the record and its members that wait for a person. */
  waiting: ReadonlySet<string>;
}

/** What of a record the book does not say, or says otherwise, and where it does not come to what it belongs to. Pure. */
export function differences(of: Compared): string[] {
  const { payment, charges, refunds, memberJournals } = of;
  const waits = of.waiting.has(payment.paymentId);
  const journals = standingOf(of.journals);
  const keys = new Set(journals.map(({ key }) => key));
  const ofCharges = [...journals, ...standingOf(memberJournals)];
  return [
    ...charges.flatMap((charge) => chargeDifferences(waits, charge, ofCharges)),
    ...refunds.flatMap((refund) => refundDifferences(refund, keys)),
    ...kindDifferences({ ...of, journals }, keys.has(journalKeys.issued(payment.paymentId))),
  ];
}

/** What a record of its kind has to be beside what is true of all. `journals` are those that stand. */
function kindDifferences(of: Compared, policyBooked: boolean): string[] {
  const { payment, whole } = of;
  const { shape } = payment;
  switch (shape.kind) {
    case 'plain':
      return policyDifferences(of, policyBooked);
    case 'split':
      return [
        ...policyDifferences(of, policyBooked),
        ...sumDifferences(payment, shape.parts),
        ...missingMembers(of, shape.parts.length),
        ...issuedPartsDifferences(of),
      ];
    case 'part':
      return [...ownPolicyDifferences(payment, policyBooked), ...partDifferences(payment, shape, whole)];
    case 'cart': {
      // One of its items stands for something else: the cart ends there, with the items registered before.
      const isRefused = payment.status === 'closed' && payment.outTradeNo === null;
      return [
        ...ownPolicyDifferences(payment, policyBooked),
        ...sumDifferences(payment, shape.items),
        ...(isRefused ? [] : missingMembers(of, shape.items.length)),
      ];
    }
    case 'item':
      return [
        ...premiumDifferences(of),
        ...policyDifferences(of, policyBooked),
        ...itemDifferences(payment, shape, whole),
      ];
  }
}

/** Journals that were not taken back, without those that took others back. */
function standingOf(journals: readonly Journal[]): Journal[] {
  const takenBack = new Set(journals.flatMap(({ reverses }) => reverses ?? []));
  return journals.filter(({ key, reverses }) => reverses === null && !takenBack.has(key));
}

/** Money under further trade numbers of one charge is booked beside its own. */
const receipts: readonly Journal['kind'][] = ['PremiumReceived', 'LateMoneyReceived'];

/** A plain number: what is checked may be no whole fen. */
function receivedFen(journals: readonly Journal[], outTradeNo: string): number {
  return journals
    .filter((journal) => journal.outTradeNo === outTradeNo && receipts.includes(journal.kind))
    .flatMap(({ lines }) => lines.filter(({ account }) => owingChannelOf(account) !== null))
    .reduce((sum: number, { amountFen }) => sum + amountFen, 0);
}

function chargeDifferences(
  waits: boolean,
  { outTradeNo, paidFen }: ChargeRecord,
  journals: readonly Journal[],
): string[] {
  const bookedFen = receivedFen(journals, outTradeNo);
  // Facts in doubt are not booked before a person has settled them.
  if (waits && bookedFen === 0) return [];
  return bookedFen === paidFen || (bookedFen > paidFen && paidFen > 0)
    ? []
    : [`${outTradeNo} is paid ${paidFen} fen, and the book says ${bookedFen}`];
}

/** Of a cart's one charge each item has its own premium, no more and no less, and a journal of its own. */
function premiumDifferences({ payment: { outTradeNo, paidFen }, charges, journals }: Compared): string[] {
  // An item of a combined order has a charge of its own, which is held against the book as any other.
  if (charges.length > 0 || outTradeNo === null) return [];
  const bookedFen = receivedFen(journals, outTradeNo);
  return bookedFen === paidFen ? [] : [`is paid ${paidFen} fen of ${outTradeNo}, and the book says ${bookedFen}`];
}

function refundDifferences({ refundId, refundNo, status }: RefundRecord, keys: ReadonlySet<string>): string[] {
  const back = keys.has(journalKeys.returned(refundNo));
  const outside = keys.has(journalKeys.settledOutside(refundNo));
  if (status === 'refunded' && !back) return [`refund ${refundId} is refunded, and no journal says so`];
  if (status === 'settledOutside' && !outside) return [`refund ${refundId} is settled outside, and no journal says so`];
  if (status !== 'refunded' && back) return [`refund ${refundId} is ${status}, and a journal says the money is back`];
  return [];
}

function policyDifferences({ payment: { status }, refunds }: Compared, policyBooked: boolean): string[] {
  if (status === 'issued') return policyBooked ? [] : ['is issued, and no journal says so'];
  return policyBooked && refunds.length === 0 ? [`is ${status}, and a journal says it is issued`] : [];
}

/** A policy is of a payment as the core asked for it: of the whole of a split one, and of each item of a cart. */
const ownPolicyDifferences = ({ shape }: PaymentRecord, policyBooked: boolean): string[] =>
  policyBooked ? [`is a ${shape.kind}, and a journal says it has a policy of its own`] : [];

type Planned = readonly { amountFen: Fen }[];
const sumOf = (planned: Planned): Fen => addFen(...planned.map(({ amountFen }) => amountFen));

function sumDifferences({ amountFen }: PaymentRecord, planned: Planned): string[] {
  const sumFen = sumOf(planned);
  return sumFen === amountFen ? [] : [`is ${amountFen} fen, and its members come to ${sumFen}`];
}

/** Members are written down by the workflow of their whole, before its first step. */
function missingMembers({ payment, members }: Compared, planned: number): string[] {
  const isBegun = Object.keys(payment.versions).length > 0;
  const missing = planned - members.length;
  return isBegun && missing > 0 ? [`has ${missing} of ${planned} members not on record`] : [];
}

/** The policy is for all of the money: once it is issued every part has paid its own, and stands with it. */
function issuedPartsDifferences({ payment, members: parts, waiting }: Compared): string[] {
  const { status, amountFen } = payment;
  if (status !== 'issued') return [];
  const paidFen = addFen(...parts.map((part) => part.paidFen));
  const sums = paidFen === amountFen ? [] : [`is issued for ${amountFen} fen, and its parts are paid ${paidFen}`];
  const astray = parts.filter((part) => part.status !== 'issued' && !waiting.has(part.paymentId));
  return [...sums, ...astray.map((part) => `is issued, and its part ${part.paymentId} is ${part.status}`)];
}

type ShapeOf<Kind extends PaymentShape['kind']> = Extract<PaymentShape, { kind: Kind }>;

/** That a part is what its payment has planned. */
function partDifferences(
  { amountFen, status }: PaymentRecord,
  { of, partId, partNo, offsetFen }: ShapeOf<'part'>,
  whole: PaymentRecord | null,
): string[] {
  if (whole?.shape.kind !== 'split') return [`is a part of ${of}, which is no payment in parts`];
  const planned = whole.shape.parts[partNo - 1];
  if (planned?.partId !== partId || planned.amountFen !== amountFen)
    return [`is ${amountFen} fen for part ${partId}, and ${of} has planned it otherwise`];
  const beginsAt = sumOf(whole.shape.parts.slice(0, partNo - 1));
  if (beginsAt !== offsetFen)
    return [`begins at ${offsetFen} fen of ${of}, and the parts before it come to ${beginsAt}`];
  return status === 'issued' && whole.status !== 'issued' ? [`is issued, and ${of} is ${whole.status}`] : [];
}

/** That an item is what its cart has planned. */
function itemDifferences(
  { amountFen, paymentId }: PaymentRecord,
  { cartId, itemNo }: ShapeOf<'item'>,
  whole: PaymentRecord | null,
): string[] {
  if (whole?.shape.kind !== 'cart') return [`is an item of ${cartId}, which is no cart`];
  const planned = whole.shape.items[itemNo - 1];
  return planned?.paymentId === paymentId && planned.amountFen === amountFen
    ? []
    : [`is ${amountFen} fen for item ${itemNo}, and cart ${cartId} has planned it otherwise`];
}
