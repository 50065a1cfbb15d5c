import { mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { MongoBinary } from 'mongodb-memory-server-core';
import { runtimeFolder, type Part } from './part.js';
import { versionOf } from './version.js';

/** Long enough to hear from a slow network, short enough that a person without one does not wonder. */
const reachLimitMs = 4_000;
const downloadLimitMs = 5 * 60_000;

/** Downloads mongod from MongoDB itself. Raises an Error within seconds when that host is refused or unreachable. */
export async function downloadMongod(): Promise<Part> {
  await reach('https://fastdl.mongodb.org/');
  const downloadDir = path.join(runtimeFolder, 'mongodb');
  const file = await within(downloadLimitMs, MongoBinary.getPath({ downloadDir, checkMD5: true }));
  return { path: file, version: await versionOf('mongodb', file), origin: 'official download (fastdl.mongodb.org)' };
}

/** Downloads with the Temporal SDK's own downloader, which does so when a test environment first starts. */
export async function downloadTemporal(name: 'temporal' | 'timeSkipping'): Promise<Part> {
  await reach('https://temporal.download/');
  const downloadDir = path.join(runtimeFolder, name);
  await mkdir(downloadDir, { recursive: true });
  const server = { executable: { type: 'cached-download', downloadDir } } as const;
  const started =
    name === 'temporal'
      ? TestWorkflowEnvironment.createLocal({ server })
      : TestWorkflowEnvironment.createTimeSkipping({ server });
  await (await within(downloadLimitMs, started)).teardown();
  const [file] = await readdir(downloadDir);
  if (file === undefined) throw new Error('the download left no file');
  const program = path.join(downloadDir, file);
  return { path: program, version: await versionOf(name, program), origin: 'official download (temporal.download)' };
}

async function reach(url: string): Promise<void> {
  // Node's fetch knows nothing of proxies, but the downloaders do: behind one, only trying tells.
  if (process.env['HTTPS_PROXY'] ?? process.env['https_proxy']) return;
  try {
    await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(reachLimitMs) });
  } catch {
    throw new Error(`${new URL(url).host} is not reachable`);
  }
}

async function within<T>(limitMs: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`not done in ${limitMs / 1000} s`));
    }, limitMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
