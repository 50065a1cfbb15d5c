import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import { beforeAll, describe, expect, it } from 'vitest';
import { bundleWorkflows, workflowBundleFile } from '../support/workflowBundle.js';
import { readRecordings, type Recording } from './histories.js';
import { paths } from './paths.js';
import { reviewPaths } from './reviewPaths.js';

let recordings: Recording[];
beforeAll(async () => {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  recordings = await readRecordings();
});

/** Replays all, and answers why each one that failed did. */
async function replay(
  workflowBundle: { code: string } | { codePath: string },
  histories: readonly Recording[],
): Promise<Map<string, Error>> {
  const nameOf = new Map(histories.map(({ name, workflowId }) => [workflowId, name]));
  const failed = new Map<string, Error>();
  for await (const { workflowId, error } of Worker.runReplayHistories({ workflowBundle }, histories)) {
    if (error !== undefined) failed.set(nameOf.get(workflowId) ?? workflowId, error);
  }
  return failed;
}

describe('recorded payments', () => {
  it('are there for every path a payment can go', () => {
    const recorded = new Set(recordings.map(({ name }) => name.split('.')[0]));
    expect([...recorded].sort()).toEqual(Object.keys({ ...paths, ...reviewPaths }).sort());
  });

  it('go on with the workflows of today as they went when they were recorded', async () => {
    expect(await replay({ codePath: await workflowBundleFile() }, recordings)).toEqual(new Map());
  });

  it('do not go on with workflows that take the same steps in another order', async () => {
    const issued = recordings.filter(({ name }) => name === 'callbackFirst.payment' || name === 'queryFirst.payment');
    expect(issued).toHaveLength(2);
    const failed = await replay(await bundleWorkflows('test/replay/mutated/index.js'), issued);
    expect([...failed.keys()].sort()).toEqual(['callbackFirst.payment', 'queryFirst.payment']);
    for (const error of failed.values()) expect(error).toBeInstanceOf(DeterminismViolationError);
  });

  it('hold no personal data and name no machine', () => {
    const text = JSON.stringify(recordings);
    expect(text).not.toMatch(/mobile|payer|张/);
    expect(text).not.toContain(process.cwd());
    expect(text).not.toMatch(/\d@\w/); // As in 4711@some-host.
  });
});
