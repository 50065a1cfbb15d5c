import { mkdtemp, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { runtimeFolder } from './parts/part.js';

/** A fresh folder under .runtime/runs for the logs, keys and database files of one run, named after its start. */
export async function newRunFolder(): Promise<string> {
  const runs = path.join(runtimeFolder, 'runs');
  await mkdir(runs, { recursive: true });
  const started = new Date().toISOString().replaceAll(/[:.]/g, '-');
  return mkdtemp(path.join(runs, `${started}-`));
}
