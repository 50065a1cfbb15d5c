import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import path from 'node:path';
import { versionOf } from './version.js';
import type { Part, PartName } from './part.js';

const programs: Record<PartName, string> = {
  mongodb: 'mongod',
  temporal: 'temporal',
  timeSkipping: 'temporal-test-server',
};

/** The part's program on PATH, if there is one that runs. */
export async function findOnPath(name: PartName): Promise<Part | undefined> {
  for (const folder of (process.env['PATH'] ?? '').split(path.delimiter)) {
    const file = path.join(folder, programs[name]);
    if (!path.isAbsolute(file) || !(await isExecutable(file))) continue;
    return { path: file, version: await versionOf(name, file), origin: `${file} on PATH` };
  }
  return undefined;
}

async function isExecutable(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
