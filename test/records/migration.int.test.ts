import { Long, type Document } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { collections, upgrades } from '../../src/collections.js';
import { migrate } from '../../src/platform/migrate.js';
import { mongoDatabase } from '../../src/platform/mongo.js';
import { count, exactly, text } from '../../src/platform/fields.js';
import { mongoRecords } from '../../src/records/mongo/index.js';
import { testDatabase } from '../support/parts.js';
import { reviewIdFor } from '../../src/domain/review.js';
import { aCart, aCharge, anItem, aPayment, aRefund, paymentId } from './examples.js';

describe('the database', () => {
  let database: Awaited<ReturnType<typeof testDatabase>>;
  beforeAll(async () => {
    database = await testDatabase();
  });
  afterAll(() => database.drop());

  const contract = { name: 'policies', schema: exactly({ _id: text }), indexes: [{ name: 'byNo', key: { no: 1 } }] };

  it('is made by two migrations at once, and left alone by the third', async () => {
    const [one, other] = await Promise.all([migrate(database.db, collections), migrate(database.db, collections)]);
    expect([...one, ...other]).toContain('payments: created');
    const names = (await database.db.listCollections().toArray()).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(collections.map(({ name }) => name)));
    expect(await migrate(database.db, collections)).toEqual([]);
  });

  it('moves the cases that records carried themselves to the queue of reviews, each once', async () => {
    await migrate(database.db, collections, upgrades);
    const records = mongoRecords(database.db);
    const id = 'Kattention1';
    const [cart, item, alone] = [aCart({ id }), anItem(1, { id }), aPayment({ paymentId: 'Pattention2' })].map(
      (payment) => payment.paymentId,
    ) as [string, string, string];
    for (const each of [aCart({ id }), anItem(1, { id }), aPayment({ paymentId: alone })])
      await records.payments.register(each);
    const since = new Date('2026-11-22T06:00:30.000Z');
    const attention = (workflowId: string, reason: string) => ({
      ...{ workflowId, reason, detail: 'as it was', since, decisions: ['recheck'] },
    });
    const carry = (_id: string, carried: object) =>
      database.db
        .collection<{ _id: string }>('payments')
        .updateOne({ _id }, { $set: { attention: carried } }, { bypassDocumentValidation: true });
    await carry(cart, attention('cart/Kattention1', 'channelSilent'));
    await carry(item, attention('cart/Kattention1', 'channelSilent'));
    await carry(alone, attention(`payment/${alone}`, 'issueOverdue'));

    expect(await migrate(database.db, collections, upgrades)).toEqual(['payments: 2 open cases moved to reviews']);
    expect(await migrate(database.db, collections, upgrades)).toEqual([]);
    const ids = (await records.reviews.openOf([cart, item, alone])).map(({ reviewId }) => reviewId);
    const raisedAt = since.toISOString();
    expect(ids.sort()).toEqual(
      ['cart/Kattention1', `payment/${alone}`].map((workflowId) => reviewIdFor({ workflowId, item: null, raisedAt })),
    );
    await records.payments.advance({ paymentId: alone, writer: 'payment', version: 1, status: 'paid', events: [] });
    expect(await records.payments.find(alone)).toMatchObject({ status: 'paid' });
  });

  it('takes a validator and an index that changed or were added, and keeps what it holds', async () => {
    expect(await migrate(database.db, [contract])).toEqual(['policies: created', 'policies: index byNo created']);
    await database.db.collection<Document & { _id: string }>('policies').insertOne({ _id: 'PL1' });
    const grown = {
      ...contract,
      schema: exactly({ _id: text, version: count }),
      indexes: [...contract.indexes, { name: 'byVersion', key: { version: 1 } }],
    };
    expect(await migrate(database.db, [grown])).toEqual([
      'policies: validator changed',
      'policies: index byVersion created',
    ]);
    expect(await migrate(database.db, [grown])).toEqual([]);
    const policies = database.db.collection<Document & { _id: string }>('policies');
    await expect(policies.insertOne({ _id: 'PL2' })).rejects.toThrow('failed validation');
    expect(await policies.countDocuments()).toBe(1);
  });

  it('is not migrated when an index of ours means something else there: a person must say when to drop it', async () => {
    const changed = { ...contract, name: 'changed' };
    await migrate(database.db, [changed]);
    const unique = { ...changed, indexes: [{ name: 'byNo', key: { no: 1 }, unique: true }] };
    await expect(migrate(database.db, [unique])).rejects.toThrow(
      'index byNo of changed exists with another definition',
    );
  });

  describe('refuses what no part of ours would write', () => {
    beforeAll(async () => {
      await migrate(database.db, collections);
      const { payments, charges, refunds } = mongoRecords(database.db);
      await payments.register(aPayment());
      await charges.register(aCharge());
      await charges.advance({ outTradeNo: `${paymentId}C1`, version: 1, status: 'paid', paidFen: aCharge().amountFen });
      await refunds.reserve(aRefund());
    });

    const wrongs: [collection: string, what: string, set: Document][] = [
      ['payments', 'part of a fen', { paidFen: 0.5 }],
      ['payments', 'fen as a floating number', { paidFen: 10_000_000_000 }],
      ['payments', 'negative money', { paidFen: -1 }],
      ['payments', 'a premium of nothing', { amountFen: Long.fromNumber(0) }],
      ['payments', 'another currency', { currency: 'USD' }],
      ['payments', 'a status that is none', { status: 'done' }],
      ['payments', 'a field that nobody knows', { cardNo: '6222' }],
      ['payments', 'a time as text', { createdAt: '2026-11-22T06:00:00Z' }],
      ['payments', 'an attention without a reason', { attention: { detail: 'x' } }],
      ['charges', 'a status that is none', { status: 'done' }],
      ['charges', 'more than was ever written as money', { paidFen: '128000' }],
      ['charges', 'a reservation of nothing', { 'reservations.0.amountFen': 0 }],
      ['refunds', 'a refund without a number', { refundNo: null }],
      ['refunds', 'a refund of less than nothing', { amountFen: -1 }],
      ['refunds', 'an origin that is none', { origin: 'gift' }],
    ];
    it.each(wrongs)('%s: %s', async (collection, _, set) => {
      await expect(database.db.collection(collection).updateOne({}, { $set: set })).rejects.toThrow(
        'failed validation',
      );
    });
  });

  it('says within seconds that it is away, and is no trouble to close', async () => {
    const away = mongoDatabase({ uri: 'mongodb://127.0.0.1:1/', database: 'none', appName: 'test' });
    await expect(away.ping()).rejects.toThrow('ECONNREFUSED');
    await away.close();
  });

  it('is reached by the connection that every process uses', async () => {
    const mongo = mongoDatabase({ uri: database.uri, database: database.db.databaseName, appName: 'test' });
    await mongo.ping();
    expect((await mongoRecords(mongo.db).payments.find(paymentId))?.paymentId).toBe(paymentId);
    await mongo.close();
  });
});
