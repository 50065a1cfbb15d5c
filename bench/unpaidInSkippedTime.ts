import { WithStartWorkflowOperation } from '@temporalio/client';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import type { Activities } from '../src/activities/index.js';
import { indexedValueTypes } from '../src/platform/applyTemporalContract.js';
import { temporalFile } from '../src/platform/temporalContract.js';
import { channelTaskQueue, taskQueue } from '../src/workflows/saga/messages.js';
import { premiumPaymentType, openUpdate, type PremiumPaymentInput } from '../src/workflows/collect/messages.js';
import { part } from '../stack/parts/part.js';
import { sizeOf, type HistorySize } from './history.js';

/** What a channel says of a QR code that nobody scans: it has no order, so it has nothing to close either. */
const neverScanned = {
  openCharge: () => Promise.resolve({ kind: 'opened', cashier: { kind: 'qr', code: 'https://qr.example/never' } }),
  queryCharge: ({ charge: { outTradeNo } }) =>
    Promise.resolve({
      evidenceId: `absent-${outTradeNo}`,
      source: 'query',
      outTradeNo,
      merchantId: '',
      outcome: { kind: 'absent' },
      observedAt: new Date().toISOString(),
    }),
  closeCharge: () => Promise.resolve({ kind: 'absent' }),
  recordPayment: () => Promise.resolve(),
} satisfies Partial<Activities>;

/**
 * The real workflow's histories of payments that nobody pays, one for each life, on the test server that skips the
 * waiting. Its activities answer as the channel simulator does; what they do beyond that leaves nothing in a history.
 */
export async function unpaidInSkippedTime<const LivesMs extends readonly number[]>(
  input: PremiumPaymentInput,
  livesMs: LivesMs,
): Promise<{ [Index in keyof LivesMs]: HistorySize }> {
  // The test server makes the SDK warn of things that do not matter here.
  Runtime.install({ logger: new DefaultLogger('ERROR'), telemetryOptions: { logging: { filter: 'ERROR' } } });
  const executable = { type: 'existing-path', path: part('timeSkipping').path } as const;
  const environment = await TestWorkflowEnvironment.createTimeSkipping({ server: { executable } });
  try {
    const { searchAttributes } = await temporalFile();
    await environment.connection.operatorService.addSearchAttributes({
      namespace: environment.namespace ?? 'default',
      searchAttributes: indexedValueTypes(searchAttributes),
    });
    const place = { connection: environment.nativeConnection, activities: neverScanned };
    const worker = await Worker.create({ ...place, taskQueue, workflowBundle: { codePath: 'dist/workflows.js' } });
    // Calls to a channel wait in a queue of its own.
    const channelWorker = await Worker.create({ ...place, taskQueue: channelTaskQueue(input.method.channel) });
    return await channelWorker.runUntil(
      worker.runUntil(async () => {
        const sizes: HistorySize[] = [];
        for (const lifeMs of livesMs) sizes.push(await lifeOf(environment, input, lifeMs));
        return sizes as { [Index in keyof LivesMs]: HistorySize };
      }),
    );
  } finally {
    await environment.teardown();
  }
}

async function lifeOf(
  environment: TestWorkflowEnvironment,
  input: PremiumPaymentInput,
  lifeMs: number,
): Promise<HistorySize> {
  const { client } = environment;
  const workflowId = `unpaid-${lifeMs}`;
  const expiresAt = new Date((await environment.currentTimeMs()) + lifeMs).toISOString();
  const startWorkflowOperation = new WithStartWorkflowOperation(premiumPaymentType, {
    workflowId,
    taskQueue,
    args: [{ ...input, expiresAt }],
    workflowIdConflictPolicy: 'FAIL',
  });
  await client.workflow.executeUpdateWithStart(openUpdate, { startWorkflowOperation, updateId: 'open' });
  const handle = client.workflow.getHandle(workflowId);
  await handle.result();
  return sizeOf(await handle.fetchHistory());
}
