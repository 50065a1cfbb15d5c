import type { Journal } from '../domain/book/journal.js';
import { beginningOf, hashOf } from './chain.js';

/** What is wrong with a journal or a day, in a sentence. */
export interface BookProblem {
  bookDate: string;
  key: string | null;
  problem: string;
}

export interface BookCheck {
  journals: number;
  problems: BookProblem[];
  /** By account: what the day has moved on it, fen; debits positive. Plain numbers: what is checked may be no whole fen. */
  totals: ReadonlyMap<string, number>;
  /** The hash of the last journal; whoever keeps it elsewhere can prove later that the day's end was not cut off. */
  lastHash: string;
}

/** Recomputes one book-day from its journals, given by their numbers. Pure. */
export function verifyBookDay(bookDate: string, journals: readonly Journal[]): BookCheck {
  const problems: BookProblem[] = [];
  const totals = new Map<string, number>();
  let previousHash = beginningOf(bookDate);
  let expected = 1;
  for (const journal of journals) {
    const { key, lines, chain } = journal;
    const say = (problem: string): void => void problems.push({ bookDate, key, problem });
    if (journal.bookDate !== bookDate) say(`stands in the day ${journal.bookDate}`);
    if (chain.sequence !== expected) {
      say(`is number ${chain.sequence} where ${expected} is due: a journal before it is missing or was added`);
    }
    if (chain.previousHash !== previousHash)
      say('does not follow the journal before it: that one was changed or removed');
    if (hashOf(journal) !== chain.hash) say('was changed after it was recorded');
    const sumFen = lines.reduce((sum, { amountFen }) => sum + amountFen, 0);
    if (sumFen !== 0) say(`its lines sum to ${sumFen} fen`);
    for (const { account, amountFen } of lines) totals.set(account, (totals.get(account) ?? 0) + amountFen);
    previousHash = chain.hash;
    expected = chain.sequence + 1;
  }
  return { journals: journals.length, problems, totals, lastHash: previousHash };
}
