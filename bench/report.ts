import { callbackInFlight, callbacksPerRun, type CallbackFigures } from './measure/callbacks.js';
import type { Histories } from './measure/histories.js';
import { paymentsWaiting, type WorkerMemory } from './measure/memory.js';
import { inFlight, paymentsPerRun, type Throughput } from './measure/throughput.js';
import { median, type Latency } from './figures.js';
import { itemCount, sliceCount, type Splits } from './measure/splits.js';
import type { Storm } from './measure/callbackStorm.js';

export interface Figures {
  readonly throughput: Throughput;
  readonly histories: Histories;
  readonly callbacks: CallbackFigures;
  readonly memory: WorkerMemory;
}

type Row = readonly [measured: string, value: string, aim: string];

/** The figures as a person reads them, each beside what it should be. */
export function report({ throughput, histories, callbacks, memory }: Figures, runs: number): string {
  const { happy, unpaid, unpaidShort } = histories;
  const shortLife = `${unpaidShort.real.events} and ${unpaidShort.skipped.events} events`;
  return [
    section(`Throughput: ${inFlight} in flight, ${paymentsPerRun} a run, median of ${runs}`, [
      ['bare workflow, payments/s', perSecond(throughput.bareMedian, throughput.barePerSecond), ''],
      ['through the HTTP API, payments/s', perSecond(throughput.paymentsMedian, throughput.paymentsPerSecond), ''],
      ['ratio', throughput.ratio.toFixed(2), '≥ 0.70'],
      // The same work three times: where it differs much, something else used the machine and the ratio says nothing.
      [
        'fastest to slowest bare run',
        `${spread(throughput.barePerSecond).toFixed(1)} to 1`,
        '≤ 1.3, else measure again',
      ],
    ]),
    section('Size in Temporal', [
      ['paid at once: events', String(happy.events), '≤ 36'],
      ['paid at once: activities, of them queries', `${happy.activities}, ${happy.queries}`, '≤ 3, 0'],
      ['never paid, 30 min: events', String(unpaid.events), '≤ 150'],
      ['never paid, 30 min: activities, of them queries', `${unpaid.activities}, ${unpaid.queries}`, ''],
      ['never paid, 75 s: real and skipped time', shortLife, 'equal'],
    ]),
    section(`Callback answer: ${callbacksPerRun} callbacks, ${callbackInFlight} at a time, median of ${runs}`, [
      ['Express and one insert, p50 / p99', latency(callbacks.bare), ''],
      ['ours asked for again, of all runs', String(callbacks.askedAgain), '0'],
      ['ours, p50 / p99', latency(callbacks.answer), `p99 ≤ ${(callbacks.bare.p99Ms + 50).toFixed(0)} ms`],
    ]),
    section('From payment to policy', [
      ['one at a time, p50 / p99', latency(callbacks.issuedAlone), ''],
      [`${inFlight} in flight, p50 / p99`, latency(throughput.issuedAfter), ''],
    ]),
    section(`Worker memory: ${paymentsWaiting} payments waiting`, [
      ['before', `${memory.beforeMiB.toFixed(0)} MiB`, ''],
      ['with them', `${memory.afterMiB.toFixed(0)} MiB`, ''],
      ['for each', `${memory.perPaymentKiB.toFixed(0)} KiB`, ''],
    ]),
  ].join('\n\n');
}

/** What a steady rate of callbacks came to. */
export function stormReport(storm: Storm): string {
  const { perSecond: rate, seconds, sent, answers, latencies, apiMiB } = storm;
  const ofKind = (kind: keyof typeof latencies): Row => [`${kind}, p50 / p99`, latency(latencies[kind]), ''];
  return [
    section(`Callbacks: ${rate} a second for ${seconds} s over three channels, ${sent} in all`, [
      ['all answers, p50 / p99', latency(storm.latency), 'p99 ≤ 5000 ms'],
      ...(['valid', 'repeated', 'forged', 'unknown'] as const).map(ofKind),
    ]),
    section('What became of them', [
      ['valid: taken at once', `${answers.valid.taken} of ${answers.valid.sent}`, ''],
      ['valid: asked for again, and sent again', String(storm.sentAgain), ''],
      ['valid: policies issued', `${storm.issued} of ${answers.valid.sent}`, 'all'],
      ['premiums booked more than once, or not at all', String(storm.bookedWrongly), '0'],
      ['repeated: taken', `${answers.repeated.taken} of ${answers.repeated.sent}`, ''],
      ['forged: taken', `${answers.forged.taken} of ${answers.forged.sent}`, '0'],
      ['for unknown orders: taken', `${answers.unknown.taken} of ${answers.unknown.sent}`, '0'],
    ]),
    section('Memory of the API', [
      ['resident, every five seconds, MiB', apiMiB.map((mib) => mib.toFixed(0)).join(', '), 'flat'],
    ]),
  ].join('\n\n');
}

/** How orders grow with their parts, and what a cart saves. */
export function splitReport({ parts, eventsPerPart, slices, cart }: Splits): string {
  const perItem = cart.events / itemCount;
  const perSingle = cart.tenSingleEvents / itemCount;
  return [
    section('A payment in parts: events of the order', [
      ...parts.map(({ count, events }): Row => [`${count} parts`, String(events), '']),
      [
        'for each further part, few to some / some to many',
        `${eventsPerPart.first.toFixed(1)} / ${eventsPerPart.last.toFixed(1)}`,
        'the same: it grows linearly',
      ],
    ]),
    section(`A payment in ${sliceCount} slices, one after the other`, [
      ['runs of the order', String(slices.runs), ''],
      ['events of the longest run', String(slices.longestEvents), '< 4096, where the server suggests a new run'],
      ['for each slice', (slices.events / sliceCount).toFixed(1), ''],
    ]),
    section(`A cart of ${itemCount} items beside ${itemCount} single payments`, [
      ['events', `${cart.events} beside ${cart.tenSingleEvents}`, ''],
      ['events for each item', `${perItem.toFixed(1)} beside ${perSingle.toFixed(1)}`, ''],
      ['cheaper by', `${(perSingle / perItem).toFixed(2)} times`, '≥ 3'],
      ['items/s in carts', perSecond(median(cart.cartItemsPerSecond), cart.cartItemsPerSecond), ''],
      ['single payments/s', perSecond(median(cart.singlesPerSecond), cart.singlesPerSecond), ''],
      ['ratio', cart.ratio.toFixed(2), ''],
    ]),
  ].join('\n\n');
}

function section(title: string, rows: readonly Row[]): string {
  const lines = rows.map(([measured, value, aim]) =>
    `  ${measured.padEnd(50)}${value.padEnd(30)}${aim === '' ? '' : `aim ${aim}`}`.trimEnd(),
  );
  return [title, ...lines].join('\n');
}

const spread = (runs: readonly number[]): number => Math.max(...runs) / Math.min(...runs);

function perSecond(middle: number, runs: readonly number[]): string {
  return `${middle.toFixed(1)}  (${runs.map((run) => run.toFixed(1)).join(', ')})`;
}

function latency({ p50Ms, p99Ms }: Latency): string {
  return `${p50Ms.toFixed(0)} / ${p99Ms.toFixed(0)} ms`;
}
