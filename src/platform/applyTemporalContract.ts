import {
  ScheduleNotFoundError,
  isGrpcServiceError,
  type Client,
  type Connection,
  type ScheduleDescription,
} from '@temporalio/client';
import { msToTs, tsToMs } from '@temporalio/common/lib/time.js';
import type { ScheduleContract, TemporalContract } from './temporalContract.js';

const dayMs = 24 * 60 * 60 * 1000;

/** gRPC status codes (grpc.github.io/grpc/core/md_doc_statuscodes.html) */
const absent = [5]; // NOT_FOUND
const cannotBeAltered = [7, 12, 16]; // PERMISSION_DENIED, UNIMPLEMENTED, UNAUTHENTICATED

/** Temporal API: enum `temporal.api.enums.v1.IndexedValueType`. */
const indexedValueType = { Text: 1, Keyword: 2, Int: 3, Double: 4, Bool: 5, Datetime: 6, KeywordList: 7 } as const;

/**
 * Makes the client's namespace match the contract and returns one sentence per change, none when it matched already.
 *
 * Repeating is safe. Nothing is ever deleted: search attributes and schedules that the contract does not name stay as
 * they are. Raises an Error saying what a person must do where the namespace may not be altered by this caller, or
 * where a search attribute exists with another type.
 */
export async function applyTemporalContract(
  client: Client,
  connection: Connection,
  contract: TemporalContract,
): Promise<string[]> {
  const namespace = client.options.namespace;
  return [
    ...(await applyNamespace(connection, namespace, contract.namespace.retentionDays)),
    ...(await applySearchAttributes(connection, namespace, contract.searchAttributes)),
    ...(await applySchedules(client, contract.schedules)),
  ];
}

async function applyNamespace(connection: Connection, namespace: string, retentionDays: number): Promise<string[]> {
  const { workflowService } = connection;
  const retention = msToTs(retentionDays * dayMs);
  const found = await unlessMissing(workflowService.describeNamespace({ namespace }));
  if (found === undefined) {
    await alter(`create it with a retention of ${retentionDays} days`, () =>
      workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod: retention }),
    );
    // Every frontend keeps its own list of namespaces and reads a new one within ten seconds or so.
    await until(`namespace ${namespace} is known`, async () => {
      return (await unlessMissing(connection.operatorService.listSearchAttributes({ namespace }))) !== undefined;
    });
    return [`created with a retention of ${retentionDays} days`];
  }
  const foundMs = tsToMs(found.config?.workflowExecutionRetentionTtl);
  if (foundMs === retentionDays * dayMs) return [];
  await alter(`set its retention to ${retentionDays} days`, () =>
    workflowService.updateNamespace({ namespace, config: { workflowExecutionRetentionTtl: retention } }),
  );
  return [`retention ${foundMs / dayMs} → ${retentionDays} days`];
}

/** Search attributes as the Temporal API's `AddSearchAttributes` takes them. */
export function indexedValueTypes(wanted: TemporalContract['searchAttributes']): Record<string, number> {
  return Object.fromEntries(Object.entries(wanted).map(([name, type]) => [name, indexedValueType[type]]));
}

async function applySearchAttributes(
  connection: Connection,
  namespace: string,
  wanted: TemporalContract['searchAttributes'],
): Promise<string[]> {
  const existing = async () =>
    new Map<string, number>(
      Object.entries((await connection.operatorService.listSearchAttributes({ namespace })).customAttributes),
    );
  const found = await existing();
  for (const [name, type] of Object.entries(wanted)) {
    const foundType = found.get(name);
    if (foundType === undefined || foundType === indexedValueType[type]) continue;
    throw new Error(
      `search attribute ${name} exists but is not ${type}; a type cannot be changed, so use another name or namespace`,
    );
  }
  const missing = Object.entries(wanted).filter(([name]) => !found.has(name));
  if (missing.length === 0) return [];
  const searchAttributes = indexedValueTypes(Object.fromEntries(missing));
  await alter(`add the search attributes ${missing.map(([name]) => name).join(', ')}`, () =>
    connection.operatorService.addSearchAttributes({ namespace, searchAttributes }),
  );
  // A workflow start that names an attribute is refused until the server lists it.
  await until('the new search attributes are listed', async () => {
    const listed = await existing();
    return missing.every(([name]) => listed.has(name));
  });
  return missing.map(([name, type]) => `search attribute ${name} (${type}) added`);
}

async function applySchedules(client: Client, wanted: TemporalContract['schedules']): Promise<string[]> {
  const changes: string[] = [];
  for (const [scheduleId, contract] of Object.entries(wanted)) {
    const change = await applySchedule(client, scheduleId, contract);
    if (change !== undefined) changes.push(`schedule ${scheduleId} ${change}`);
  }
  return changes;
}

async function applySchedule(client: Client, scheduleId: string, contract: ScheduleContract) {
  const handle = client.schedule.getHandle(scheduleId);
  const options = scheduleOptions(scheduleId, contract);
  const found = await unlessMissing(handle.describe());
  if (found === undefined) {
    await client.schedule.create({ scheduleId, ...options });
    return `created: ${contract.workflowType} every ${contract.everySeconds} s`;
  }
  if (scheduleMatches(found, contract)) return undefined;
  // A pause set by an operator is state, not contract: it stays.
  await handle.update((previous) => ({ ...previous, ...options, state: previous.state }));
  return `updated: ${contract.workflowType} every ${contract.everySeconds} s`;
}

function scheduleOptions(scheduleId: string, contract: ScheduleContract) {
  return {
    spec: { intervals: [{ every: contract.everySeconds * 1000 }] },
    action: {
      type: 'startWorkflow' as const,
      workflowType: contract.workflowType,
      workflowId: scheduleId,
      taskQueue: contract.taskQueue,
    },
    policies: { overlap: contract.overlap, catchupWindow: contract.catchupWindowSeconds * 1000 },
  };
}

function scheduleMatches({ spec, action, policies }: ScheduleDescription, contract: ScheduleContract): boolean {
  const [interval, ...others] = spec.intervals ?? [];
  return (
    interval?.every === contract.everySeconds * 1000 &&
    others.length === 0 &&
    (spec.calendars ?? []).length === 0 &&
    action.workflowType === contract.workflowType &&
    action.taskQueue === contract.taskQueue &&
    policies.overlap === contract.overlap &&
    policies.catchupWindow === contract.catchupWindowSeconds * 1000
  );
}

async function unlessMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) return undefined;
    if (isGrpcServiceError(error) && absent.includes(error.code)) return undefined;
    throw error;
  }
}

async function alter(what: string, change: () => Promise<unknown>): Promise<void> {
  try {
    await change();
  } catch (error) {
    if (!isGrpcServiceError(error) || !cannotBeAltered.includes(error.code)) throw error;
    throw new Error(
      `this namespace cannot be altered from here (${error.details}). Where it is managed for you, ${what} in its own console, then apply again`,
      { cause: error },
    );
  }
}

/** Asks twice a second for half a minute, then gives up with an Error. */
async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 60; attempt += 1) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw new Error(`waited 30 s, but not yet true: ${what}`);
}
