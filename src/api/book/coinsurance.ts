import { coinsurancePayable } from '../../domain/book/account.js';
import { sidesOf, type Journal } from '../../domain/book/journal.js';
import { journalKeys } from '../../domain/book/journalKeys.js';
import { addFen } from '../../domain/money.js';
import type { ApiDeps } from '../deps.js';
import type { CoinsuranceStatement } from './coinsuranceSchema.js';

type Line = CoinsuranceStatement['lines'][number];

/** What stands for a follower in the journals of some days, line by line; nothing is computed but sums. */
export async function coinsuranceStatementOf(
  { ledger }: Pick<ApiDeps, 'ledger'>,
  wanted: { insurer: string; from: string; to: string },
): Promise<CoinsuranceStatement> {
  const { insurer, from, to } = wanted;
  const account = coinsurancePayable(insurer);
  const lines = (await ledger.touching({ account, from, to })).map((journal) => lineOf(journal, account));
  const sum = (pick: (line: Line) => number): number => lines.reduce((fen, line) => fen + pick(line), 0);
  const totals = {
    grossFen: sum((line) => line.grossFen),
    feeFen: sum((line) => line.feeFen),
    netFen: sum((line) => line.netFen),
  };
  return { insurer, from, to, lines, totals };
}

/** A share is a credit and its fee a debit; where the premium goes back it is the other way round. */
function lineOf({ bookDate, key, kind, paymentId, lines, reverses }: Journal, account: string): Line {
  const sides = lines.filter((line) => line.account === account).map(({ amountFen }) => sidesOf(amountFen));
  const debitFen = addFen(...sides.map((each) => each.debitFen));
  const creditFen = addFen(...sides.map((each) => each.creditFen));
  const goesBack = reverses === null ? kind === 'RefundOwed' : !journalKeys.isOwed(reverses);
  const shown = goesBack
    ? { grossFen: 0 - debitFen, feeFen: 0 - creditFen }
    : { grossFen: creditFen, feeFen: debitFen };
  return { bookDate, key, kind, paymentId, ...shown, netFen: shown.grossFen - shown.feeFen };
}

/** The same lines as CSV (RFC 4180), with the totals as the last one. Nothing in it needs quotes. */
export function asCsv({ lines, totals }: CoinsuranceStatement): string {
  const amounts = ({ grossFen, feeFen, netFen }: typeof totals): string[] => [grossFen, feeFen, netFen].map(String);
  const rows = [
    ['bookDate', 'key', 'kind', 'paymentId', 'grossFen', 'feeFen', 'netFen'],
    ...lines.map((line) => [line.bookDate, line.key, line.kind, line.paymentId, ...amounts(line)]),
    ['total', '', '', '', ...amounts(totals)],
  ];
  return rows.map((row) => `${row.join(',')}\r\n`).join('');
}
