import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { PartProblem } from './parts/part.js';

export interface ProgramOptions {
  /** For people: "worker", "MongoDB". */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Added to this process's own environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Its output is appended here. */
  readonly logFile: string;
  /** Resolves true once the program does its work; asked until then. */
  readonly isReady: () => Promise<boolean>;
}

const readyLimitMs = 60_000;
const stopLimitMs = 35_000; // The worker's own shutdown may take shutdownForceSeconds of temporal.yaml.

const running = new Set<ChildProcess>();
// Whatever ends this process in its own way, no program stays behind.
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** One program of the stack as a child process. */
export class Program {
  readonly #options: ProgramOptions;
  #child: ChildProcess | undefined;

  constructor(options: ProgramOptions) {
    this.#options = options;
  }

  get name(): string {
    return this.#options.name;
  }

  get logFile(): string {
    return this.#options.logFile;
  }

  /** The process id, or undefined while it does not run. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Starts it and waits until it is ready. Raises a PartProblem with the end of its log if it ends or takes too long. */
  async start(): Promise<void> {
    const { name, command, args, env, logFile } = this.#options;
    const log = openSync(logFile, 'a');
    // In a process group of its own, so that Ctrl-C reaches only this process, which then stops them in order.
    const child = spawn(command, args, {
      env: { ...process.env, ...env },
      stdio: ['ignore', log, log],
      detached: true,
    });
    closeSync(log);
    this.#child = child;
    running.add(child);
    const forget = () => {
      running.delete(child);
      if (this.#child === child) this.#child = undefined;
    };
    child.once('exit', forget).once('error', forget);
    const giveUpAt = Date.now() + readyLimitMs;
    while (!(await this.#isReady())) {
      if (this.#child !== child) throw new PartProblem(`${name} ended while starting: ${this.#lastLines()}`);
      if (Date.now() > giveUpAt) {
        await this.kill('SIGKILL');
        throw new PartProblem(`${name} was not ready within ${readyLimitMs / 1000} s: ${this.#lastLines()}`);
      }
      await sleep(100);
    }
  }

  /** Sends a signal and waits for the end; nothing happens when it does not run. */
  async kill(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (child === undefined) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }

  /** Ends it gracefully, by force after a limit. */
  async stop(): Promise<void> {
    const force = setTimeout(() => void this.kill('SIGKILL'), stopLimitMs);
    await this.kill('SIGTERM');
    clearTimeout(force);
  }

  /** Stops it if it runs, and starts it again in the same place. */
  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  async #isReady(): Promise<boolean> {
    try {
      return await this.#options.isReady();
    } catch {
      return false;
    }
  }

  #lastLines(): string {
    const lines = readFileSync(this.#options.logFile, 'utf8').trimEnd().split('\n').slice(-15);
    return `see ${this.#options.logFile}, which ends with\n${lines.join('\n')}`;
  }
}

/** Ready as soon as a GET of this URL answers 2xx with this text in it. */
export async function shows(url: string, text: string): Promise<boolean> {
  const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
  return (await response.text()).includes(text) && response.ok;
}

/** Ready as soon as a GET of this URL answers 2xx. */
export async function answers(url: string): Promise<boolean> {
  const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
  await response.body?.cancel();
  return response.ok;
}
