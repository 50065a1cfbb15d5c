import { sharesBetween, sharesOf, wholeBp, type Coinsurance } from './coinsurance.js';
import { paysSeveral } from '../ids.js';
import type { Fen } from '../money.js';

/** Kinds of account; the chart gives each a code and names. */
export const accountKinds = [
  'bank',
  'channelReceivable',
  'premiumInAdvance',
  'refundPayable',
  'unidentifiedReceipts',
  'premiumIncome',
  'outputTax',
  'coinsurancePayable',
  'leadFeeIncome',
  // Of what settlement, payouts and other entities' books bring; finance has them in its chart from the beginning.
  'channelFees',
  'coinsuranceReceivable',
  'claimsPayable',
  'paymentsInTransit',
  'unidentifiedPayments',
  'intercompany',
] as const;
export type AccountKind = (typeof accountKinds)[number];

/** Accounts journals post to. Finance maps them to its own chart; names in docs/glossary.md. */
type Account =
  /** 应收渠道款: what a channel owes us. */
  | `channelReceivable:${string}`
  /** 预收保费: premium received before the policy. */
  | 'premiumInAdvance'
  /** 保费收入: premium of policies in force. */
  | 'premiumIncome'
  /** 应交税费-销项税: the tax within premiums of policies in force. */
  | 'outputTax'
  /** 应付退费: money that must go back to a customer. */
  | 'refundPayable'
  /** 其他应付款-待查: money that came without a place yet. */
  | 'unidentifiedReceipts'
  /** 应付共保款: what the lead owes a follower of a shared policy. */
  | `coinsurancePayable:${string}`
  /** 其他业务收入-出单费: what the lead keeps for issuing. */
  | 'leadFeeIncome'
  /** 银行存款: used when a customer was paid outside the channel. */
  | 'bank';

/** Debit is positive, credit negative, whole fen. */
export interface JournalLine {
  account: Account;
  amountFen: number;
}

export type JournalKind =
  | 'PremiumReceived'
  | 'LateMoneyReceived'
  | 'PaymentRevived'
  | 'PolicyIssued'
  | 'RefundOwed'
  | 'PremiumReturned'
  | 'RefundSettledOutside'
  | 'Reversal';

/** What is asked to be recorded. */
export interface JournalEntry {
  /** Made from the business event, e.g. `P…C1:received`: the same event can be recorded once only. */
  key: string;
  kind: JournalKind;
  paymentId: string;
  outTradeNo: string | null;
  /** ISO-8601 UTC: when it happened. */
  at: string;
  lines: readonly JournalLine[];
  memo: string;
  /** Days until its money arrives, where that is not as its channel does it. Not part of the book. */
  settleAfterDays?: number;
}

/** A journal as stored. */
export interface Journal extends Omit<JournalEntry, 'settleAfterDays'> {
  /** Business date in Asia/Shanghai, `yyyy-MM-dd`. */
  bookDate: string;
  /** The journal this one reverses. */
  reverses: string | null;
  /** Its place among the journals of its day; `previousHash` is of the one before. */
  chain: { sequence: number; previousHash: string; hash: string };
}

/** Raises RangeError unless there are at least two lines of whole fen that sum to zero. */
export function assertBalanced(lines: readonly JournalLine[]): void {
  if (lines.length < 2) throw new RangeError('a journal has at least two lines');
  if (lines.some(({ amountFen }) => !Number.isSafeInteger(amountFen) || amountFen === 0)) {
    throw new RangeError('a journal line is a whole, non-zero number of fen');
  }
  const sumFen = lines.reduce((sum, line) => sum + line.amountFen, 0);
  if (sumFen !== 0) throw new RangeError(`journal lines sum to ${sumFen} fen, not to zero`);
}

const transfer = (move: { debit: Account; credit: Account; amountFen: Fen }): JournalLine[] => [
  { account: move.debit, amountFen: move.amountFen },
  { account: move.credit, amountFen: 0 - move.amountFen },
];

const happening = ({ paymentId, outTradeNo, at }: Pick<JournalEntry, 'paymentId' | 'outTradeNo' | 'at'>) => ({
  paymentId,
  outTradeNo,
  at,
});

