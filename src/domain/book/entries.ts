import { addFen, fen, negateFen, type Fen } from '../money.js';
import { channelReceivable, type Account, type RefundSource } from './account.js';
import { earnedLines, returnedLines, type Earning } from './earning.js';
import type { JournalEntry, JournalLine } from './journal.js';
import { journalKeys } from './journalKeys.js';

const transfer = (move: { debit: Account; credit: Account; amountFen: Fen }): JournalLine[] => [
  { account: move.debit, amountFen: move.amountFen },
  { account: move.credit, amountFen: negateFen(move.amountFen) },
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
    key: journalKeys.received(event.outTradeNo),
    kind: 'PremiumReceived',
    ...happening(event),
    lines: transfer({
      debit: channelReceivable(event.channel),
      credit: 'premiumInAdvance',
      amountFen: event.amountFen,
    }),
    memo: `premium received by ${event.channel}`,
  };
}

/** The same for one payment of a cart: each has a journal of its own, and together they are the charge. */
export function itemReceived(event: ChargeEvent): JournalEntry {
  return { ...premiumReceived(event), key: journalKeys.itemReceived(event) };
}

/** Money for a charge that had ended, or a second time for one payment: it belongs to nobody yet. */
export function lateMoneyReceived(event: ChargeEvent): JournalEntry {
  return {
    key: journalKeys.received(event.outTradeNo),
    kind: 'LateMoneyReceived',
    ...happening(event),
    lines: transfer({
      debit: channelReceivable(event.channel),
      credit: 'unidentifiedReceipts',
      amountFen: event.amountFen,
    }),
    memo: `money received late by ${event.channel}`,
  };
}

/** Money once more, under another trade number, for a charge that has had its money. */
export function strandedMoneyReceived(event: ChargeEvent & { tradeNo: string }): JournalEntry {
  return { ...lateMoneyReceived(event), key: journalKeys.strandedReceived(event) };
}

/** Late money finds its place: the payment lives again. */
export function paymentRevived(event: Omit<ChargeEvent, 'channel'>): JournalEntry {
  return {
    key: journalKeys.revived(event.outTradeNo),
    kind: 'PaymentRevived',
    ...happening(event),
    lines: transfer({ debit: 'unidentifiedReceipts', credit: 'premiumInAdvance', amountFen: event.amountFen }),
    memo: 'late money taken as the premium',
  };
}

/** The policy is in force: the advance becomes income, and of a shared one the followers' shares are owed to them. */
export function policyIssued(
  event: Earning & { paymentId: string; outTradeNo: string; policyNo: string; amountFen: Fen; at: string },
): JournalEntry {
  const { amountFen } = event;
  return {
    key: journalKeys.issued(event.paymentId),
    kind: 'PolicyIssued',
    ...happening(event),
    lines: [{ account: 'premiumInAdvance', amountFen }, ...earnedLines({ fromFen: fen(0), toFen: amountFen }, event)],
    memo: `policy ${event.policyNo} issued`,
  };
}

type RefundEvent = { paymentId: string; outTradeNo: string; refundNo: string; refundFen: Fen; at: string };

/** A refund is decided: the money is owed to the customer from now on. */
export function refundOwed(
  event: RefundEvent & {
    source: RefundSource;
    refundId: string;
    /** Of a premium that is earned among several or with tax in it: how, and where in it the refund begins. */
    shared: (Earning & { beforeFen: Fen }) | null;
  },
): JournalEntry {
  const { refundFen, source, shared } = event;
  const lines: JournalLine[] =
    shared === null || source !== 'premiumIncome'
      ? [{ account: source, amountFen: refundFen }]
      : returnedLines({ fromFen: shared.beforeFen, toFen: addFen(shared.beforeFen, refundFen) }, shared);
  return {
    key: journalKeys.owed(event),
    kind: 'RefundOwed',
    ...happening(event),
    lines: [...lines, { account: 'refundPayable', amountFen: negateFen(refundFen) }],
    memo: `refund ${event.refundId} owed`,
  };
}

/** The channel gave the money back and owes us that much less. */
export function premiumReturned(event: RefundEvent & { channel: string }): JournalEntry {
  return {
    key: journalKeys.returned(event.refundNo),
    kind: 'PremiumReturned',
    ...happening(event),
    lines: transfer({
      debit: 'refundPayable',
      credit: channelReceivable(event.channel),
      amountFen: event.refundFen,
    }),
    memo: `refund ${event.refundNo} paid back by ${event.channel}`,
  };
}

/** A person paid the customer by another way, since the channel refused for good. */
export function refundSettledOutside(event: RefundEvent): JournalEntry {
  return {
    key: journalKeys.settledOutside(event.refundNo),
    kind: 'RefundSettledOutside',
    ...happening(event),
    lines: transfer({ debit: 'refundPayable', credit: 'bank', amountFen: event.refundFen }),
    memo: `refund ${event.refundNo} paid outside the channel`,
  };
}
