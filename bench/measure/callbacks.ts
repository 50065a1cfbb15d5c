import type { BareFloor } from '../bare/bareFloor.js';
import { callbackSigner, send, type Callback } from '../callback.js';
import { latencyOf, medianLatency, type Latency } from '../figures.js';
import { timeMs, withInFlight } from '../load.js';
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
  /** From callback sent to policy issued, one payment at a time. */
  readonly issuedAlone: Latency;
}

/** Callbacks for payments that wait for them, beside the bare floor under the same load. */
export async function measureCallbacks(
  { stack, payments, floor }: { stack: Stack; payments: Payments; floor: BareFloor },
  runs: number,
): Promise<CallbackFigures> {
  const sign = callbackSigner(stack);
  const apiUrl = `${stack.api.url}/v1/callbacks/alipay`;
  const issuedAlone = await measureAlone(payments, (paymentId) => send(apiUrl, sign(paymentId)));

  const bare: Latency[] = [];
  const answer: Latency[] = [];
  for (let run = 0; run < runs; run += 1) {
    const callbacks = paymentIds(callbacksPerRun).map(sign);
    await withInFlight(50, callbacks, ({ paymentId }) => payments.open(paymentId));
    bare.push(await answered(floor.callbackUrl, callbacks));
    answer.push(await answered(apiUrl, callbacks));
    await withInFlight(50, callbacks, ({ paymentId }) => payments.issued(paymentId));
  }
  return { bare: medianLatency(bare), answer: medianLatency(answer), issuedAlone };
}

async function answered(url: string, callbacks: readonly Callback[]): Promise<Latency> {
  return latencyOf(await withInFlight(callbackInFlight, callbacks, (callback) => timeMs(() => send(url, callback))));
}

async function measureAlone(payments: Payments, sendCallback: (paymentId: string) => Promise<void>): Promise<Latency> {
  return latencyOf(
    await withInFlight(1, paymentIds(alonePayments), async (paymentId) => {
      await payments.open(paymentId);
      const sentMs = Date.now();
      await sendCallback(paymentId);
      await payments.issued(paymentId);
      return (await payments.endedAtMs(paymentId)) - sentMs;
    }),
  );
}
