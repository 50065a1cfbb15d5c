import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import type { Db } from 'mongodb';
import type { Dependencies } from '../../src/activities/saga/dependencies.js';
import { mongoLedger } from '../../src/ledger/mongo/mongoLedger.js';
import { mongoRecords, type Records } from '../../src/records/mongo/index.js';
import type { TestChannel } from '../api/testChannel.js';

const now = new Date('2026-11-22T06:00:30.000Z');

/** What steps work with: real records and a real book, before test channels. A core or a delivery is none of their business here. */
export function stepDependencies(
  db: Db,
  channels: readonly TestChannel[] = [],
): Dependencies & Pick<Records, 'reviews'> {
  return {
    ...mongoRecords(db),
    ledger: mongoLedger(db),
    channels: new Map(channels.map((channel) => [channel.name, channel])),
    now: () => now,
    issueAlertAttempts: 10,
  } as unknown as Dependencies & Pick<Records, 'reviews'>;
}

/** Steps that fail are what these tests are about. */
const quiet = new DefaultLogger('ERROR');

/** Runs a step as a worker does. */
export function run<Input, Result>(step: (input: Input) => Promise<Result>, input: Input): Promise<Result> {
  return new MockActivityEnvironment({}, { logger: quiet }).run(step, input);
}

const ports = ['payments', 'charges', 'ledger', 'evidence'] as const;

/** The same dependencies for a worker that dies after so many calls to records and book: the next one never happens. */
export function dyingAfter(deps: Dependencies, callsLeft: number): Dependencies {
  let left = callsLeft;
  const dying = <Port extends object>(port: Port): Port =>
    new Proxy(port, {
      get: (target, name, receiver) => {
        const call: unknown = Reflect.get(target, name, receiver);
        if (typeof call !== 'function') return call;
        return (...input: unknown[]): unknown => {
          left -= 1;
          if (left < 0) throw new Error('the worker died');
          return Reflect.apply(call, target, input);
        };
      },
    });
  return { ...deps, ...Object.fromEntries(ports.map((port) => [port, dying(deps[port])])) };
}