type ChargeEvent = { paymentId: string; outTradeNo: string; channel: string; amountFen: Fen; at: string };

/** The channel confirms the premium: it owes us, we hold it in advance. */
export function premiumReceived(event: ChargeEvent): JournalEntry {
  return {
    key: `${event.outTradeNo}:received`,
    kind: 'PremiumReceived',
    ...happening(event),
    lines: transfer({
      debit: `channelReceivable:${event.channel}`,
      credit: 'premiumInAdvance',
      amountFen: event.amountFen,
    }),
    memo: `premium received by ${event.channel}`,
  };
}

/** Under this key the premium of one payment is received that is paid by a charge together with others. */
export const itemReceivedKey = (of: { paymentId: string; outTradeNo: string }): string =>
  `${of.outTradeNo}:${of.paymentId}:received`;

/** The same for one payment of a cart: each has a journal of its own, and together they are the charge. */
export function itemReceived(event: ChargeEvent): JournalEntry {
  return { ...premiumReceived(event), key: itemReceivedKey(event) };
}

/** Money for a charge that had ended, or a second time for one payment: it belongs to nobody yet. */
export function lateMoneyReceived(event: ChargeEvent): JournalEntry {
  return {
    key: `${event.outTradeNo}:received`,
    kind: 'LateMoneyReceived',
    ...happening(event),
    lines: transfer({
      debit: `channelReceivable:${event.channel}`,
      credit: 'unidentifiedReceipts',
      amountFen: event.amountFen,
    }),
    memo: `money received late by ${event.channel}`,
  };
}

/** Money once more, under another trade number, for a charge that has had its money. */
export function strandedMoneyReceived(event: ChargeEvent & { tradeNo: string }): JournalEntry {
  const { tradeNo, ...money } = event;
  return { ...lateMoneyReceived(money), key: `${event.outTradeNo}:${tradeNo}:received` };
}

/** Late money finds its place: the payment lives again. */
export function paymentRevived(event: Omit<ChargeEvent, 'channel'>): JournalEntry {
  return {
    key: `${event.outTradeNo}:revived`,
    kind: 'PaymentRevived',
    ...happening(event),
    lines: transfer({ debit: 'unidentifiedReceipts', credit: 'premiumInAdvance', amountFen: event.amountFen }),
    memo: 'late money taken as the premium',
  };
}

/** Under this key the premium of a payment becomes income, once. */
export const policyIssuedKey = (paymentId: string): string => `${paymentId}:issued`;

/** The policy is in force: the advance becomes income, and of a shared one the followers' shares are owed to them. */
export function policyIssued(event: {
  paymentId: string;
  outTradeNo: string;
  policyNo: string;
  amountFen: Fen;
  coinsurance: Coinsurance | null;
  /** Output tax within the premium, basis points of what is left of it without. */
  taxBp?: number;
  at: string;
}): JournalEntry {
  const { amountFen, coinsurance, taxBp = 0 } = event;
  const earned = earnedLines({ fromFen: 0, toFen: amountFen }, { coinsurance, taxBp }, 'credit');
  return {
    key: policyIssuedKey(event.paymentId),
    kind: 'PolicyIssued',
    ...happening(event),
    lines: [{ account: 'premiumInAdvance', amountFen }, ...earned],
    memo: `policy ${event.policyNo} issued`,
  };
}

/** How a premium is earned: by one insurer or several, with or without tax in it. */
interface Earning {
  coinsurance: Coinsurance | null;
  taxBp: number;
}

/**
 * The money from one place of a premium to another as it is earned (`credit`), or as it goes back (`debit`). What goes back in
 * parts comes to exactly what was earned, tax included, whatever the parts are. What is nothing has no line.
 */
