import type { Db } from 'mongodb';
import { isDuplicate } from '../../platform/mongo.js';
import type { CollectionContract } from '../../platform/migration.js';
import { count, record, text, time } from '../../platform/validator.js';

interface AttemptsDocument {
  _id: string;
  channel: string;
  /** The hour, UTC, that is counted. */
  hour: Date;
  seen: number;
}

export const rejectedAttemptCollection: CollectionContract = {
  name: 'rejectedAttempts',
  schema: record({ _id: text, channel: text, hour: time, seen: count }),
  indexes: [{ name: 'byHour', key: { hour: -1, channel: 1 } }],
};

/** Counts a rejected attempt and returns how many its channel had in that hour, itself included. */
export async function countRejectedAttempt(db: Db, attempt: { channel: string; at: Date }): Promise<number> {
  const { channel } = attempt;
  const hour = new Date(attempt.at);
  hour.setUTCMinutes(0, 0, 0);
  const increment = () =>
    db
      .collection<AttemptsDocument>('rejectedAttempts')
      .findOneAndUpdate(
        { _id: `${channel}/${hour.toISOString()}` },
        { $inc: { seen: 1 }, $setOnInsert: { channel, hour } },
        { upsert: true, returnDocument: 'after' },
      );
  const counted = await increment().catch((error: unknown) => {
    if (isDuplicate(error)) return increment(); // two firsts of an hour met; the other one made the document
    throw error;
  });
  return counted?.seen ?? 1;
}
