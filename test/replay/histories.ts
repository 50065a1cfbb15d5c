import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { WorkflowHandle } from '@temporalio/client';

const folder = path.resolve('test/replay/histories');

/** One workflow as a server kept it. */
export interface Recording {
  /** `callbackFirst.payment`: the path, and which of its workflows. */
  name: string;
  workflowId: string;
  history: unknown;
}

export async function readRecordings(): Promise<Recording[]> {
  const files = (await readdir(folder)).sort();
  return Promise.all(
    files.map(async (file) => {
      const { workflowId, events } = JSON.parse(await readFile(path.join(folder, file), 'utf8'), withBytes) as {
        workflowId: string;
        events: unknown[];
      };
      return { name: path.basename(file, '.json'), workflowId, history: { events } };
    }),
  );
}

/** Names of the paths that have recordings. */
export async function recordedPaths(): Promise<ReadonlySet<string>> {
  await mkdir(folder, { recursive: true });
  return new Set((await readdir(folder)).map((file) => file.split('.')[0] ?? file));
}

/** Keeps one event per line: small, and a change of one is a change of one line. */
export async function keepRecording(
  name: string,
  workflow: Pick<WorkflowHandle, 'workflowId' | 'fetchHistory'>,
): Promise<void> {
  const { workflowId } = workflow;
  const { events } = await workflow.fetchHistory();
  const lines = (events ?? []).map((event) => JSON.stringify(readable(event))).join(',\n');
  await writeFile(
    path.join(folder, `${name}.json`),
    `{"workflowId":${JSON.stringify(workflowId)},"events":[\n${lines}\n]}\n`,
  );
}

/** Who recorded it, and where, matters to nobody. */
const ofTheMachine: readonly string[] = ['identity', 'stackTrace', 'requestId'];

/**
 * An event as JSON that people can read: bytes as the text they hold, long numbers as numbers. The SDK's own JSON leaves
 * payloads in base64, in which nobody would see a name that must not be there.
 */
function readable(value: unknown): unknown {
  if (value instanceof Uint8Array) return { utf8: Buffer.from(value).toString('utf8') };
  if (Array.isArray(value)) return value.map(readable);
  if (typeof value !== 'object' || value === null) return value;
  if (isLong(value)) return value.toNumber();
  const fields = Object.entries(value).filter(([name, field]) => !isEmpty(field) && !ofTheMachine.includes(name));
  return Object.fromEntries(fields.map(([name, field]) => [name, readable(field)]));
}

const isEmpty = (field: unknown): boolean => field === null || (Array.isArray(field) && field.length === 0);

const isLong = (value: object): value is { toNumber: () => number } => 'low' in value && 'toNumber' in value;

function withBytes(_: string, value: unknown): unknown {
  return isText(value) ? Buffer.from(value.utf8, 'utf8') : value;
}

function isText(value: unknown): value is { utf8: string } {
  return typeof value === 'object' && value !== null && 'utf8' in value && typeof value.utf8 === 'string';
}
