import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import type { Client } from '@temporalio/client';
import type { Db } from 'mongodb';
import { createActivities } from '../../src/activities/index.js';
import type { Core } from '../../src/core/core.js';
import { deliverEvidence } from '../../src/delivery/deliverEvidence.js';
import { startPayment } from '../../src/delivery/startPayment.js';
import { startRefund } from '../../src/delivery/startRefund.js';
import { mongoLedger } from '../../src/ledger/mongo/mongoLedger.js';
import { mongoRecords } from '../../src/records/mongo/index.js';
import { channelTaskQueue, taskQueue } from '../../src/workflows/saga/messages.js';
import { workflowBundleFile } from '../support/workflowBundle.js';
import type { TestChannel } from './testChannel.js';

/** A core that issues at once what it does not refuse. */
const coreRefusing = (refused: ReadonlySet<string>): Core => ({
  timeoutMs: 1_000,
  issue: ({ paymentId }) =>
    Promise.resolve(
      refused.has(paymentId)
        ? { kind: 'refused', code: 'QUOTE_EXPIRED', message: 'the quote is no longer valid' }
        : { kind: 'issued', policyNo: `POL${paymentId}`, issuedAt: '2026-11-22T06:02:00.000Z' },
    ),
  query: () => Promise.resolve({ kind: 'notIssued' }),
  cancel: () => Promise.resolve({ kind: 'cancelled' }),
});

/** A worker with the real workflows and steps, before test channels and a core that issues whatever it is not told to refuse. */
export async function startTestWorker(
  db: Db,
  server: { address: string; client: Client },
  ...channels: readonly TestChannel[]
): Promise<{ refusedByCore: Set<string>; stop: () => Promise<void> }> {
  const refusedByCore = new Set<string>();
  Runtime.install({ logger: new DefaultLogger('WARN') });
  const connection = await NativeConnection.connect({ address: server.address });
  const records = mongoRecords(db);
  const delivery = { client: server.client, ...records };
  const place = {
    connection,
    namespace: server.client.options.namespace,
    activities: createActivities({
      ...records,
      core: coreRefusing(refusedByCore),
      channels: new Map(channels.map((channel) => [channel.name, channel])),
      ledger: mongoLedger(db),
      delivery: {
        startPayment: (payment) => startPayment(server.client, payment),
        startRefund: (refund) => startRefund(delivery, refund),
        deliverEvidence: (fact) => deliverEvidence(delivery, fact),
      },
      issueAlertAttempts: 10,
      now: () => new Date(),
    }),
  };
  const workflowBundle = { codePath: await workflowBundleFile() };
  const workers = [
    await Worker.create({ ...place, taskQueue, workflowBundle }),
    ...(await Promise.all(channels.map(({ name }) => Worker.create({ ...place, taskQueue: channelTaskQueue(name) })))),
  ];
  const running = Promise.all(workers.map((worker) => worker.run()));
  return {
    refusedByCore,
    stop: async () => {
      for (const worker of workers) worker.shutdown();
      await running;
      await connection.close();
    },
  };
}
