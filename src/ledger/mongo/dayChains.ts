import type { Collection } from 'mongodb';
import { isDuplicate } from '../../platform/mongo.js';
import { beginningOf, hashOf } from '../chain.js';
import { readJournal, type JournalDocument } from './journalCollection.js';

/** A journal that has not found its place in its day. */
export type UnplacedJournal = Omit<JournalDocument, 'sequence' | 'previousHash' | 'hash'>;

interface End {
  sequence: number;
  hash: string;
}

/** Other processes append too; each try lost to one of them means that a journal was written. */
const triesMax = 200;

/**
 * Appends journals to the chains of their days. Within a process they queue up, so that only other processes can be in the
 * way; the database lets each place be taken once.
 */
export class DayChains {
  readonly #journals: Collection<JournalDocument>;
  readonly #queues = new Map<string, Promise<void>>();
  /** The end of the last day written to, as this process knows it. */
  #end: (End & { bookDate: string }) | null = null;

  constructor(journals: Collection<JournalDocument>) {
    this.#journals = journals;
  }

  /** Safe to repeat with the same key and content. Raises Error when the key stands for something else. */
  async append(journal: UnplacedJournal): Promise<void> {
    const { bookDate } = journal;
    const before = this.#queues.get(bookDate) ?? Promise.resolve();
    const turn = before.then(() => this.#place(journal));
    const queued = turn.catch(() => undefined);
    this.#queues.set(bookDate, queued);
    try {
      await turn;
    } finally {
      if (this.#queues.get(bookDate) === queued) this.#queues.delete(bookDate);
    }
  }

  async #place(journal: UnplacedJournal): Promise<void> {
    for (let tries = 0; tries < triesMax; tries += 1) {
      const placed = placedAfter(await this.#endOf(journal.bookDate), journal);
      this.#end = null; // Until it is known that the journal was written.
      try {
        await this.#journals.insertOne(placed);
      } catch (error) {
        if (!isDuplicate(error)) throw error;
        if (await this.#isRecorded(journal)) return;
        continue; // Another process took the place.
      }
      this.#end = { bookDate: journal.bookDate, sequence: placed.sequence, hash: placed.hash };
      return;
    }
    throw new Error(`journal ${journal._id} found no place in ${journal.bookDate} in ${triesMax} tries`);
  }

  async #endOf(bookDate: string): Promise<End> {
    if (this.#end?.bookDate === bookDate) return this.#end;
    const last = await this.#journals.findOne(
      { bookDate },
      { sort: { sequence: -1 }, projection: { sequence: 1, hash: 1 } },
    );
    return last ?? { sequence: 0, hash: beginningOf(bookDate) };
  }

  async #isRecorded(journal: UnplacedJournal): Promise<boolean> {
    const first = await this.#journals.findOne({ _id: journal._id });
    if (first === null) return false;
    if (first.contentSha256 === journal.contentSha256) return true;
    throw new Error(`journal ${journal._id} already records something else`);
  }
}

function placedAfter(end: End, journal: UnplacedJournal): JournalDocument {
  const place = { sequence: end.sequence + 1, previousHash: end.hash };
  const unhashed = { ...journal, ...place, hash: '' };
  return { ...unhashed, hash: hashOf(readJournal(unhashed)) };
}
