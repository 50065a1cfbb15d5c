import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { collections } from '../../src/collections.js';
import { migrate } from '../../src/platform/migrate.js';
import type { AuditRecord } from '../../src/records/audit.js';
import { mongoRecords, type Records } from '../../src/records/mongo/index.js';
import { testDatabase } from '../support/parts.js';
import { at, later, paymentId } from './examples.js';

const aKey = { keyId: 'k1', name: 'core', roles: ['core'] as const, secretSha256: '1'.repeat(64), createdAt: at };

const anAct = (changes: Partial<AuditRecord> = {}): Omit<AuditRecord, 'auditId'> => ({
  actor: 'ops-wang',
  roles: ['ops'],
  act: 'resolution',
  target: paymentId,
  detail: { decision: 'refund', reason: 'customer asked', amountFen: 100, none: null },
  outcome: 'accepted',
  requestId: 'req-1',
  at,
  ...changes,
});

describe('callers and their acts on record', () => {
  let database: Awaited<ReturnType<typeof testDatabase>>;
  let records: Records;

  beforeAll(async () => {
    database = await testDatabase();
    await migrate(database.db, collections);
    records = mongoRecords(database.db);
  });
  beforeEach(async () => {
    await database.db.collection('apiKeys').deleteMany({});
    await database.db.collection('audit').deleteMany({});
  });
  afterAll(() => database.drop());

  it('know a caller by the hash of its secret, until its key is revoked', async () => {
    await records.apiKeys.add(aKey);
    expect(await records.apiKeys.findBySecret(aKey.secretSha256)).toEqual({ ...aKey, revokedAt: null });
    expect(await records.apiKeys.findBySecret('2'.repeat(64))).toBeNull();
    expect(await records.apiKeys.revoke('k1', later(1))).toBe(true);
    expect(await records.apiKeys.revoke('k1', later(2))).toBe(true);
    expect(await records.apiKeys.findBySecret(aKey.secretSha256)).toBeNull();
    expect(await records.apiKeys.list()).toEqual([{ ...aKey, revokedAt: later(1) }]);
    expect(await records.apiKeys.revoke('k2', later(1))).toBe(false);
  });

  it('never store a key without a role, with an unknown role, twice, or with a secret that is in use', async () => {
    await records.apiKeys.add(aKey);
    const refused = [
      { ...aKey, keyId: 'k2', secretSha256: '2'.repeat(64), roles: [] },
      { ...aKey, keyId: 'k2', secretSha256: '2'.repeat(64), roles: ['root'] as unknown as ['core'] },
      { ...aKey, keyId: 'k2' },
      { ...aKey, secretSha256: '2'.repeat(64) },
      { ...aKey, keyId: 'k2', secretSha256: 'the secret itself' },
    ];
    for (const key of refused) await expect(records.apiKeys.add(key)).rejects.toThrow();
    expect(await records.apiKeys.list()).toHaveLength(1);
  });

  it('keep every act, newest first, by target and by actor', async () => {
    await records.audit.record(anAct());
    await records.audit.record(anAct({ at: later(1), actor: 'ops-li', outcome: 'rejected' }));
    await records.audit.record(anAct({ at: later(2), target: 'P2026112200000002' }));
    const list = async (filter: { target?: string; actor?: string }) =>
      (await records.audit.list(filter, { limit: 10, cursor: null })).rows;
    const all = await list({});
    expect(all.map((act) => act.at)).toEqual([later(2), later(1), later(0)]);
    expect(all[2]).toEqual({ ...anAct(), auditId: all[2]?.auditId });
    expect((await list({ target: paymentId })).map(({ actor }) => actor)).toEqual(['ops-li', 'ops-wang']);
    expect((await list({ actor: 'ops-li' })).map(({ outcome }) => outcome)).toEqual(['rejected']);
    expect(await list({ target: paymentId, actor: 'ops-zhao' })).toEqual([]);
  });

  it('keep two acts of the same moment apart, page by page', async () => {
    for (let act = 0; act < 5; act += 1) await records.audit.record(anAct({ requestId: `req-${act}` }));
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page = await records.audit.list({}, { limit: 2, cursor });
      seen.push(...page.rows.map(({ requestId }) => requestId));
      cursor = page.next;
    } while (cursor !== null);
    expect(seen.sort()).toEqual(['req-0', 'req-1', 'req-2', 'req-3', 'req-4']);
  });
});
