import { Client, Connection } from '@temporalio/client';
import type { ChannelSettings } from '../stack/channels/channelFiles.js';
import { PartProblem } from '../stack/parts/part.js';
import { startStack, type Stack } from '../stack/startStack.js';
import { startBareFloor } from './bare/bareFloor.js';
import { measureCallbacks } from './measure/callbacks.js';
import { measureHistories, openUnpaid } from './measure/histories.js';
import { measureMemory, type WorkerMemory } from './measure/memory.js';
import { measureThroughput } from './measure/throughput.js';
import { paymentsOf, type Payments } from './payments.js';
import { ordersOf } from './orders.js';
import { isWeathered, measureCallbackStorm, type Storm } from './measure/callbackStorm.js';
import { measureSplits, type Splits } from './measure/splits.js';
import { report, splitReport, stormReport, type Figures } from './report.js';

/**
 * `npm run bench`: what a payment costs, beside what Temporal and Express cost alone. `npm run bench -- callbacks`: many callbacks, true
 * and false, over three channels at a steady rate. `-- split`: payments in parts and slices, and carts. `--json`: figures for machines.
 */
const runs = 3;

try {
  const json = process.argv.includes('--json');
  const print = (figures: object, text: () => string): void => {
    console.log(json ? JSON.stringify(figures, undefined, 2) : `\n${text()}\n`);
  };
  if (process.argv.includes('callbacks')) {
    const storm = await measureStorm();
    print(storm, () => stormReport(storm));
    process.exitCode = isWeathered(storm) ? 0 : 1;
  } else if (process.argv.includes('split')) {
    const splits = await measureOrders();
    print(splits, () => splitReport(splits));
  } else {
    const figures = { ...(await measureSpeed()), memory: await measureWaiting() };
    print(figures, () => report(figures, runs));
  }
} catch (problem) {
  if (!(problem instanceof PartProblem)) throw problem;
  console.error(`not measured: ${problem.message}`);
  process.exitCode = 1;
}

/** All that runs on one server in one go, with everything as it is by default. */
function measureSpeed(): Promise<Omit<Figures, 'memory'>> {
  return onStack({}, async (stack, client, payments) => {
    const floor = await startBareFloor(stack, client);
    try {
      const unpaidId = await openUnpaid(payments);
      say('throughput, bare and ours in turn');
      const throughput = await measureThroughput({ client, payments }, runs);
      say('callbacks');
      const callbacks = await measureCallbacks({ stack, payments, floor }, runs);
      say('histories, and the end of an unpaid payment');
      const histories = await measureHistories(payments, unpaidId);
      return { throughput, histories, callbacks };
    } finally {
      await floor.stop();
    }
  });
}

/** On a fresh worker, and with the first query put off: what is wanted is the price of waiting, not of asking. */
function measureWaiting(): Promise<WorkerMemory> {
  return onStack({ every: { queryGaps: ['30m'] } }, (stack, _client, payments) => {
    say('payments that wait');
    return measureMemory(stack, payments);
  });
}

/** Queries are put off: what is measured is what callbacks alone bring about. */
function measureStorm(): Promise<Storm> {
  return onStack({ every: { queryGaps: ['30m'] } }, (stack, _client, payments) =>
    measureCallbackStorm({ stack, payments, say }),
  );
}

/** Queries are put off here too, so that histories do not depend on how busy the machine is. */
function measureOrders(): Promise<Splits> {
  return onStack({ every: { queryGaps: ['30m'] } }, (stack, client, payments) =>
    measureSplits({ orders: ordersOf(stack, client), payments }, say),
  );
}

async function onStack<Result>(
  channels: ChannelSettings,
  measure: (stack: Stack, client: Client, payments: Payments) => Promise<Result>,
): Promise<Result> {
  const env = { RATE_LIMIT_PER_MINUTE: '1000000' }; // one key here is a whole insurer
  say('starting the stack');
  const stack = await startStack({ ports: 'free', channels, env });
  try {
    const { address, namespace } = stack.temporal;
    const connection = await Connection.connect({ address });
    try {
      const client = new Client({ connection, namespace });
      return await measure(stack, client, paymentsOf(stack, client));
    } finally {
      await connection.close();
    }
  } finally {
    await stack.stop();
  }
}

/** Progress is no result: it stays out of standard output. */
function say(line: string): void {
  console.error(`bench: ${line}`);
}
