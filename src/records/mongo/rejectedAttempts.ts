import type { Db } from 'mongodb';
import { isDuplicate } from '../../platform/mongo.js';
import type { CollectionContract } from '../../platform/migrate.js';
import { count, exactly, text, time } from '../../platform/fields.js';

interface AttemptsDocument {
  _id: string;
  channel: string;
  /** The hour, UTC, that is counted. */
  hour: Date;
  seen: number;
}

export const rejectedAttemptCollection: CollectionContract = {
  name: 'rejectedAttempts',
  schema: exactly({ _id: text, channel: text, hour: time, seen: count }),
  indexes: [{ name: 'byHour', key: { hour: -1, channel: 1 } }],
};

/** Counts are written together, so that a flood of forgeries is not a flood of writes. */
const flushEveryMs = 1_000;

interface Hour {
  channel: string;
  hour: Date;
  /** As the database had it when it was last asked, this process's own included. */
  written: number;
  unwritten: number;
}

/**
 * Counts rejected attempts per channel and hour, those of other processes included as of the last write. What is counted
 * in the last second before a process dies is lost; the metric of callbacks has it.
 */
export class RejectedAttempts {
  readonly #db: Db;
  readonly #hours = new Map<string, Hour>();
  #flush: NodeJS.Timeout | null = null;

  constructor(db: Db) {
    this.#db = db;
  }

  /** Counts one and tells how many its channel had in that hour, itself included. */
  async count({ channel, at }: { channel: string; at: Date }): Promise<number> {
    const hour = new Date(at);
    hour.setUTCMinutes(0, 0, 0);
    const key = `${channel}/${hour.toISOString()}`;
    const counted = this.#hours.get(key);
    if (counted === undefined) return this.#begin(key, { channel, hour });
    counted.unwritten += 1;
    if (this.#flush === null) this.#flush = setTimeout(() => void this.#write(), flushEveryMs).unref();
    return counted.written + counted.unwritten;
  }

  async #begin(key: string, { channel, hour }: { channel: string; hour: Date }): Promise<number> {
    const begun: Hour = { channel, hour, written: 1, unwritten: 0 };
    for (const [older, { hour: at, unwritten }] of this.#hours) {
      if (at < hour && unwritten === 0) this.#hours.delete(older);
    }
    this.#hours.set(key, begun);
    begun.written = await this.#add(key, begun, 1);
    return begun.written;
  }

  async #write(): Promise<void> {
    this.#flush = null;
    for (const [key, counted] of this.#hours) {
      const { unwritten } = counted;
      if (unwritten === 0) continue;
      try {
        counted.unwritten -= unwritten;
        counted.written = await this.#add(key, counted, unwritten);
      } catch {
        // The database is away: they are written with the next ones.
        counted.unwritten += unwritten;
      }
    }
  }

  async #add(key: string, { channel, hour }: { channel: string; hour: Date }, attempts: number): Promise<number> {
    const increment = () =>
      this.#db
        .collection<AttemptsDocument>('rejectedAttempts')
        .findOneAndUpdate(
          { _id: key },
          { $inc: { seen: attempts }, $setOnInsert: { channel, hour } },
          { upsert: true, returnDocument: 'after' },
        );
    const counted = await increment().catch((error: unknown) => {
      if (isDuplicate(error)) return increment(); // two firsts of an hour met; the other one made the document
      throw error;
    });
    return counted?.seen ?? attempts;
  }
}
