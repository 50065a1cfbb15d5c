import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root, run, say, SetupProblem } from './run.mjs';

const oldestNode = [20, 19];
const firstUnsupportedMajor = 25;

export function checkNodeVersion() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const oldEnough = major < firstUnsupportedMajor;
  const newEnough = major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1]);
  if (oldEnough && newEnough) return;
  throw new SetupProblem(
    `this is Node ${process.versions.node}, but 20.19 to 24 is needed; install one of these from https://nodejs.org and try again.`,
  );
}

/** Runs `npm ci` unless node_modules was installed from this very package-lock.json. */
export function installPackages() {
  const stamp = path.join(root, 'node_modules', '.installed-from');
  const lockHash = createHash('sha256')
    .update(readFileSync(path.join(root, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lockHash) {
    say('npm packages: reusing node_modules');
    return;
  }
  say('npm packages: installing with npm ci');
  run('install the npm packages', 'npm', ['ci', '--no-fund', '--no-audit', '--loglevel', 'error']);
  writeFileSync(stamp, lockHash);
}
