import { existsSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** The programs behind the stack: a database, a Temporal server, and the Temporal test server whose clock skips. */
export const partNames = ['mongodb', 'temporal', 'timeSkipping'] as const;
export type PartName = (typeof partNames)[number];

/** One of those programs, found on this machine. */
export interface Part {
  readonly path: string;
  readonly version: string;
  /** Where it came from, for people: "PATH", "official download", "Python package …". */
  readonly origin: string;
}

/** What is fetched or made here stays here, ignored by git. */
export const runtimeFolder = path.resolve('.runtime');
const manifestFile = path.join(runtimeFolder, 'parts.json');

/** A problem with one sentence for a person: what is wrong and what to do. */
export class PartProblem extends Error {}

/** The parts found by the last set-up whose files still exist, so that refused downloads are not tried again. */
export function readManifest(): Partial<Record<PartName, Part>> {
  if (!existsSync(manifestFile)) return {};
  const manifest = JSON.parse(readFileSync(manifestFile, 'utf8')) as Partial<Record<PartName, Part>>;
  return Object.fromEntries(Object.entries(manifest).filter(([, part]) => existsSync(part.path)));
}

export async function writeManifest(parts: Partial<Record<PartName, Part>>): Promise<void> {
  await mkdir(runtimeFolder, { recursive: true });
  await writeFile(manifestFile, JSON.stringify(parts, undefined, 2));
}

/** The program for a part, as the set-up found it. */
export function part(name: PartName): Part {
  const found = readManifest()[name];
  if (found === undefined) throw new PartProblem(`${name} is not set up; run \`npm run setup\`.`);
  return found;
}
