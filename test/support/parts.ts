import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { MongoClient, type Db } from 'mongodb';
import { inject } from 'vitest';
import { indexedValueTypes } from '../../src/platform/applyTemporalContract.js';
import { temporalFile } from '../../src/platform/temporalContract.js';
import { part } from '../../stack/parts/part.js';
import { freePorts } from '../../stack/ports.js';
import { newRunFolder } from '../../stack/runFolder.js';
import { startTemporalDevServer, type TemporalServer } from '../../stack/servers.js';

/** A database of its own for one test file, on the MongoDB that the whole run shares; `drop` when the file is done. */
export async function testDatabase(): Promise<{ uri: string; db: Db; drop: () => Promise<void> }> {
  const uri = inject('mongoUri');
  const client = await MongoClient.connect(uri);
  const db = client.db(`test_${randomUUID().replaceAll('-', '')}`);
  const drop = async () => {
    await db.dropDatabase();
    await client.close();
  };
  return { uri, db, drop };
}

/** A real development server with our search attributes and no UI; `stop` ends it. Takes about two seconds. */
export async function temporalDevServer(): Promise<TemporalServer> {
  const folder = await newRunFolder();
  const { TEMPORAL_PORT } = await freePorts();
  const server = await startTemporalDevServer({ port: TEMPORAL_PORT, folder });
  const stop = async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
  return { ...server, stop };
}

/**
 * The test server whose clock skips over waiting, with our search attributes; `teardown()` ends it. Its time is one for
 * all its workflows, so tests that share one run one after the other. It is for x86-64 (an Apple silicon Mac translates).
 */
export async function timeSkippingEnvironment(): Promise<TestWorkflowEnvironment> {
  const environment = await TestWorkflowEnvironment.createTimeSkipping({
    server: { executable: { type: 'existing-path', path: part('timeSkipping').path } },
  });
  const { searchAttributes } = await temporalFile();
  await environment.connection.operatorService.addSearchAttributes({
    namespace: environment.namespace ?? 'default',
    searchAttributes: indexedValueTypes(searchAttributes),
  });
  return environment;
}
