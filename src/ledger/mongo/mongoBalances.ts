import type { Collection, Db } from 'mongodb';
import { sidesOf } from '../../domain/book/journal.js';
import { addFen, fen } from '../../domain/money.js';
import type { CollectionContract } from '../../platform/migration.js';
import { isDuplicate } from '../../platform/mongo.js';
import { readFen, storeFen, type StoredFen } from '../../platform/stored.js';
import { count, listOf, record, signedFen, text } from '../../platform/validator.js';
import type { AccountTotals, Balances } from '../balances.js';
import { readJournal, type JournalDocument } from './journalCollection.js';

interface DayDocument {
  _id: string;
  /** The number of the last journal that is in the sums. */
  upToSequence: number;
  totals: { account: string; debitFen: StoredFen; creditFen: StoredFen }[];
}

export const ledgerDayCollection: CollectionContract = {
  name: 'ledgerDays',
  schema: record({
    _id: text,
    upToSequence: count,
    totals: listOf(record({ account: text, debitFen: signedFen, creditFen: signedFen })),
  }),
  indexes: [],
};

export function mongoBalances(db: Db): Balances {
  const journals = db.collection<JournalDocument>('journals');
  const days = db.collection<DayDocument>('ledgerDays');

  const onDay = async (bookDate: string): Promise<AccountTotals[]> => {
    const known = await days.findOne({ _id: bookDate });
    const upToSequence = known?.upToSequence ?? 0;
    const totals = (known?.totals ?? []).map(({ account, debitFen, creditFen }) => ({
      account,
      debitFen: readFen(debitFen),
      creditFen: readFen(creditFen),
    }));
    const news = await journals
      .find({ bookDate, sequence: { $gt: upToSequence } })
      .sort({ sequence: 1 })
      .toArray();
    const last = news.at(-1);
    if (last === undefined) return totals;
    const summed = summedUp(totals, news.map(readJournal));
    await keep(days, { bookDate, known: known !== null, upToSequence, last: last.sequence, totals: summed });
    return summed;
  };

  return {
    onDay,

    upTo: async (bookDate) => {
      const bookDates = (await journals.distinct('bookDate', { bookDate: { $lte: bookDate } })).sort();
      const totals = new Map<string, AccountTotals>();
      for (const each of bookDates) {
        for (const moved of await onDay(each)) totals.set(moved.account, added(totals.get(moved.account), moved));
      }
      return [...totals.values()].sort(byAccount);
    },

    rebuild: async () => {
      await days.deleteMany({});
    },
  };
}

function summedUp(
  totals: readonly AccountTotals[],
  journals: readonly ReturnType<typeof readJournal>[],
): AccountTotals[] {
  const sums = new Map(totals.map((each) => [each.account, each]));
  for (const { account, amountFen } of journals.flatMap(({ lines }) => lines)) {
    sums.set(account, added(sums.get(account), { account, ...sidesOf(amountFen) }));
  }
  return [...sums.values()].sort(byAccount);
}

const added = (sum: AccountTotals | undefined, { account, debitFen, creditFen }: AccountTotals): AccountTotals => ({
  account,
  debitFen: addFen(sum?.debitFen ?? fen(0), debitFen),
  creditFen: addFen(sum?.creditFen ?? fen(0), creditFen),
});

/** Somebody else may have summed up as far meanwhile: theirs is as good, and stays. */
async function keep(
  days: Collection<DayDocument>,
  day: { bookDate: string; known: boolean; upToSequence: number; last: number; totals: readonly AccountTotals[] },
): Promise<void> {
  const stored = {
    upToSequence: day.last,
    totals: day.totals.map(({ account, debitFen, creditFen }) => ({
      account,
      debitFen: storeFen(debitFen),
      creditFen: storeFen(creditFen),
    })),
  };
  if (day.known) {
    await days.updateOne({ _id: day.bookDate, upToSequence: day.upToSequence }, { $set: stored });
    return;
  }
  try {
    await days.insertOne({ _id: day.bookDate, ...stored });
  } catch (error) {
    if (!isDuplicate(error)) throw error;
  }
}

const byAccount = (one: AccountTotals, other: AccountTotals): number => (one.account < other.account ? -1 : 1);
