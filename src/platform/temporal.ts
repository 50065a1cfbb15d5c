import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig, type ClientConnectConfig } from '@temporalio/envconfig';
import type { WorkerDeploymentOptions, WorkerOptions } from '@temporalio/worker';
import type { TaskQueueTuning, TemporalContract } from './temporalContract.js';

/** Where the Temporal server is, how to authenticate, and which namespace is ours. */
export interface TemporalAddress {
  /** Fits both the client's `Connection` and the worker's `NativeConnection`. */
  readonly connectionOptions: ClientConnectConfig['connectionOptions'];
  readonly namespace: string;
}

/**
 * Read from the standard Temporal client configuration: `TEMPORAL_ADDRESS`, `TEMPORAL_NAMESPACE`, `TEMPORAL_API_KEY`,
 * `TEMPORAL_TLS…`, or a profile of the configuration file named by `TEMPORAL_PROFILE`. Without any of them the server
 * is localhost:7233 and the namespace `default`. (Temporal documentation: "Environment configuration".)
 */
export function temporalAddress(): TemporalAddress {
  const { connectionOptions, namespace } = loadClientConnectConfig();
  return { connectionOptions, namespace: namespace ?? 'default' };
}

/**
 * A client that connects at its first call, so that a process starts, and reports itself not ready, while Temporal is
 * away. `connection.ensureConnected()` connects now; the caller closes `connection` when it is done.
 */
export function temporalClient(address = temporalAddress()): { client: Client; connection: Connection } {
  const connection = Connection.lazy(address.connectionOptions);
  return { client: new Client({ connection, namespace: address.namespace }), connection };
}

/**
 * The worker options that `temporal.yaml` decides for one task queue.
 *
 * `buildId` names the code of this worker; it is needed only where worker versioning is enabled, and an Error says so
 * when it is missing there. An unknown task queue is an Error too.
 */
export function workerTuning(
  contract: TemporalContract,
  taskQueue: string,
  buildId?: string,
): Partial<WorkerOptions> & Pick<WorkerOptions, 'taskQueue'> {
  const tuning = contract.taskQueues[taskQueue];
  if (tuning === undefined) throw new Error(`temporal.yaml has no task queue ${taskQueue}`);
  return { taskQueue, ...slotsAndPollers(tuning), ...versioning(contract.workerVersioning, buildId) };
}

/**
 * The worker options for the calls of one channel: pollers and shutdown as `temporal.yaml` has them for channels, and
 * the channel's own limits. `callsPerSecond` is kept by the server for all workers together (Temporal documentation:
 * "Task Queue activity rate limit").
 */
export function channelWorkerTuning(
  { channelTaskQueues, workerVersioning }: TemporalContract,
  { taskQueue, limits }: { taskQueue: string; limits: { callsPerSecond: number; callsAtOnce: number } },
  buildId?: string,
): Partial<WorkerOptions> & Pick<WorkerOptions, 'taskQueue'> {
  const { activityTaskPollers, shutdownGraceSeconds, shutdownForceSeconds } = channelTaskQueues;
  return {
    taskQueue,
    maxConcurrentActivityTaskExecutions: limits.callsAtOnce,
    maxTaskQueueActivitiesPerSecond: limits.callsPerSecond,
    activityTaskPollerBehavior: { type: 'autoscaling', ...activityTaskPollers },
    shutdownGraceTime: shutdownGraceSeconds * 1000,
    shutdownForceTime: shutdownForceSeconds * 1000,
    ...versioning(workerVersioning, buildId),
  };
}

function slotsAndPollers(tuning: TaskQueueTuning): Partial<WorkerOptions> {
  return {
    maxConcurrentWorkflowTaskExecutions: tuning.maxConcurrentWorkflowTaskExecutions,
    maxConcurrentActivityTaskExecutions: tuning.maxConcurrentActivityTaskExecutions,
    workflowTaskPollerBehavior: { type: 'autoscaling', ...tuning.workflowTaskPollers },
    activityTaskPollerBehavior: { type: 'autoscaling', ...tuning.activityTaskPollers },
    maxCachedWorkflows: tuning.maxCachedWorkflows,
    shutdownGraceTime: tuning.shutdownGraceSeconds * 1000,
    shutdownForceTime: tuning.shutdownForceSeconds * 1000,
  };
}

function versioning(
  { enabled, deploymentName, defaultBehavior }: TemporalContract['workerVersioning'],
  buildId: string | undefined,
): { workerDeploymentOptions?: WorkerDeploymentOptions } {
  if (!enabled) return {};
  if (buildId === undefined)
    throw new Error('worker versioning is enabled in temporal.yaml, but the build id is unknown');
  return {
    workerDeploymentOptions: {
      version: { deploymentName, buildId },
      useWorkerVersioning: true,
      defaultVersioningBehavior: defaultBehavior,
    },
  };
}
