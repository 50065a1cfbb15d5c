import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testDatabase } from '../../support/parts.js';
import { keyOf, startTestApi, temporalAway, type TestApi } from '../testApi.js';

let database: Awaited<ReturnType<typeof testDatabase>>;
let api: TestApi;
let nowMs = Date.parse('2026-11-22T06:00:00Z');
/** Never closed: a call that was given up may still try once more. */
const client = temporalAway();

beforeAll(async () => {
  database = await testDatabase();
  api = await startTestApi(database.db, client, ({ settings }) => ({
    now: () => new Date(nowMs),
    settings: { ...settings, rateLimitPerMinute: 5 },
  }));
});

afterAll(async () => {
  await api.stop();
  await database.drop();
});

const ask = (role: 'core' | 'ops' | 'finance') => api.call('GET', '/v1/payments', { as: role });

describe('an API key', () => {
  it('stops being accepted within five seconds of its revocation', async () => {
    expect((await ask('finance')).status).toBe(200);
    await api.records.apiKeys.revoke('finance0', new Date(nowMs).toISOString());
    nowMs += 5_001;
    expect((await ask('finance')).status).toBe(401);
  });

  it('does not work under the id of another key', async () => {
    const [, , secret] = keyOf('core').split('_');
    expect((await api.call('GET', '/v1/payments', { key: `pk_ops00000_${secret ?? ''}` })).status).toBe(401);
  });

  it('may be used so often a minute, without touching other keys', async () => {
    const statuses: number[] = [];
    for (let n = 0; n < 6; n += 1) statuses.push((await ask('core')).status);
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);
    const limited = await ask('core');
    expect(limited.body).toMatchObject({ type: '/problems/rate-limited', status: 429 });
    expect(limited.headers.get('retry-after')).toMatch(/^\d+$/);
    expect((await ask('ops')).status).toBe(200);
  });
});
