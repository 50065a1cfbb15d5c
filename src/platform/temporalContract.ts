import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { z } from 'zod';

const count = z.int().positive();

/** Temporal scales the pollers between these by load. */
const pollers = z
  .strictObject({ minimum: count, initial: count, maximum: count })
  .refine(({ minimum, initial, maximum }) => minimum <= initial && initial <= maximum, {
    error: 'pollers need minimum <= initial <= maximum',
  });

const taskQueue = z
  .strictObject({
    maxConcurrentWorkflowTaskExecutions: count,
    maxConcurrentActivityTaskExecutions: count,
    workflowTaskPollers: pollers,
    activityTaskPollers: pollers,
    maxCachedWorkflows: count,
    shutdownGraceSeconds: count,
    shutdownForceSeconds: count,
  })
  .refine(({ shutdownGraceSeconds, shutdownForceSeconds }) => shutdownGraceSeconds < shutdownForceSeconds, {
    error: 'shutdownForceSeconds must be longer than shutdownGraceSeconds',
  });

/** Of the task queue every channel has; how many calls run is the channel's own limit. */
const channelTaskQueues = z
  .strictObject({ activityTaskPollers: pollers, shutdownGraceSeconds: count, shutdownForceSeconds: count })
  .refine(({ shutdownGraceSeconds, shutdownForceSeconds }) => shutdownGraceSeconds < shutdownForceSeconds, {
    error: 'shutdownForceSeconds must be longer than shutdownGraceSeconds',
  });

const schedule = z.strictObject({
  workflowType: z.string().min(1),
  taskQueue: z.string().min(1),
  everySeconds: count,
  overlap: z.enum(['SKIP', 'BUFFER_ONE', 'BUFFER_ALL', 'ALLOW_ALL']),
  /** Stated always: the server's own default is a year. Ten seconds is the least it accepts. */
  catchupWindowSeconds: z.int().min(10),
});

/** The shape of `temporal.yaml`: everything this product needs of a Temporal server. */
export const temporalContract = z
  .strictObject({
    namespace: z.strictObject({ retentionDays: count }),
    searchAttributes: z.record(
      z.string().regex(/^[A-Za-z]\w*$/),
      z.enum(['Keyword', 'Text', 'Int', 'Double', 'Bool', 'Datetime', 'KeywordList']),
    ),
    taskQueues: z.record(z.string().min(1), taskQueue),
    channelTaskQueues,
    schedules: z.record(z.string().min(1), schedule),
    workerVersioning: z.strictObject({
      enabled: z.boolean(),
      deploymentName: z.string().min(1),
      defaultBehavior: z.enum(['PINNED', 'AUTO_UPGRADE']),
    }),
  })
  .check((context) => {
    for (const [id, { taskQueue: queue }] of Object.entries(context.value.schedules)) {
      if (queue in context.value.taskQueues) continue;
      context.issues.push({
        code: 'custom',
        message: `schedule ${id} names the unknown task queue ${queue}`,
        path: ['schedules', id, 'taskQueue'],
        input: queue,
      });
    }
  });

export type TemporalContract = z.infer<typeof temporalContract>;
export type TaskQueueTuning = TemporalContract['taskQueues'][string];
export type ScheduleContract = TemporalContract['schedules'][string];

/**
 * Reads and validates `temporal.yaml`. A file that is missing or wrong raises an Error whose message names the file
 * and every wrong place in it.
 */
export async function temporalFile(path = 'temporal.yaml'): Promise<TemporalContract> {
  const read = temporalContract.safeParse(parse(await readFile(path, 'utf8')));
  if (!read.success) throw new Error(`${path} is not valid:\n${z.prettifyError(read.error)}`);
  return read.data;
}
