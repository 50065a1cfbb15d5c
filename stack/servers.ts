import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { Connection } from '@temporalio/client';
import { MongoClient } from 'mongodb';
import { temporalFile } from '../src/platform/temporalContract.js';
import { part } from './parts/part.js';
import { Program } from './program.js';

/** MongoDB, either configured by MONGODB_URI or started here. `program` is there only when it was started here. */
export interface MongoServer {
  readonly uri: string;
  readonly program?: Program;
  stop(): Promise<void>;
}

/**
 * Starts MongoDB on loopback with its files under `folder`, unless MONGODB_URI names one. Stopping deletes
 * those files and leaves a configured MongoDB alone.
 */
export async function startMongo({ port, folder }: { port: number; folder: string }): Promise<MongoServer> {
  const configured = process.env['MONGODB_URI'];
  if (configured) return { uri: configured, stop: () => Promise.resolve() };
  const { path: command } = part('mongodb');
  const dataFolder = path.join(folder, 'mongodb');
  await mkdir(dataFolder, { recursive: true });
  const isSecantus = command.endsWith('secantusd-py');
  // SecantusDB walks every retryable write of the last half-hour at each further one: after 10,000 a write takes ten
  // times as long. Without them it does not slow down.
  const uri = `mongodb://127.0.0.1:${port}/?directConnection=true${isSecantus ? '&retryWrites=false' : ''}`;
  const program = new Program({
    name: 'MongoDB',
    command,
    args: isSecantus
      ? ['--host', '127.0.0.1', '--port', String(port), '--storage-path', dataFolder, '--sync-on-commit']
      : ['--bind_ip', '127.0.0.1', '--port', String(port), '--dbpath', dataFolder],
    logFile: path.join(folder, 'mongodb.log'),
    isReady: () => mongoAnswers(uri),
  });
  await program.start();
  const stop = async () => {
    await program.stop();
    await rm(dataFolder, { recursive: true, force: true });
  };
  return { uri, program, stop };
}

async function mongoAnswers(uri: string): Promise<boolean> {
  const client = new MongoClient(uri, { serverSelectionTimeoutMS: 1_000 });
  try {
    await client.db('admin').command({ ping: 1 });
    return true;
  } finally {
    await client.close();
  }
}

/** A Temporal server, either configured by TEMPORAL_ADDRESS or a development server started here. */
export interface TemporalServer {
  readonly address: string;
  readonly namespace: string;
  readonly uiUrl: string;
  readonly program?: Program;
  stop(): Promise<void>;
}

/**
 * Starts a Temporal development server, which keeps everything in memory, with the search attributes of temporal.yaml,
 * unless TEMPORAL_ADDRESS names a server. Stopping leaves a configured one alone.
 */
export async function startTemporalDevServer({
  port,
  uiPort,
  folder,
}: {
  port: number;
  /** Without one the server has no UI. */
  uiPort?: number;
  folder: string;
}): Promise<TemporalServer> {
  const namespace = process.env['TEMPORAL_NAMESPACE'] ?? 'default';
  const configured = process.env['TEMPORAL_ADDRESS'];
  if (configured) {
    const uiUrl = process.env['TEMPORAL_UI_URL'] ?? 'http://127.0.0.1:8233';
    return { address: configured, namespace, uiUrl, stop: () => Promise.resolve() };
  }
  const { searchAttributes } = await temporalFile();
  const address = `127.0.0.1:${port}`;
  const program = new Program({
    name: 'Temporal',
    command: part('temporal').path,
    args: [
      ...['server', 'start-dev', '--ip', '127.0.0.1', '--port', String(port), '--log-level', 'error'],
      ...(uiPort === undefined ? ['--headless'] : ['--ui-port', String(uiPort)]),
      ...['--namespace', namespace],
      // Given at the start because a running server takes seconds to let workflows use a new one.
      ...Object.entries(searchAttributes).flatMap(([name, type]) => ['--search-attribute', `${name}=${type}`]),
    ],
    logFile: path.join(folder, 'temporal.log'),
    isReady: () => temporalAnswers(address, namespace),
  });
  await program.start();
  return {
    address,
    namespace,
    uiUrl: uiPort === undefined ? '' : `http://127.0.0.1:${uiPort}`,
    program,
    stop: () => program.stop(),
  };
}

async function temporalAnswers(address: string, namespace: string): Promise<boolean> {
  const connection = await Connection.connect({ address, connectTimeout: 1_000 });
  try {
    await connection.workflowService.describeNamespace({ namespace });
    return true;
  } finally {
    await connection.close();
  }
}
