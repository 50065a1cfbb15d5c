import { createHash } from 'node:crypto';
import type { Db } from 'mongodb';
import { assertBalanced, type JournalEntry } from '../../domain/book/journal.js';
import { journalKeys } from '../../domain/book/journalKeys.js';
import { businessDayOf } from '../../domain/businessDay.js';
import { negateFen } from '../../domain/money.js';
import type { Ledger } from '../ledger.js';
import { DayChains, type UnplacedJournal } from './dayChains.js';
import { journalDocument, readJournal, type JournalDocument } from './journalCollection.js';

/** One journal is one document, lines embedded, so it is written whole or not at all. Nothing here changes or removes one. */
export function mongoLedger(db: Db): Ledger {
  const journals = db.collection<JournalDocument>('journals');

  const chains = new DayChains(journals);

  const record = async (entry: JournalEntry, reverses: string | null): Promise<void> => {
    assertBalanced(entry.lines);
    await chains.append(storeJournal(entry, reverses));
  };

  return {
    post: (entry) => record(entry, null),

    reverse: async ({ key, at, reason }) => {
      const stored = await journals.findOne({ _id: key });
      if (stored === null) throw new Error(`there is no journal ${key} to reverse`);
      const { paymentId, outTradeNo, lines } = readJournal(stored);
      const mirrored = lines.map(({ account, amountFen }) => ({ account, amountFen: negateFen(amountFen) }));
      const reversal = {
        key: journalKeys.reversed(key),
        kind: 'Reversal',
        paymentId,
        outTradeNo,
        at,
        lines: mirrored,
      } as const;
      await record({ ...reversal, memo: reason }, key);
    },

    ofPayment: async (paymentId) => {
      const found = await journals.find({ paymentId }).sort({ at: 1, _id: 1 }).toArray();
      return found.map(readJournal);
    },

    ofDay: async (bookDate) => (await journals.find({ bookDate }).sort({ sequence: 1 }).toArray()).map(readJournal),

    days: async ({ from, to }) => {
      const range = { ...(from === undefined ? {} : { $gte: from }), ...(to === undefined ? {} : { $lte: to }) };
      return (await journals.distinct('bookDate', Object.keys(range).length === 0 ? {} : { bookDate: range })).sort();
    },

    touching: async ({ account, from, to }) => {
      const filter = { 'lines.account': account, bookDate: { $gte: from, $lte: to } };
      return (await journals.find(filter).sort({ bookDate: 1, sequence: 1 }).toArray()).map(readJournal);
    },

    page: async ({ bookDate, account, afterSequence, limit }) => {
      const filter = {
        bookDate,
        sequence: { $gt: afterSequence },
        ...(account === undefined ? {} : { 'lines.account': account }),
      };
      return (await journals.find(filter).sort({ sequence: 1 }).limit(limit).toArray()).map(readJournal);
    },
  };
}

function storeJournal(
  { key, kind, paymentId, outTradeNo, at, lines, memo }: JournalEntry,
  reverses: string | null,
): UnplacedJournal {
  // Time and words are left out: a repeat may learn the same event's time from another answer, and the first one stays.
  const identity = [key, kind, paymentId, outTradeNo, lines.map((line) => [line.account, line.amountFen]), reverses];
  const contentSha256 = createHash('sha256').update(JSON.stringify(identity)).digest('hex');
  const entry = { kind, paymentId, outTradeNo, at, lines, memo, reverses, contentSha256 };
  return { _id: key, ...journalDocument.storeChanges({ ...entry, bookDate: businessDayOf(at) }) } as UnplacedJournal;
}
