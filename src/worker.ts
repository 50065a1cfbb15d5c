import { readFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { channelObserver } from './activities/saga/channelObserver.js';
import { createActivities } from './activities/index.js';
import type { Channel } from './channels/channel.js';
import { loadOffer } from './offer/loadOffer.js';
import { numberedChannel } from './channels/guards/numberedChannel.js';
import { observedChannel } from './channels/guards/observedChannel.js';
import { pacedChannel } from './channels/guards/pacedChannel.js';
import { httpCore } from './core/http/httpCore.js';
import { deliverEvidence } from './delivery/deliverEvidence.js';
import { startPayment } from './delivery/startPayment.js';
import { startRefund } from './delivery/startRefund.js';
import { expectingLedger } from './ledger/expectingLedger.js';
import { mongoLedger } from './ledger/mongo/mongoLedger.js';
import { mongoSettlements } from './ledger/mongo/mongoSettlements.js';
import { workerConfig } from './platform/config.js';
import { createLogger } from './platform/logger.js';
import { mongoDatabase } from './platform/mongo.js';
import { channelWorkerTuning, temporalAddress, temporalClient, workerTuning } from './platform/temporal.js';
import { temporalFile } from './platform/temporalContract.js';
import { mongoRecords } from './records/mongo/index.js';
import { channelTaskQueue, taskQueue } from './workflows/saga/messages.js';

/** Built ahead by `npm run build`; a worker never bundles at start. */
const bundlePath = new URL('../workflows.js', import.meta.url).pathname;

const logLevels = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;

const config = workerConfig(process.env);
const logger = createLogger({ level: config.LOG_LEVEL, program: 'worker' });

// Before anything else of the SDK: its metrics and ours on one address, its log lines among ours.
Runtime.install({
  logger: new DefaultLogger('INFO', ({ level, message, meta }) => {
    logger[logLevels[level]]({ ...meta }, message);
  }),
  telemetryOptions: {
    metrics: {
      prometheus: {
        bindAddress: `${config.METRICS_HOST}:${config.METRICS_PORT}`,
        countersTotalSuffix: true,
        unitSuffix: true,
        useSecondsForDurations: true,
      },
    },
  },
  // SIGTERM lets activities under way finish; a second one is the operator's business.
  shutdownSignals: ['SIGINT', 'SIGTERM'],
});

const address = temporalAddress();
const { client, connection: clientConnection } = temporalClient(address);
const database = mongoDatabase({
  uri: config.MONGODB_URI,
  database: config.MONGODB_DATABASE,
  appName: 'premium-payments-worker',
});
const records = mongoRecords(database.db);
const delivery = { client, ...records };

const configured = await loadOffer(config.CHANNELS_CONFIG);
const activities = createActivities({
  ...records,
  channels: new Map([...configured.channels].map(([name, channel]) => [name, guarded(channel)])),
  core: httpCore({ url: config.CORE_URL, secret: config.CORE_WEBHOOK_SECRET, timeoutMs: config.CORE_TIMEOUT }),
  ledger: expectingLedger(mongoLedger(database.db), mongoSettlements(database.db), {
    termsOf: (channel) => configured.settlementOf(channel),
    calendar: configured.calendar,
  }),
  delivery: {
    startPayment: (payment) => startPayment(client, payment),
    startRefund: (refund) => startRefund(delivery, refund),
    deliverEvidence: (fact) => deliverEvidence(delivery, fact),
  },
  issueAlertAttempts: config.ISSUE_ALERT_ATTEMPTS,
  now: () => new Date(),
});

const contract = await temporalFile();
const workflowConnection = await NativeConnection.connect(address.connectionOptions);
const place = { connection: workflowConnection, namespace: address.namespace, activities };
const build = await buildId();
// One for the workflows and their bookkeeping, and one for each channel's calls, within that channel's limits.
const workers = await Promise.all([
  Worker.create({ ...workerTuning(contract, taskQueue, build), ...place, workflowBundle: { codePath: bundlePath } }),
  ...[...configured.channels.keys()].map((name) => {
    const queue = { taskQueue: channelTaskQueue(name), limits: configured.limitsOf(name) };
    return Worker.create({ ...channelWorkerTuning(contract, queue, build), ...place });
  }),
]);
logger.info({ taskQueue, channels: [...configured.channels.keys()], namespace: address.namespace }, 'worker started');
await Promise.all(workers.map((worker) => worker.run()));
logger.info('worker stopped');
await workflowConnection.close();
await clientConnection.close();
await database.close();

/** A channel as the steps call it: with numbers it takes, at the pace it asks for, and counted. */
function guarded(channel: Channel): Channel {
  const clock = { nowMs: () => performance.now(), wait: (ms: number) => sleep(ms) };
  const paced = pacedChannel(numberedChannel(channel), clock, channelObserver.paused);
  return observedChannel(paced, channelObserver, clock.nowMs);
}

/** Names the code of this worker for Worker Versioning: the hash of what it would run. */
async function buildId(): Promise<string> {
  return createHash('sha256')
    .update(await readFile(bundlePath))
    .digest('hex')
    .slice(0, 12);
}
