import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { applyTemporalContract } from '../../src/platform/applyTemporalContract.js';
import { temporalFile, type TemporalContract } from '../../src/platform/temporalContract.js';
import { temporalDevServer } from '../support/parts.js';

let server: Awaited<ReturnType<typeof temporalDevServer>>;
let connection: Connection;
let contract: TemporalContract;
beforeAll(async () => {
  server = await temporalDevServer();
  connection = await Connection.connect({ address: server.address });
  contract = await temporalFile();
});
afterAll(async () => {
  await connection.close();
  await server.stop();
});

const apply = (namespace: string, wanted = contract) =>
  applyTemporalContract(new Client({ connection, namespace }), connection, wanted);

describe('applying temporal.yaml to a server', () => {
  it('makes a namespace ready for payments, and then finds nothing to change', async () => {
    const changes = await apply('fresh');
    expect(changes).toEqual([
      'created with a retention of 30 days',
      'search attribute PaymentStatus (Keyword) added',
      'search attribute Channel (Keyword) added',
      'search attribute ProposalNo (Keyword) added',
      'search attribute PolicyNo (Keyword) added',
      'search attribute AmountFen (Int) added',
      'search attribute NeedsAttention (Bool) added',
      'schedule deliver-pending created: deliverPending every 60 s',
    ]);
    expect(await apply('fresh')).toEqual([]);
  });

  it('changes only what differs, and an operator’s pause of a schedule stays', async () => {
    await apply('changed');
    const client = new Client({ connection, namespace: 'changed' });
    await client.schedule.getHandle('deliver-pending').pause('the core is being moved');
    const wanted = structuredClone(contract);
    Object.assign(wanted.schedules['deliver-pending'] ?? {}, { everySeconds: 90 });
    wanted.namespace.retentionDays = 45;

    expect(await apply('changed', wanted)).toEqual([
      'retention 30 → 45 days',
      'schedule deliver-pending updated: deliverPending every 90 s',
    ]);
    const schedule = await client.schedule.getHandle('deliver-pending').describe();
    expect(schedule.state).toMatchObject({ paused: true, note: 'the core is being moved' });
    expect(schedule.policies).toMatchObject({ overlap: 'SKIP', catchupWindow: 60_000 });
  });

  it('refuses to go on when a search attribute already has another type', async () => {
    await apply('typed');
    const wanted = structuredClone(contract);
    wanted.searchAttributes['AmountFen'] = 'Keyword';
    await expect(apply('typed', wanted)).rejects.toThrow('search attribute AmountFen exists but is not Keyword');
  });
});
