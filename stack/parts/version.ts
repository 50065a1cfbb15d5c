import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { PartName } from './part.js';

/** Asks the program itself, which also proves that it runs on this machine. Raises the Error of a program that does not. */
export async function versionOf(name: PartName, file: string): Promise<string> {
  // The test server has no question for its version; its usage text proves that it runs.
  if (name === 'timeSkipping') return 'time-skipping test server';
  const { stdout } = await promisify(execFile)(file, ['--version'], { timeout: 30_000 });
  return stdout.split('\n')[0]?.trim() ?? 'unknown version';
}
