import { Client, Connection } from '@temporalio/client';
import type { Db } from 'mongodb';
import { afterAll, beforeAll } from 'vitest';
import type { ApiDeps } from '../../src/api/deps.js';
import { temporalDevServer, testDatabase } from '../support/parts.js';
import { startTestApi, temporalAway, type TestApi } from './testApi.js';
import type { TestChannel } from './testChannel.js';
import { startTestWorker } from './testWorker.js';

type Change = (deps: ApiDeps) => Partial<ApiDeps>;

/** An API for the tests of one file: begun before the first of them and stopped after the last. */
interface Hosted {
  /** Usable from the first test on. */
  readonly api: TestApi;
  readonly db: Db;
}

/** Nobody answers where Temporal should be, so that the API waits for it a moment only. */
export function apiWithoutTemporal(change: Change = () => ({})): Hosted {
  // Never closed: a call that was given up may still try once more.
  const client = temporalAway();
  let started: { api: TestApi; database: Awaited<ReturnType<typeof testDatabase>> };

  beforeAll(async () => {
    const database = await testDatabase();
    const api = await startTestApi(database.db, client, (deps) => ({
      settings: { ...deps.settings, openWaitMs: 300 },
      ...change(deps),
    }));
    started = { api, database };
  });
  afterAll(async () => {
    await started.api.stop();
    await started.database.drop();
  });

  return {
    api: later(() => started.api),
    get db() {
      return started.database.db;
    },
  };
}

/** With a real Temporal, and a worker for these channels; for the API's own where none are said. */
export function apiWithWorker({
  change,
  channels,
}: { change?: Change; channels?: readonly TestChannel[] } = {}): Hosted & {
  readonly client: Client;
  readonly worker: Awaited<ReturnType<typeof startTestWorker>>;
} {
  let started: Awaited<ReturnType<typeof startWithWorker>>;
  beforeAll(async () => {
    started = await startWithWorker(change, channels);
  });
  afterAll(async () => {
    await started.api.stop();
    await started.worker.stop();
    await started.connection.close();
    await started.temporal.stop();
    await started.database.drop();
  });

  return {
    api: later(() => started.api),
    get db() {
      return started.database.db;
    },
    get client() {
      return started.client;
    },
    get worker() {
      return started.worker;
    },
  };
}

async function startWithWorker(change: Change | undefined, channels: readonly TestChannel[] | undefined) {
  const [database, temporal] = await Promise.all([testDatabase(), temporalDevServer()]);
  const { address, namespace } = temporal;
  const connection = await Connection.connect({ address });
  const client = new Client({ connection, namespace });
  const api = await startTestApi(database.db, client, change);
  const worker = await startTestWorker(database.db, { address, client }, ...(channels ?? [api.channel]));
  return { database, temporal, connection, client, api, worker };
}

/** Stands for what is there only once the tests begin. */
const later = <Part extends object>(part: () => Part): Part =>
  new Proxy({} as Part, { get: (_empty, name) => Reflect.get(part(), name) as unknown });
