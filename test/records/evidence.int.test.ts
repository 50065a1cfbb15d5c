import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { collections } from '../../src/collections.js';
import { fen } from '../../src/domain/money.js';
import { migrate } from '../../src/platform/migrate.js';
import { mongoRecords } from '../../src/records/mongo/index.js';
import type { EvidenceStore } from '../../src/records/evidence.js';
import { testDatabase } from '../support/parts.js';
import { aCallback, at, later, paymentId } from './examples.js';

const forged = (changes: Parameters<typeof aCallback>[0] = {}) =>
  aCallback({ signature: 'invalid', rejected: 'badSignature', paymentId: null, evidence: null, ...changes });

describe('evidence on record', () => {
  let database: Awaited<ReturnType<typeof testDatabase>>;
  let evidence: EvidenceStore;

  const stored = () => database.db.collection('evidence').countDocuments({});
  beforeAll(async () => {
    database = await testDatabase();
    await migrate(database.db, collections);
    ({ evidence } = mongoRecords(database.db));
  });
  beforeEach(async () => {
    await database.db.collection('evidence').deleteMany({});
    await database.db.collection('rejectedAttempts').deleteMany({});
  });
  afterAll(() => database.drop());

  describe('when a fact arrives', () => {
    it('holds its very bytes and what was read from them', async () => {
      const body = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
      const fact = aCallback({ body, headers: { 'x.odd$name': 'café', host: 'pay.example' } });
      await evidence.keep(fact);
      expect(await evidence.find(fact.evidenceId)).toEqual({
        ...fact,
        bodySha256: '40aff2e9d2d8922e47afd4648e6967497158785fbd1da870e7110266bf944880', // of the bytes 0 to 255
        deliveredAt: null,
      });
    });

    it.each([1, 2 ** 31, 10_000_000_000])('gives back word for word that %d fen were paid', async (amount) => {
      const paid = aCallback();
      const outcome = {
        kind: 'paid' as const,
        paidFen: fen(amount),
        tradeNo: 'T1',
        paidAt: '2026-11-22T14:00:00+08:00',
      };
      const fact = { ...paid, evidence: paid.evidence === null ? null : { ...paid.evidence, outcome } };
      await evidence.keep(fact);
      expect((await evidence.find(fact.evidenceId))?.evidence).toEqual(fact.evidence);
    });

    it('is new once, however often and however many at once it is delivered', async () => {
      const answers = await Promise.all(Array.from({ length: 20 }, () => evidence.keep(aCallback())));
      expect(answers.filter(({ isNew }) => isNew)).toHaveLength(1);
      expect(new Set(answers.map(({ evidenceId }) => evidenceId)).size).toBe(1);
      expect(await stored()).toBe(1);
    });

    it('says whether a workflow had it, so that a repeat is delivered after all when none had', async () => {
      const { evidenceId } = await evidence.keep(aCallback());
      expect((await evidence.keep(aCallback())).deliveredAt).toBeNull();
      await evidence.markDelivered(evidenceId, later(1));
      await evidence.markDelivered(evidenceId, later(2));
      expect(await evidence.keep(aCallback())).toEqual({ isNew: false, evidenceId, deliveredAt: later(1) });
    });

    it('is the first fact again when the channel sends one notification with another body', async () => {
      const first = await evidence.keep(aCallback());
      const again = { ...aCallback({ body: Buffer.from('other') }), evidenceId: 'another-id' };
      expect(await evidence.keep(again)).toEqual({ isNew: false, evidenceId: first.evidenceId, deliveredAt: null });
    });

    it('is the first fact again when the same content comes under another notification id', async () => {
      const first = await evidence.keep(aCallback());
      const again = await evidence.keep(aCallback({ notificationId: 'notify-2' }));
      expect(again).toEqual({ isNew: false, evidenceId: first.evidenceId, deliveredAt: null });
    });

    it('is a fact of its own for each order, source and notification', async () => {
      const answer = { source: 'query' as const, notificationId: null, body: Buffer.from('TRADE_NOT_EXIST') };
      const facts = [
        aCallback(),
        aCallback({ notificationId: 'notify-2', body: Buffer.from('2') }),
        aCallback({ channel: 'other' }),
        aCallback(answer),
        aCallback({ ...answer, outTradeNo: `${paymentId}C2` }),
      ];
      for (const fact of facts) expect((await evidence.keep(fact)).isNew).toBe(true);
      expect(await stored()).toBe(facts.length);
    });
  });

  describe('when an attempt is rejected', () => {
    it('never takes the place of the true notification that it imitates', async () => {
      await evidence.keepRejected(forged({ body: aCallback().body }));
      expect(await evidence.keep(aCallback())).toMatchObject({ isNew: true, evidenceId: aCallback().evidenceId });
      await evidence.keepRejected(forged({ body: aCallback().body }));
      expect(await evidence.find(aCallback().evidenceId)).toMatchObject({ signature: 'valid', rejected: null });
      expect(await stored()).toBe(2);
    });

    it('is kept once when it is repeated', async () => {
      await evidence.keepRejected(forged());
      await evidence.keepRejected(forged());
      expect(await stored()).toBe(1);
    });

    it('keeps 16 KiB of its body and little of what it claims, with the hash of all of it', async () => {
      const body = Buffer.alloc(64 * 1024, 'x');
      const claims = { outTradeNo: 'y'.repeat(5_000), notificationId: 'z'.repeat(5_000), rejected: 'w'.repeat(5_000) };
      await evidence.keepRejected(forged({ body, ...claims }));
      const [row] = (await evidence.list({}, { limit: 1, cursor: null })).rows;
      const found = await evidence.find(row?.evidenceId ?? '');
      expect(found?.body).toHaveLength(16 * 1024);
      expect([found?.outTradeNo, found?.notificationId, found?.rejected].map((text) => text?.length)).toEqual([
        128, 128, 128,
      ]);
    });

    it('is only counted beyond two hundred per channel and hour', async () => {
      // A process that has counted nothing yet.
      const fresh = mongoRecords(database.db).evidence;
      const attempt = (index: number, changes: Parameters<typeof aCallback>[0] = {}) =>
        fresh.keepRejected(forged({ body: Buffer.from(`forged ${index}`), channel: 'flooded', ...changes }));
      await Promise.all(Array.from({ length: 205 }, (_, index) => attempt(index)));
      expect(await stored()).toBe(200);
      await attempt(1_000, { channel: 'flooded-too' });
      await attempt(1_001, { receivedAt: later(3_600) });
      expect(await stored()).toBe(202);
      // Counts are written together, a second later at most.
      await vi.waitFor(
        async () => {
          const counted = await database.db
            .collection('rejectedAttempts')
            .find({ channel: /^flooded/ }, { projection: { _id: 0 } })
            .sort({ seen: -1, channel: 1 })
            .toArray();
          expect(counted).toEqual([
            { channel: 'flooded', hour: new Date('2026-11-22T06:00:00Z'), seen: 205 },
            { channel: 'flooded', hour: new Date('2026-11-22T07:00:00Z'), seen: 1 },
            { channel: 'flooded-too', hour: new Date('2026-11-22T06:00:00Z'), seen: 1 },
          ]);
        },
        { timeout: 5_000 },
      );
    });

    it('counts what other processes have counted, too', async () => {
      const one = mongoRecords(database.db).evidence;
      await Promise.all(
        Array.from({ length: 200 }, (_, index) =>
          one.keepRejected(forged({ body: Buffer.from(`one ${index}`), channel: 'shared' })),
        ),
      );
      await vi.waitFor(
        async () => {
          const [counted] = await database.db.collection('rejectedAttempts').find({ channel: 'shared' }).toArray();
          expect(counted).toMatchObject({ seen: 200 });
        },
        { timeout: 5_000 },
      );
      const before = await stored();
      await mongoRecords(database.db).evidence.keepRejected(
        forged({ body: Buffer.from('by another'), channel: 'shared' }),
      );
      expect(await stored()).toBe(before);
    });

    it.each([
      ['names a header like a database operator', { headers: { $where: '1', 'a.b': '', __proto__x: 'y' } }],
      ['has an empty body', { body: Buffer.alloc(0) }],
      ['holds half a character', { outTradeNo: '\ud800', notificationId: '\udfff' }],
      ['holds a null character', { outTradeNo: 'a\0b', headers: { 'x-a': 'a\0b' } }],
    ])('raises nothing when it %s', async (_, changes) => {
      await evidence.keepRejected(forged(changes));
      expect(await stored()).toBe(1);
    });
  });

  describe('when it is listed', () => {
    it('comes oldest first for a payment, without bodies', async () => {
      await evidence.keep(aCallback({ notificationId: 'b', body: Buffer.from('b'), receivedAt: later(2) }));
      await evidence.keep(aCallback({ notificationId: 'a', body: Buffer.from('a'), receivedAt: later(1) }));
      await evidence.keep(aCallback({ notificationId: 'c', body: Buffer.from('c'), paymentId: 'P2026112200000002' }));
      const found = await evidence.ofPayment(paymentId);
      expect(found.map(({ notificationId }) => notificationId)).toEqual(['a', 'b']);
      expect(found.every(({ body }) => body.length === 0)).toBe(true);
    });

    it('comes newest first in pages, by channel and by whether it was believed', async () => {
      for (const index of [1, 2, 3]) {
        const changes = { notificationId: `n${index}`, body: Buffer.from(`${index}`), receivedAt: later(index) };
        await evidence.keep(aCallback(changes));
        await evidence.keepRejected(forged(changes));
      }
      await evidence.keep(aCallback({ channel: 'other', receivedAt: at }));
      const page = async (filter: Parameters<EvidenceStore['list']>[0], cursor: string | null) => {
        const { rows, next } = await evidence.list(filter, { limit: 2, cursor });
        return { names: rows.map(({ notificationId }) => notificationId), next, rows };
      };
      const first = await page({ channel: 'alipay', rejected: false }, null);
      expect(first.names).toEqual(['n3', 'n2']);
      expect(await page({ channel: 'alipay', rejected: false }, first.next)).toMatchObject({
        names: ['n1'],
        next: null,
      });
      expect((await page({ rejected: true }, null)).rows.every(({ rejected }) => rejected === 'badSignature')).toBe(
        true,
      );
      expect((await page({ channel: 'other' }, null)).names).toEqual(['notify-1']);
    });
  });

  it('names the believed callbacks that no workflow has had, oldest first', async () => {
    const keep = async (name: string, changes: Parameters<typeof aCallback>[0]) => {
      const fact = aCallback({ notificationId: name, body: Buffer.from(name), ...changes });
      await evidence.keep(fact);
      return fact.evidenceId;
    };
    await keep('second', { receivedAt: later(2) });
    await keep('first', { receivedAt: later(1) });
    await keep('too young', { receivedAt: later(10) });
    await keep('an answer', { source: 'query', receivedAt: at });
    await keep('news of a refund', { evidence: null, receivedAt: at });
    await evidence.markDelivered(await keep('delivered', { receivedAt: at }), later(1));
    await evidence.keepRejected(forged({ body: Buffer.from('forged'), receivedAt: at }));
    const undelivered = await evidence.undelivered(later(10), 5);
    expect(undelivered.map(({ notificationId }) => notificationId)).toEqual(['news of a refund', 'first', 'second']);
    expect(undelivered[1]?.evidence).toMatchObject({ outcome: { kind: 'paid', paidFen: 1_280_00 } });
    expect(await evidence.undelivered(later(10), 1)).toHaveLength(1);
  });
});
