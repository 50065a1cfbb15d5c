import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { withInFlight } from '../load.js';
import { paymentIds, type Payments } from '../payments.js';
import type { Stack } from '../../stack/startStack.js';

export const paymentsWaiting = 2_000;

export interface WorkerMemory {
  readonly beforeMiB: number;
  readonly afterMiB: number;
  readonly perPaymentKiB: number;
}

/** Resident memory of a fresh worker, before and with payments that wait for their payers. */
export async function measureMemory(stack: Stack, payments: Payments): Promise<WorkerMemory> {
  const { worker } = stack.processes;
  // Once used, so that what any first payment costs does not count as the price of waiting.
  await withInFlight(50, paymentIds(100), async (paymentId) => {
    await payments.open(paymentId);
    await payments.pay(paymentId);
    await payments.issued(paymentId);
  });
  const beforeMiB = await residentMiB(worker.pid);
  await withInFlight(50, paymentIds(paymentsWaiting), (paymentId) => payments.open(paymentId));
  const afterMiB = await residentMiB(worker.pid);
  return { beforeMiB, afterMiB, perPaymentKiB: ((afterMiB - beforeMiB) * 1024) / paymentsWaiting };
}

export async function residentMiB(pid: number | undefined): Promise<number> {
  if (pid === undefined) throw new Error('the worker does not run');
  const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(pid)]); // KiB
  return Number(stdout.trim()) / 1024;
}