function earnedLines(
  interval: { fromFen: number; toFen: number },
  { coinsurance, taxBp }: Earning,
  side: 'credit' | 'debit',
): JournalLine[] {
  const sign = side === 'credit' ? -1 : 1;
  const { leadFen, followers } = sharesBetween(interval, coinsurance ?? nobodyElse);
  const leadAt = (premiumFen: number): number => sharesOf(premiumFen, coinsurance ?? nobodyElse).leadFen;
  // Each insurer answers for the tax of its own share.
  const taxFen = taxWithin(leadAt(interval.toFen), taxBp) - taxWithin(leadAt(interval.fromFen), taxBp);
  const feeFen = followers.reduce((sum, follower) => sum + follower.feeFen, 0);
  const lines: JournalLine[] = [
    { account: 'premiumIncome', amountFen: sign * (leadFen - taxFen) },
    { account: 'outputTax', amountFen: sign * taxFen },
    ...followers.flatMap(({ insurer, ...share }): JournalLine[] => [
      { account: `coinsurancePayable:${insurer}`, amountFen: sign * share.grossFen },
      { account: `coinsurancePayable:${insurer}`, amountFen: 0 - sign * share.feeFen },
    ]),
    { account: 'leadFeeIncome', amountFen: sign * feeFen },
  ];
  return lines.filter(({ amountFen }) => amountFen !== 0);
}

/** One insurer carries all of it. */
const nobodyElse = { lead: { insurer: '', shareBp: wholeBp }, followers: [], leadFeeBp: 0 };

/** The tax in an amount that includes it, rounded down to the fen. */
function taxWithin(amountFen: number, taxBp: number): number {
  return Math.floor((amountFen * taxBp) / (wholeBp + taxBp));
}

/** Which account a refund takes its money from: what the money had become by then. */
export type RefundSource = 'premiumInAdvance' | 'premiumIncome' | 'unidentifiedReceipts';

type RefundEvent = { paymentId: string; outTradeNo: string; refundNo: string; refundFen: Fen; at: string };

/** A refund id is unique within its payment only, so where a charge pays several payments, its refunds say whose they are. */
function refundOwedKey({ paymentId, outTradeNo, refundId }: RefundEvent & { refundId: string }): string {
  const whose = paysSeveral(outTradeNo) ? `${paymentId}:` : '';
  return `${outTradeNo}:${whose}${refundId}:owed`;
}

/** A refund is decided: the money is owed to the customer from now on. */
export function refundOwed(
  event: RefundEvent & {
    source: RefundSource;
    refundId: string;
    /** Of a premium that is earned among several or with tax in it: how, and where in it the refund begins, fen. */
    shared: { coinsurance: Coinsurance | null; taxBp?: number; beforeFen: number } | null;
  },
): JournalEntry {
  const { refundFen, source, shared } = event;
  const taken =
    shared === null || source !== 'premiumIncome'
      ? [{ account: source, amountFen: refundFen as number }]
      : earnedLines(
          { fromFen: shared.beforeFen, toFen: shared.beforeFen + refundFen },
          { coinsurance: shared.coinsurance, taxBp: shared.taxBp ?? 0 },
          'debit',
        );
  return {
    key: refundOwedKey(event),
    kind: 'RefundOwed',
    ...happening(event),
    lines: [...taken, { account: 'refundPayable', amountFen: 0 - refundFen }],
    memo: `refund ${event.refundId} owed`,
  };
}

/** The channel gave the money back and owes us that much less. */
export function premiumReturned(event: RefundEvent & { channel: string }): JournalEntry {
  return {
    key: `${event.refundNo}:returned`,
    kind: 'PremiumReturned',
    ...happening(event),
    lines: transfer({
      debit: 'refundPayable',
      credit: `channelReceivable:${event.channel}`,
      amountFen: event.refundFen,
    }),
    memo: `refund ${event.refundNo} paid back by ${event.channel}`,
  };
}

/** A person paid the customer by another way, since the channel refused for good. */
export function refundSettledOutside(event: RefundEvent): JournalEntry {
  return {
    key: `${event.refundNo}:settledOutside`,
    kind: 'RefundSettledOutside',
    ...happening(event),
    lines: transfer({ debit: 'refundPayable', credit: 'bank', amountFen: event.refundFen }),
    memo: `refund ${event.refundNo} paid outside the channel`,
  };
}
