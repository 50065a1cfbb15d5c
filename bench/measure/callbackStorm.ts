import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { MongoClient } from 'mongodb';
import { callbackSigner, callbackUrl, forged, send, type Callback } from '../callbacks.js';
import { latencyOf, type Latency } from '../figures.js';
import { withInFlight } from '../load.js';
import { paymentIds, type Payments } from '../payments.js';
import { residentMiB } from './memory.js';
import type { Stack } from '../../stack/startStack.js';

const perSecond = 200;
const seconds = 30;
/** Before the counted seconds begin: connections are made and code is compiled. */
const warmUpSeconds = 3;
const sampleMemoryEveryMs = 5_000;
const sendAgainMax = 10;

/** What each twenty callbacks are, one after the other. */
const kindsInTurn = [
  ...['valid', 'repeated', 'forged', 'repeated', 'unknown', 'repeated', 'forged', 'repeated', 'unknown', 'repeated'],
  ...['forged', 'repeated', 'forged', 'repeated', 'unknown', 'repeated', 'forged', 'repeated', 'unknown', 'forged'],
] as readonly Kind[];
type Kind = 'valid' | 'repeated' | 'forged' | 'unknown';

interface Count {
  readonly sent: number;
  readonly taken: number;
}

export interface Storm {
  readonly perSecond: number;
  readonly seconds: number;
  readonly sent: number;
  /** From the moment a callback was due, so that a slow answer does not hide what waits behind it. */
  readonly latency: Latency;
  readonly latencies: Readonly<Record<Kind, Latency>>;
  readonly answers: Readonly<Record<Kind, Count>>;
  /** Valid ones that were asked for again, and sent again afterwards as channels do. */
  readonly sentAgain: number;
  readonly issued: number;
  /** Payments whose premium stands in the ledger other than once. */
  readonly bookedWrongly: number;
  readonly apiMiB: readonly number[];
}

interface Sending {
  readonly kind: Kind;
  readonly callback: Callback;
}

interface Heard extends Sending {
  readonly taken: boolean;
  readonly tookMs: number;
}

/** Nothing true was lost or counted twice, nothing false was believed. */
export function isWeathered({ answers, issued, bookedWrongly }: Storm): boolean {
  const believed = answers.forged.taken + answers.unknown.taken;
  return issued === answers.valid.sent && bookedWrongly === 0 && believed === 0;
}

export async function measureCallbackStorm(given: {
  stack: Stack;
  payments: Payments;
  say: (line: string) => void;
}): Promise<Storm> {
  const { stack, payments, say } = given;
  const count = perSecond * (seconds + warmUpSeconds);
  const valid = paymentIds(Math.ceil(count / kindsInTurn.length));
  say(`opening ${valid.length} payments`);
  await withInFlight(20, valid, (paymentId) => payments.open(paymentId));
  say(`${perSecond} callbacks a second for ${warmUpSeconds} + ${seconds} s`);
  const sendings = planned(count, valid, callbackSigner(stack));

  const memory = sampleMemory(stack);
  const heard = await atSteadyRate(stack, sendings);
  const apiMiB = await memory.stop();

  const unheard = heard.filter(({ kind, taken }) => kind === 'valid' && !taken).map(({ callback }) => callback);
  say(`sending ${unheard.length} again, and waiting for the policies`);
  await withInFlight(10, unheard, (callback) => untilTaken(stack, callback));
  const ends = await withInFlight(50, valid, (paymentId) =>
    payments.issued(paymentId).then(
      () => 1,
      () => 0,
    ),
  );
  const counted = heard.slice(perSecond * warmUpSeconds);
  return {
    perSecond,
    seconds,
    sent: counted.length,
    latency: latencyOf(counted.map(({ tookMs }) => tookMs)),
    latencies: byKind((kind) => latencyOf(counted.filter((each) => each.kind === kind).map(({ tookMs }) => tookMs))),
    // Also those of the first seconds: what they did to money counts as much.
    answers: byKind((kind) => {
      const ofKind = heard.filter((each) => each.kind === kind);
      return { sent: ofKind.length, taken: ofKind.filter(({ taken }) => taken).length };
    }),
    sentAgain: unheard.length,
    issued: ends.reduce((sum, end) => sum + end, 0),
    bookedWrongly: await bookedWrongly(stack, valid),
    apiMiB,
  };
}

/** Repeats are of what came before them; unknown ones are rightly signed for orders nobody made. */
function planned(count: number, valid: readonly string[], sign: (paymentId: string) => Callback): Sending[] {
  const signed = valid.map(sign);
  const strangers = paymentIds(count);
  return Array.from({ length: count }, (_none, index): Sending => {
    const kind = kindsInTurn[index % kindsInTurn.length] ?? 'repeated';
    const turn = Math.floor(index / kindsInTurn.length);
    const known = (of: number): Callback => {
      const callback = signed[of];
      if (callback === undefined) throw new Error(`no callback ${of}`);
      return callback;
    };
    switch (kind) {
      case 'valid':
        return { kind, callback: known(turn) };
      case 'repeated':
        return { kind, callback: known((index * 7) % (turn + 1)) };
      case 'forged':
        return { kind, callback: forged(known((index * 5) % valid.length)) };
      case 'unknown':
        return { kind, callback: sign(strangers[index] ?? '') };
    }
  });
}

/** Each is sent when it is due, whether or not those before it are answered. */
async function atSteadyRate(stack: Stack, sendings: readonly Sending[]): Promise<Heard[]> {
  const startedMs = performance.now();
  const underWay: Promise<Heard>[] = [];
  for (const [index, sending] of sendings.entries()) {
    const dueMs = startedMs + (index * 1_000) / perSecond;
    const leftMs = dueMs - performance.now();
    if (leftMs > 1) await sleep(leftMs);
    underWay.push(
      sendOnce(stack, sending.callback).then((taken) => ({ ...sending, taken, tookMs: performance.now() - dueMs })),
    );
  }
  return Promise.all(underWay);
}

const sendOnce = (stack: Stack, callback: Callback): Promise<boolean> =>
  send(callbackUrl(stack, callback), callback).catch(() => false);

async function untilTaken(stack: Stack, callback: Callback): Promise<void> {
  for (let time = 0; time < sendAgainMax; time += 1) {
    if (await sendOnce(stack, callback)) return;
    await sleep(1_000);
  }
}

function sampleMemory({ processes: { api } }: Stack): { stop: () => Promise<number[]> } {
  const samples: Promise<number>[] = [residentMiB(api.pid)];
  const timer = setInterval(() => samples.push(residentMiB(api.pid)), sampleMemoryEveryMs);
  return {
    stop: () => {
      clearInterval(timer);
      return Promise.all(samples);
    },
  };
}

async function bookedWrongly({ mongoUri, mongoDatabase }: Stack, paymentIdsPaid: readonly string[]): Promise<number> {
  const client = await MongoClient.connect(mongoUri);
  try {
    const journals = await client
      .db(mongoDatabase)
      .collection<{ paymentId: string; kind: string }>('journals')
      .find({})
      .toArray();
    const received = journals.filter(({ kind }) => kind === 'PremiumReceived');
    return paymentIdsPaid.filter((id) => received.filter(({ paymentId }) => paymentId === id).length !== 1).length;
  } finally {
    await client.close();
  }
}

function byKind<Value>(value: (kind: Kind) => Value): Record<Kind, Value> {
  return { valid: value('valid'), repeated: value('repeated'), forged: value('forged'), unknown: value('unknown') };
}
