import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { root, say, SetupProblem } from './run.mjs';

const waitLimitMs = 10 * 60 * 1000;

/**
 * Two set-ups at once, such as a demo and the tests, would write the same files: the second waits for the first.
 * @param {() => Promise<void>} work
 */
export async function oneAtATime(work) {
  const lock = path.join(root, '.runtime', 'setup.lock');
  mkdirSync(path.dirname(lock), { recursive: true });
  const giveUpAt = Date.now() + waitLimitMs;
  let told = false;
  while (!take(lock)) {
    if (Date.now() > giveUpAt)
      throw new SetupProblem(`another set-up has not ended in 10 minutes; if none runs, delete ${lock}.`);
    if (!told) say('waiting for another set-up to end');
    told = true;
    await sleep(500);
  }
  try {
    await work();
  } finally {
    rmSync(lock, { force: true });
  }
}

/** @param {string} lock */
function take(lock) {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    if (!holderLives(lock)) rmSync(lock, { force: true });
    return false;
  }
}

/** @param {string} lock */
function holderLives(lock) {
  try {
    const pid = Number(readFileSync(lock, 'utf8'));
    // A holder that has not written its id yet has only just begun.
    if (pid > 0) process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
