import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The top of the repository; every command runs there, wherever the person stands. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

/** Something a person can mend. Its message says in one sentence what is wrong and what to do. */
export class SetupProblem extends Error {}

/**
 * Runs a command with its output shown, as all of set-up on standard error: what is set up may print for machines.
 * @param {string} purpose completes the sentence "could not …"
 * @param {string} command
 * @param {string[]} args
 */
export function run(purpose, command, args) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ['inherit', 2, 2] });
  if (error) throw new SetupProblem(`could not ${purpose}: ${command} did not start (${error.message}).`);
  if (status !== 0) throw new SetupProblem(`could not ${purpose}; the reason is above.`);
}

/** @param {string} line */
export function say(line) {
  console.error(`set-up: ${line}`);
}
