import { createRequire } from 'node:module';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { temporalAddress, workerTuning } from '../../src/platform/temporal.js';
import { temporalFile } from '../../src/platform/temporalContract.js';
import { taskQueue as paymentsTaskQueue } from '../../src/workflows/saga/messages.js';
import { bareActivities } from './activities.js';
import { bareTaskQueue } from './messages.js';

/** The bare workflow's worker: a process of its own, tuned as the payments' worker is. */
Runtime.install({ logger: new DefaultLogger('WARN') });
const { connectionOptions, namespace } = temporalAddress();
const connection = await NativeConnection.connect(connectionOptions);
const { workerVersioning, ...contract } = await temporalFile();
const worker = await Worker.create({
  ...workerTuning({ ...contract, workerVersioning: { ...workerVersioning, enabled: false } }, paymentsTaskQueue),
  taskQueue: bareTaskQueue,
  connection,
  namespace,
  workflowsPath: createRequire(import.meta.url).resolve('./workflow.js'),
  activities: bareActivities,
});
await worker.run();
await connection.close();
