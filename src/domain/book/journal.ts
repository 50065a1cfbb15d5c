import { addSignedFen, fen, type Fen, type SignedFen } from '../money.js';
import type { Account } from './account.js';

/** Debit is positive, credit negative. */
export interface JournalLine {
  account: Account;
  amountFen: SignedFen;
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
  /** One of `journalKeys`: the same event can be recorded once only. */
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
  /** The business day it belongs to, `yyyy-MM-dd`. */
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
  const sumFen = addSignedFen(...lines.map(({ amountFen }) => amountFen));
  if (sumFen !== 0) throw new RangeError(`journal lines sum to ${sumFen} fen, not to zero`);
}

/** An amount on the side it stands on, with nothing on the other. */
export const sidesOf = (amountFen: SignedFen): { debitFen: Fen; creditFen: Fen } => ({
  debitFen: fen(Math.max(amountFen, 0)),
  creditFen: fen(Math.max(0 - amountFen, 0)),
});
