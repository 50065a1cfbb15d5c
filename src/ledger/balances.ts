import type { Fen } from '../domain/money.js';

/** What moved on an account. */
export interface AccountTotals {
  account: string;
  debitFen: Fen;
  creditFen: Fen;
}

/** Sums over the journals, kept per book-day and brought up to date when they are asked for. */
export interface Balances {
  /** Each account that moved up to and including a day, `yyyy-MM-dd` in Shanghai. Sums of all debits and all credits agree. */
  upTo(bookDate: string): Promise<AccountTotals[]>;
  /** Each account that moved on that day alone. */
  onDay(bookDate: string): Promise<AccountTotals[]>;
  /** Forgets the sums; they are made anew from the journals. Safe at any time. */
  rebuild(): Promise<void>;
}
