import type { Collection, Db } from 'mongodb';
import { sidesOf } from '../../domain/book/journal.js';
import { addFen, fen } from '../../domain/money.js';
import { document, type StoredBy } from '../../platform/document.js';
import { asItIs, count, fenAmount, listOf, record, signedFen, text } from '../../platform/fields.js';
import type { CollectionContract } from '../../platform/migrate.js';
import { isDuplicate } from '../../platform/mongo.js';
import type { AccountTotals, Balances } from '../balances.js';
import { readJournal, type JournalDocument } from './journalCollection.js';

interface LedgerDay {
  bookDate: string;
  /** The number of the last journal that is in the sums. */
  upToSequence: number;
  totals: readonly AccountTotals[];
}

// Signed in the schema alone: a sum is never refused for what its journals hold.
const total = { ...fenAmount, schema: signedFen.schema };
const dayDocument = document<LedgerDay>()('bookDate', {
  bookDate: text,
  upToSequence: count,
  totals: listOf(record({ account: asItIs<AccountTotals['account']>(text.schema), debitFen: total, creditFen: total })),
});
type DayDocument = StoredBy<typeof dayDocument>;

export const ledgerDayCollection: CollectionContract = {
  name: 'ledgerDays',
  schema: dayDocument.schema,
  indexes: [],
};

export function mongoBalances(db: Db): Balances {
  const journals = db.collection<JournalDocument>('journals');
  const days = db.collection<DayDocument>('ledgerDays');

  const onDay = async (bookDate: string): Promise<AccountTotals[]> => {
    const stored = await days.findOne({ _id: bookDate });
    const known = stored === null ? null : dayDocument.read(stored);
    const { upToSequence, totals } = known ?? { upToSequence: 0, totals: [] };
    const news = await journals
      .find({ bookDate, sequence: { $gt: upToSequence } })
      .sort({ sequence: 1 })
      .toArray();
    const last = news.at(-1);
    if (last === undefined) return [...totals];
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
  const stored = dayDocument.store({ bookDate: day.bookDate, upToSequence: day.last, totals: day.totals });
  if (day.known) {
    const { upToSequence, totals } = stored;
    const before = { _id: day.bookDate, upToSequence: day.upToSequence };
    await days.updateOne(before, { $set: { upToSequence, totals } });
    return;
  }
  try {
    await days.insertOne(stored);
  } catch (error) {
    if (!isDuplicate(error)) throw error;
  }
}

const byAccount = (one: AccountTotals, other: AccountTotals): number => (one.account < other.account ? -1 : 1);
