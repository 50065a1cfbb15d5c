import { taskQueue } from '../../workflows/saga/messages.js';
import type { Client } from '@temporalio/client';
import { temporalWithin, within } from './within.js';

/** A part that needs longer than this is not ready, ms. */
const answerWithinMs = 2_000;

type Part = 'ok' | 'away';

/** What the process depends on. */
export interface Watched {
  client: Client;
  pingMongo: () => Promise<void>;
  /** Whether it takes nothing new any more. */
  isStopping: () => boolean;
}

export interface Readiness {
  ready: boolean;
  parts: { temporal: Part; worker: Part; mongodb: Part; process: 'ok' | 'stopping' };
}

/** Whether a payment posted now would be opened now. */
export async function readiness(deps: Watched): Promise<Readiness> {
  const [mongodb, pollers] = await Promise.all([pingMongo(deps), countPollers(deps)]);
  const parts = {
    temporal: pollers === null ? 'away' : 'ok',
    worker: pollers === null || pollers === 0 ? 'away' : 'ok',
    mongodb,
    process: deps.isStopping() ? 'stopping' : 'ok',
  } as const;
  return { ready: Object.values(parts).every((part) => part === 'ok'), parts };
}

async function pingMongo(deps: Watched): Promise<Part> {
  try {
    await within(answerWithinMs, () => deps.pingMongo());
    return 'ok';
  } catch {
    return 'away';
  }
}

/** Workers that asked for workflow tasks lately, or null when Temporal does not answer. */
async function countPollers({ client }: Pick<Watched, 'client'>): Promise<number | null> {
  try {
    const { pollers } = await temporalWithin(client, answerWithinMs, () =>
      client.workflowService.describeTaskQueue({
        namespace: client.options.namespace,
        taskQueue: { name: taskQueue },
      }),
    );
    return pollers.length;
  } catch {
    return null;
  }
}
