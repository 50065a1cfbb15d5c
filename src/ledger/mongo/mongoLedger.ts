import { createHash } from 'node:crypto';
import type { Db } from 'mongodb';
import { assertBalanced, type JournalEntry } from '../../domain/journal.js';
import { isDuplicate } from '../../platform/mongo.js';
import { storeFen, storeTime } from '../../platform/stored.js';
import { bookDateOf } from '../bookDate.js';
import type { Ledger } from '../ledger.js';
import { readJournal, type JournalDocument } from './journalCollection.js';

/** One journal is one document, lines embedded, so it is written whole or not at all. Nothing here changes or removes one. */
export function mongoLedger(db: Db): Ledger {
  const journals = db.collection<JournalDocument>('journals');

  const record = async (entry: JournalEntry, reverses: string | null): Promise<void> => {
    assertBalanced(entry.lines);
    const journal = storeJournal(entry, reverses);
    try {
      await journals.insertOne(journal);
    } catch (error) {
      if (!isDuplicate(error)) throw error;
      const first = await journals.findOne({ _id: journal._id });
      if (first?.contentSha256 !== journal.contentSha256) {
        throw new Error(`journal ${entry.key} already records something else`, { cause: error });
      }
    }
  };

  return {
    post: (entry) => record(entry, null),

    reverse: async ({ key, at, reason }) => {
      const stored = await journals.findOne({ _id: key });
      if (stored === null) throw new Error(`there is no journal ${key} to reverse`);
      const { paymentId, outTradeNo, lines } = readJournal(stored);
      const mirrored = lines.map(({ account, amountFen }) => ({ account, amountFen: -amountFen }));
      const reversal = {
        key: `${key}:reversed`,
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
  };
}

function storeJournal({ key, kind, paymentId, outTradeNo, at, lines, memo }: JournalEntry, reverses: string | null) {
  const time = storeTime(at);
  // Time and words are left out: a repeat may learn the same event's time from another answer, and the first one stays.
  const identity = [key, kind, paymentId, outTradeNo, lines.map((line) => [line.account, line.amountFen]), reverses];
  return {
    _id: key,
    kind,
    paymentId,
    outTradeNo,
    at: time,
    bookDate: bookDateOf(at),
    lines: lines.map(({ account, amountFen }) => ({ account, amountFen: storeFen(amountFen) })),
    memo,
    reverses,
    contentSha256: createHash('sha256').update(JSON.stringify(identity)).digest('hex'),
  } satisfies JournalDocument;
}
