import type { Client } from '@temporalio/client';
import { runBarePayment } from '../bare/bareFloor.js';
import { latencyOf, median, medianLatency, type Latency } from '../figures.js';
import { timeMs, withInFlight } from '../load.js';
import { paymentIds, type Payments } from '../payments.js';

export const inFlight = 50;
export const paymentsPerRun = 150;

export interface Throughput {
  /** Payments per second in each run, in the order they ran: bare, ours, bare, ours, … */
  readonly barePerSecond: readonly number[];
  readonly paymentsPerSecond: readonly number[];
  readonly bareMedian: number;
  readonly paymentsMedian: number;
  readonly ratio: number;
  /** From the payer's payment to the policy, with all these payments in flight. */
  readonly issuedAfter: Latency;
}

/** Whole payments per second, bare and ours in turn so that both meet the same weather on the machine. */
export async function measureThroughput(
  { client, payments }: { client: Client; payments: Payments },
  runs: number,
): Promise<Throughput> {
  const bare = (ids: readonly string[]) => withInFlight(inFlight, ids, (id) => runBarePayment(client, id));
  const ours = (ids: readonly string[]) => withInFlight(inFlight, ids, (id) => payAndIssue(payments, id));
  // Not counted: the first payments of a process pay for compiling and connecting.
  await bare(paymentIds(inFlight));
  await ours(paymentIds(inFlight));

  const barePerSecond: number[] = [];
  const paymentsPerSecond: number[] = [];
  const issuedAfter: Latency[] = [];
  for (let run = 0; run < runs; run += 1) {
    barePerSecond.push(perSecond(await timeMs(() => bare(paymentIds(paymentsPerRun)))));
    const ids = paymentIds(paymentsPerRun);
    let paidAtMs: readonly number[] = [];
    const tookMs = await timeMs(async () => {
      paidAtMs = await ours(ids);
    });
    paymentsPerSecond.push(perSecond(tookMs));
    issuedAfter.push(latencyOf(await delaysMs(payments, ids, paidAtMs)));
  }
  const bareMedian = median(barePerSecond);
  const paymentsMedian = median(paymentsPerSecond);
  return {
    barePerSecond,
    paymentsPerSecond,
    bareMedian,
    paymentsMedian,
    ratio: paymentsMedian / bareMedian,
    issuedAfter: medianLatency(issuedAfter),
  };
}

/** One of our payments from the core's request to the policy. Answers when it was paid, ms since 1970. */
async function payAndIssue(payments: Payments, id: string): Promise<number> {
  await payments.open(id);
  const paidAtMs = Date.now();
  await payments.pay(id);
  await payments.issued(id);
  return paidAtMs;
}

async function delaysMs(payments: Payments, ids: readonly string[], paidAtMs: readonly number[]): Promise<number[]> {
  const endedAtMs = await withInFlight(inFlight, ids, (id) => payments.endedAtMs(id));
  return endedAtMs.map((endedMs, index) => endedMs - (paidAtMs[index] ?? Number.NaN));
}

const perSecond = (tookMs: number): number => (paymentsPerRun * 1000) / tookMs;
