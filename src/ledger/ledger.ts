import type { Journal, JournalEntry } from '../domain/book/journal.js';

/** The append-only book. A journal is never edited; a mistake is reversed by another journal. */
export interface Ledger {
  /**
   * Records a journal. Safe to repeat with the same key and the same lines; time and memo of the first stay. Raises `Error` when the lines do not sum
   * to zero or when the key stands for something else already: both are bugs, and nothing is written.
   */
  post(entry: JournalEntry): Promise<void>;
  /** Posts the mirror image of a journal under `{key}:reversed`. Safe to repeat. Raises `Error` when there is none. */
  reverse(reversal: { key: string; at: string; reason: string }): Promise<void>;
  /** All journals of a payment, oldest first. */
  ofPayment(paymentId: string): Promise<Journal[]>;
  /** All journals of a book-day, `yyyy-MM-dd` in Shanghai, by their numbers. */
  ofDay(bookDate: string): Promise<Journal[]>;
  /** The days that have journals, from and to included, the first one first. */
  days(range: { from?: string; to?: string }): Promise<string[]>;
  /** Journals that touch an account on days from and to, both included, in the order of the book. */
  touching(wanted: { account: string; from: string; to: string }): Promise<Journal[]>;
  /** A page of journals of a day, by their numbers; `afterSequence` 0 begins. */
  page(of: { bookDate: string; account?: string; afterSequence: number; limit: number }): Promise<Journal[]>;
}
