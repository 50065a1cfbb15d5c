import { chartLineOf } from '../../domain/book/chart.js';
import { sidesOf, type Journal } from '../../domain/book/journal.js';
import { BadCursor } from '../../records/page.js';
import type { ApiDeps } from '../deps.js';
import type { JournalView, TrialBalanceView } from './ledgerSchema.js';

type LedgerDeps = Pick<ApiDeps, 'ledger' | 'balances' | 'chart'>;

/** A page of a day's journals by their numbers; the cursor is the last number seen. Raises BadCursor. */
export async function listJournals(
  { ledger }: LedgerDeps,
  wanted: { bookDate: string; account?: string; limit: number; cursor: string | null },
): Promise<{ journals: JournalView[]; next: string | null }> {
  const { cursor, limit, ...of } = wanted;
  if (cursor !== null && !/^\d{1,9}$/.test(cursor)) throw new BadCursor();
  const found = await ledger.page({ ...of, afterSequence: Number(cursor ?? 0), limit: limit + 1 });
  const journals = found.slice(0, limit);
  const last = journals.at(-1);
  return {
    journals: journals.map(journalView),
    next: found.length > limit && last !== undefined ? String(last.chain.sequence) : null,
  };
}

/** What stands on each account at the end of a day, and whether debits and credits agree. */
export async function trialBalanceOf({ balances, chart }: LedgerDeps, date: string): Promise<TrialBalanceView> {
  const totals = await balances.upTo(date);
  const sum = (pick: (each: (typeof totals)[number]) => number): number =>
    totals.reduce((fen, each) => fen + pick(each), 0);
  const [debitFen, creditFen] = [sum((each) => each.debitFen), sum((each) => each.creditFen)];
  return {
    date,
    accounts: totals.map((each) => {
      const { code, chinese, english, grows } = chartLineOf(chart, each.account);
      const debitBalanceFen = each.debitFen - each.creditFen;
      return { ...each, code, chinese, english, balanceFen: grows === 'debit' ? debitBalanceFen : 0 - debitBalanceFen };
    }),
    debitFen,
    creditFen,
    balanced: debitFen === creditFen,
  };
}

function journalView({ lines, chain, ...journal }: Journal): JournalView {
  return {
    ...journal,
    ...chain,
    lines: lines.map(({ account, amountFen }) => ({ account, ...sidesOf(amountFen) })),
  };
}
