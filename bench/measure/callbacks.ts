import { performance } from 'node:perf_hooks';
import type { BareFloor } from '../bare/bareFloor.js';
import { callbackSigner, callbackUrl, send, type Callback } from '../callbacks.js';
import { latencyOf, medianLatency, type Latency } from '../figures.js';
import { withInFlight } from '../load.js';
import { paymentIds, type Payments } from '../payments.js';
import type { Stack } from '../../stack/startStack.js';

export const callbacksPerRun = 200;
export const callbackInFlight = 20;
const alonePayments = 30;

export interface CallbackFigures {
  /** One durable insert and an answer, by Express alone. */
  readonly bare: Latency;
  /** Our answer: signature checked, evidence durable, workflow told. */
  readonly answer: Latency;
  /** Answers of ours, of all runs, that asked for the callback again; they count in `answer` like the others. */
  readonly askedAgain: number;
  /** From callback sent to policy issued, one payment at a time. */
  readonly issuedAlone: Latency;
}

/** Callbacks for payments that wait for them, beside the bare floor under the same load. */
export async function measureCallbacks(
  { stack, payments, floor }: { stack: Stack; payments: Payments; floor: BareFloor },
  runs: number,
): Promise<CallbackFigures> {
  const sign = callbackSigner(stack);
  const toUs = (callback: Callback) => send(callbackUrl(stack, callback), callback);
  const issuedAlone = await measureAlone(payments, (paymentId) => toUs(sign(paymentId)));

  const bare: Latency[] = [];
  const answer: Latency[] = [];
  let askedAgain = 0;
  for (let run = 0; run < runs; run += 1) {
    const callbacks = paymentIds(callbacksPerRun).map(sign);
    await withInFlight(50, callbacks, ({ paymentId }) => payments.open(paymentId));
    bare.push((await answers((callback) => send(floor.callbackUrl, callback), callbacks)).latency);
    const ours = await answers(toUs, callbacks);
    answer.push(ours.latency);
    askedAgain += ours.askedAgain;
    await withInFlight(50, callbacks, ({ paymentId }) => payments.issued(paymentId));
  }
  return { bare: medianLatency(bare), answer: medianLatency(answer), askedAgain, issuedAlone };
}

async function answers(
  sendOne: (callback: Callback) => Promise<boolean>,
  callbacks: readonly Callback[],
): Promise<{ latency: Latency; askedAgain: number }> {
  const timesMs: number[] = [];
  const taken = await withInFlight(callbackInFlight, callbacks, async (callback) => {
    const startedMs = performance.now();
    const isTaken = await sendOne(callback);
    timesMs.push(performance.now() - startedMs);
    return isTaken;
  });
  return { latency: latencyOf(timesMs), askedAgain: taken.filter((isTaken) => !isTaken).length };
}

async function measureAlone(
  payments: Payments,
  sendCallback: (paymentId: string) => Promise<boolean>,
): Promise<Latency> {
  return latencyOf(
    await withInFlight(1, paymentIds(alonePayments), async (paymentId) => {
      await payments.open(paymentId);
      const sentMs = Date.now();
      if (!(await sendCallback(paymentId))) throw new Error(`the callback for ${paymentId} was not taken`);
      await payments.issued(paymentId);
      return (await payments.endedAtMs(paymentId)) - sentMs;
    }),
  );
}
