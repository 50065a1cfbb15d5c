import { parse } from 'yaml';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { workerTuning } from '../../src/platform/temporal.js';
import { temporalContract, temporalFile, type TemporalContract } from '../../src/platform/temporalContract.js';

const written = async () => parse(await readFile('temporal.yaml', 'utf8')) as TemporalContract;

describe('temporal.yaml', () => {
  it('declares the search attributes by which a payment is found', async () => {
    const { searchAttributes } = await temporalFile();
    expect(searchAttributes).toEqual({
      PaymentStatus: 'Keyword',
      Channel: 'Keyword',
      ProposalNo: 'Keyword',
      PolicyNo: 'Keyword',
      AmountFen: 'Int',
      NeedsAttention: 'Bool',
    });
  });

  it('refuses a schedule on a task queue that no worker polls, because its payments would wait for ever', async () => {
    const contract = structuredClone(await written());
    Object.assign(contract.schedules['deliver-pending'] ?? {}, { taskQueue: 'paymnets' });
    const read = temporalContract.safeParse(contract);
    expect(read.error?.issues.map(({ path }) => path)).toEqual([['schedules', 'deliver-pending', 'taskQueue']]);
  });

  it('refuses a misspelled setting instead of running payments untuned', async () => {
    const contract = structuredClone(await written());
    Object.assign(contract.taskQueues['payments'] ?? {}, { maxCachedWorkflow: 1 });
    expect(temporalContract.safeParse(contract).success).toBe(false);
  });

  it('names the file when it is not valid', async () => {
    await expect(temporalFile('package.json')).rejects.toThrow(/^package\.json is not valid/);
  });
});

describe('worker tuning', () => {
  it('gives the payments worker its slots and lets a channel call finish on shutdown', async () => {
    const tuning = workerTuning(await temporalFile(), 'payments');
    expect(tuning).toMatchObject({ taskQueue: 'payments', maxCachedWorkflows: 5000, shutdownGraceTime: 20_000 });
    expect(tuning.workerDeploymentOptions).toBeUndefined();
  });

  it('marks the worker with its build once worker versioning is enabled', async () => {
    const contract = await temporalFile();
    contract.workerVersioning.enabled = true;
    expect(() => workerTuning(contract, 'payments')).toThrow(/build id is unknown/);
    expect(workerTuning(contract, 'payments', '2026.11.22').workerDeploymentOptions).toEqual({
      version: { deploymentName: 'premium-payments', buildId: '2026.11.22' },
      useWorkerVersioning: true,
      defaultVersioningBehavior: 'AUTO_UPGRADE',
    });
  });

  it('refuses a task queue that temporal.yaml does not know', async () => {
    const contract = await temporalFile();
    expect(() => workerTuning(contract, 'payouts')).toThrow('temporal.yaml has no task queue payouts');
  });
});
