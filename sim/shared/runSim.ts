import type { RunningSim } from './loopbackServer.js';

/** Runs a simulator as a process: says where it listens, ends cleanly on SIGTERM or SIGINT, says why it cannot start. */
export async function runSim(name: string, start: () => Promise<RunningSim>): Promise<void> {
  try {
    const sim = await start();
    process.stdout.write(`${name} listening on ${sim.url}\n`);
    const stop = () => void sim.close().then(() => process.exit(0));
    process.once('SIGTERM', stop);
    process.once('SIGINT', stop);
  } catch (error) {
    process.stderr.write(`${name} cannot start: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
