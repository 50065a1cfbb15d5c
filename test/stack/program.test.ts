import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freePorts } from '../../stack/ports.js';
import { Program, answers } from '../../stack/program.js';

let folder: string;
let program: Program | undefined;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'program-'));
});
afterEach(async () => {
  await program?.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

async function serving(): Promise<{ program: Program; url: string }> {
  const { API_PORT: port } = await freePorts();
  const url = `http://127.0.0.1:${port}`;
  const script = `require('node:http').createServer((_, answer) => answer.end('ok')).listen(${port}, '127.0.0.1')`;
  return { program: running(script, () => answers(url)), url };
}

function running(script: string, isReady: () => Promise<boolean>): Program {
  program = new Program({
    name: 'worker',
    command: process.execPath,
    args: ['-e', script],
    logFile: path.join(folder, 'worker.log'),
    isReady,
  });
  return program;
}

describe('a program of the stack', () => {
  it('comes back at the same address after it was killed, as a worker does after a crash', async () => {
    const { program: worker, url } = await serving();
    await worker.start();
    const firstPid = worker.pid;
    await worker.kill('SIGKILL');
    expect(worker.pid).toBeUndefined();
    await expect(answers(url)).rejects.toThrow();

    await worker.restart();
    expect(worker.pid).not.toBe(firstPid);
    expect(await answers(url)).toBe(true);
    await worker.stop();
    await expect(answers(url)).rejects.toThrow();
  });

  it('says which log to read, and how it ends, when it does not start', async () => {
    const worker = running("console.error('no channels file'); process.exit(1)", () => Promise.resolve(false));
    await expect(worker.start()).rejects.toThrow(
      /^worker ended while starting: see .*worker\.log.*\nno channels file$/s,
    );
  });
});
