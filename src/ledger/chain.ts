import { createHash } from 'node:crypto';
import type { Journal } from '../domain/book/journal.js';

/**
 * The journals of a book-day form a chain: each is numbered and carries the hash of the one before, so that a journal
 * that was edited, moved or removed afterwards is found (decisions/0012).
 */
export function hashOf({
  chain,
  ...journal
}: Omit<Journal, 'chain'> & { chain: Omit<Journal['chain'], 'hash'> }): string {
  const { key, kind, paymentId, outTradeNo, at, bookDate, lines, memo, reverses } = journal;
  const content = [key, kind, paymentId, outTradeNo, at, bookDate, memo, reverses];
  const sides = lines.map(({ account, amountFen }) => [account, amountFen]);
  return sha256(JSON.stringify([chain.sequence, chain.previousHash, content, sides]));
}

/** What the first journal of a day carries instead. */
export const beginningOf = (bookDate: string): string => sha256(`book-day ${bookDate}`);

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
