import { MongoClient, MongoServerError, type Db } from 'mongodb';

/** A database and the connections behind it. The caller closes them when it is done. */
export interface MongoDatabase {
  readonly db: Db;
  /** Raises the driver's error when the server does not answer within three seconds. */
  readonly ping: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/**
 * Opens a database without waiting for it: connections are made at the first call, so that a process starts, and
 * reports itself not ready, while MongoDB is away. `appName` shows in the server's log and list of connections.
 *
 * Every write is acknowledged by a majority of the replica set before it counts as done. A write whose connection
 * broke is sent once more by the driver, unless the connection string says `retryWrites=false`; the server recognises
 * it and does not apply it twice. Nothing rests on that: every step that writes is safe to repeat.
 */
export function mongoDatabase(address: { uri: string; database: string; appName: string }): MongoDatabase {
  const client = new MongoClient(address.uri, {
    appName: address.appName,
    writeConcern: { w: 'majority', journal: true, wtimeoutMS: 5_000 },
    ignoreUndefined: true,
    // A channel waits five seconds for our answer to its callback; being told "not now" in three leaves it time to hear so.
    serverSelectionTimeoutMS: 3_000,
    connectTimeoutMS: 3_000,
    waitQueueTimeoutMS: 3_000,
    socketTimeoutMS: 10_000,
  });
  const db = client.db(address.database);
  return {
    db,
    ping: async () => {
      await db.command({ ping: 1 });
    },
    close: () => client.close(),
  };
}

/**
 * Whether a write met a unique key that is taken. Which key it was is not said by every server that speaks MongoDB's
 * protocol, so callers find out by reading.
 */
export function isDuplicate(error: unknown): boolean {
  return error instanceof MongoServerError && error.code === 11_000;
}
