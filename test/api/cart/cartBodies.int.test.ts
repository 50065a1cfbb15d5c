import { describe, expect, it, vi } from 'vitest';
import { mongoLedger } from '../../../src/ledger/mongo/mongoLedger.js';
import { compareWithRecords } from '../../../src/activities/reconcile/compareBook.js';
import { severalChannels } from '../testApi.js';
import { signed, type TestChild } from '../testChannel.js';
import { apiWithWorker } from '../hosted.js';
import { item, aCartBody, cartCalls } from './cartCalls.js';

const { own, life, plain, all, change } = severalChannels();
const host = apiWithWorker({ change, channels: all });
const { api } = host;

const qr = { channel: 'testpay', product: 'qr' };
const { post, open, readCart, readPayment, becomes, listed } = cartCalls(api);
/** A cart over two companies. */
const combinedBody = (cartId: string, change: object = {}) => aCartBody(cartId, change, { payee: 'life' });

describe('a cart over several companies', () => {
  const children = (cartId: string, ofLife: Partial<TestChild> = {}): TestChild[] => [
    { outTradeNo: `${cartId}K1I01`, merchantId: own.merchantId, paidFen: 800_00 },
    { outTradeNo: `${cartId}K1I02`, merchantId: life.merchantId, paidFen: 480_00, ...ofLife },
  ];
  const notified = (cartId: string, told = children(cartId), channel = own.name) =>
    api.callback(signed({ kind: 'combined', outTradeNo: `${cartId}K1`, children: told }, channel));
  const evidenceOf = (cartId: string) =>
    host.db
      .collection<{ outTradeNo: string; paymentId: string; rejected: string | null; deliveredAt: Date | null }>(
        'evidence',
      )
      .find({ outTradeNo: { $regex: `^${cartId}` } })
      .sort({ outTradeNo: 1 })
      .toArray();

  it('is one order of the channel, each item a charge of its own merchant', async () => {
    const answer = await open(combinedBody('Kcomb00001'));
    expect(answer).toMatchObject({
      status: 201,
      body: {
        combined: true,
        charge: { outTradeNo: 'Kcomb00001K1I01', cashier: { code: 'https://pay.example/Kcomb00001K1' } },
        charges: [
          { outTradeNo: 'Kcomb00001K1I01', channel: 'testpay', amountFen: 800_00 },
          { outTradeNo: 'Kcomb00001K1I02', channel: 'testpay-life', amountFen: 480_00 },
        ],
        items: [{ outTradeNo: 'Kcomb00001K1I01' }, { outTradeNo: 'Kcomb00001K1I02', payee: 'life' }],
      },
    });
    expect(await readCart('Kcomb00001')).toMatchObject({ charge: { outTradeNo: 'Kcomb00001K1I01' } });
    expect(await listed('outTradeNo=Kcomb00001K1I02')).toEqual(['Kcomb00001B']);
    expect(await listed('channel=testpay-life')).toContain('Kcomb00001B');
  });

  it('believes a notification fact by fact: all are kept and delivered, and a repeat is acknowledged', async () => {
    await open(combinedBody('Kcomb00002'));
    expect(await notified('Kcomb00002')).toEqual({ status: 200, text: 'RECEIVED' });
    await becomes('Kcomb00002', {
      status: 'issued',
      paidFen: 1_280_00,
      items: [{ paidFen: 800_00 }, { paidFen: 480_00 }],
    });
    const kept = await vi.waitFor(async () => {
      const found = await evidenceOf('Kcomb00002');
      expect(found.every(({ deliveredAt }) => deliveredAt !== null)).toBe(true);
      return found;
    });
    expect(kept.map(({ outTradeNo, paymentId }) => [outTradeNo, paymentId])).toEqual([
      ['Kcomb00002K1I01', 'Kcomb00002A'],
      ['Kcomb00002K1I02', 'Kcomb00002B'],
    ]);
    expect((await notified('Kcomb00002')).text).toBe('RECEIVED');
    expect(await evidenceOf('Kcomb00002')).toHaveLength(2);
    const { body } = await api.call('GET', '/metrics');
    expect(body['text']).toContain('callbacks_total{channel="testpay",result="repeated"} 1');
    expect((await readPayment('Kcomb00002B'))['charges']).toMatchObject([{ channel: 'testpay-life', status: 'paid' }]);
  });

  it('rejects the one fact that names another merchant, and asks for the whole again', async () => {
    await open(combinedBody('Kcomb00003'));
    const answer = await notified('Kcomb00003', children('Kcomb00003', { merchantId: 'M0009' }));
    expect(answer).toEqual({ status: 200, text: 'AGAIN' });
    expect(await evidenceOf('Kcomb00003')).toMatchObject([
      { outTradeNo: 'Kcomb00003K1I01', rejected: null },
      { outTradeNo: 'Kcomb00003K1I02', rejected: 'wrongMerchant', paymentId: null },
    ]);
    // What was believed of it counts; the rest comes with the next one.
    expect((await notified('Kcomb00003')).text).toBe('RECEIVED');
    await becomes('Kcomb00003', { status: 'issued' });
  });

  it('rejects a fact about no order of ours beside those that are', async () => {
    await open(combinedBody('Kcomb00004'));
    const stranger = { outTradeNo: 'Kcomb00009K1I01', merchantId: own.merchantId, paidFen: 1 };
    expect((await notified('Kcomb00004', [...children('Kcomb00004'), stranger])).text).toBe('AGAIN');
    await becomes('Kcomb00004', { status: 'issued' });
  });

  it('is told of a child at the address of the channel that opened it, in the words of the child’s own', async () => {
    await open(combinedBody('Kcomb00005'));
    const [ofOwn, ofLife] = children('Kcomb00005') as [TestChild, TestChild];
    expect((await api.callback(signed(ofLife, life.name), own.name)).text).toBe('RECEIVED');
    expect(await evidenceOf('Kcomb00005')).toMatchObject([{ channel: 'testpay-life', rejected: null }]);
    expect((await api.callback(signed(ofOwn, own.name), own.name)).text).toBe('RECEIVED');
    await becomes('Kcomb00005', { status: 'issued' });
    const [kept] = await evidenceOf('Kcomb00005').then((all) =>
      all.filter(({ outTradeNo }) => outTradeNo.endsWith('I02')),
    );
    const { body } = await api.call('GET', `/v1/evidence/${String(kept?._id)}`, { as: 'auditor' });
    expect(body).toMatchObject({ verification: { signature: 'valid', agrees: true }, url: '/v1/callbacks/testpay' });
    const replayed = await post(`/v1/evidence/${String(kept?._id)}/replay`, { reason: 'once more' }, 'ops');
    expect(replayed).toMatchObject({ status: 200, body: { result: 'delivered' } });
  });

  it('is not told of by a channel of another kind, whose word about it is not taken', async () => {
    await open(combinedBody('Kcomb00006'));
    const [ofOwn] = children('Kcomb00006') as [TestChild];
    expect((await api.callback(signed(ofOwn, own.name), plain.name)).text).toBe('AGAIN');
    expect((await api.callback(signed(ofOwn, plain.name), plain.name)).text).toBe('AGAIN');
    expect(await readCart('Kcomb00006')).toMatchObject({ status: 'awaitingPayment', paidFen: 0 });
  });

  it('that is cancelled is closed together', async () => {
    await post('/v1/carts/Kcomb00006/cancel', { reason: 'withdrawn' });
    await becomes('Kcomb00006', { status: 'closed', items: [{ status: 'closed' }, { status: 'closed' }] });
    expect(own.calls).toContain('close Kcomb00006K1');
  });

  it('is not offered where the channel pays nobody else, with what does, and nothing is registered', async () => {
    for (const [method, why] of [
      [{ channel: 'testpay', product: 'page' }, 'testpay page cannot pay 2 items to several merchants in one go.'],
      [{ channel: 'plainpay', product: 'qr' }, 'plainpay qr cannot pay 2 items to several merchants in one go.'],
    ] as const) {
      const answer = await open(combinedBody('Kcomb00007', { method }));
      expect(answer).toMatchObject({ status: 422, body: { type: '/problems/combined-not-offered', detail: why } });
      expect(answer.body['alternatives']).toEqual([
        // Not the one that stands for life's account: it is found by its payee.
        { channel: 'testpay', products: ['qr'], itemsMax: 10 },
      ]);
    }
    expect(await api.records.payments.findMany(['Kcomb00007-K', 'Kcomb00007A', 'Kcomb00007B'])).toEqual([]);
  });

  it('is not offered for more items than one order has children', async () => {
    const items = Array.from({ length: 11 }, (_, index) => ({
      ...item('Kcomb00008', 'A', index === 0 ? { payee: 'life' } : {}),
      paymentId: `Kcomb00008X${index}`,
    }));
    const answer = await open(combinedBody('Kcomb00008', { items }));
    expect(answer).toMatchObject({ status: 422, body: { type: '/problems/combined-not-offered' } });
    expect(await api.records.payments.find('Kcomb00008-K')).toBeNull();
  });

  it('is an ordinary cart where all items are paid to one company', async () => {
    const items = [item('Kcomb00010', 'A', { payee: 'life' }), item('Kcomb00010', 'B', { payee: 'life' })];
    expect(await open(aCartBody('Kcomb00010', { items }))).toMatchObject({
      status: 201,
      body: { combined: false, charge: { outTradeNo: 'Kcomb00010K1', channel: 'testpay-life' } },
    });
  });
});

describe('a cart that is not what it should be', () => {
  const withItem = (change: object) => ({ items: [item('Kwrong0001', 'A'), item('Kwrong0001', 'B', change)] });
  const wrong: [string, object, { pointer: string; detail: string }[]][] = [
    ['no items', { items: [] }, [{ pointer: '/items', detail: 'must name an item' }]],
    [
      'an item twice',
      withItem({ paymentId: 'Kwrong0001A' }),
      [{ pointer: '/items/1/paymentId', detail: 'is named before' }],
    ],
    [
      'too many items',
      {
        items: Array.from({ length: 51 }, (_, index) => ({
          ...item('Kwrong0001', 'A'),
          paymentId: `Kwrong0001X${index}`,
        })),
      },
      [{ pointer: '/items', detail: 'must be at most 50' }],
    ],
    [
      'more than a channel moves at once',
      withItem({ amountFen: 10_000_000_000 }),
      [{ pointer: '/items', detail: 'must come to at most 10000000000 fen' }],
    ],
    [
      'an item of nothing',
      withItem({ amountFen: 0 }),
      [{ pointer: '/items/1/amountFen', detail: 'must be at least 1 fen' }],
    ],
    [
      'an id with a hyphen',
      { cartId: 'K-000000001' },
      [{ pointer: '/cartId', detail: 'must be 8 to 24 letters and digits' }],
    ],
    [
      'an unknown payee',
      withItem({ payee: 'nobody' }),
      [{ pointer: '/items/1/payee', detail: 'has no account at testpay' }],
    ],
    [
      'an unknown channel',
      { method: { channel: 'cash', product: 'qr' } },
      [{ pointer: '/method/channel', detail: 'is not a channel on offer' }],
    ],
    [
      'what its product needs',
      { method: { channel: 'testpay', product: 'counter' } },
      [
        { pointer: '/method/terminalId', detail: 'is needed for testpay counter' },
        { pointer: '/payer/openid', detail: 'is needed for testpay counter' },
      ],
    ],
    [
      'an expiry in the past',
      { expiresAt: '2020-01-01T00:00:00Z' },
      [{ pointer: '/expiresAt', detail: 'must be at least a minute from now' }],
    ],
    ['a method of an item', withItem({ method: qr }), [{ pointer: '/items/1/method', detail: 'is not known here' }]],
    [
      'shares that are not the whole',
      withItem({
        coinsurance: {
          lead: { insurer: 'LEAD', shareBp: 6_000 },
          followers: [{ insurer: 'ONE', shareBp: 3_999 }],
          leadFeeBp: 0,
        },
      }),
      [{ pointer: '/items/1/coinsurance/followers', detail: 'and the lead must share 10000, not 9999' }],
    ],
  ];
  for (const [what, changed, errors] of wrong) {
    it(`is refused for ${what}, saying where`, async () => {
      const answer = await open(aCartBody('Kwrong0001', changed));
      expect(answer.body['errors']).toEqual(errors.map((error) => ({ ...error, in: 'body' })));
      expect(answer.status).toBe(422);
      expect(await api.records.payments.find('Kwrong0001-K')).toBeNull();
    });
  }
});

it('the channels are listed with whose accounts stand for them', async () => {
  const { body } = await api.call('GET', '/v1/channels', { as: 'core' });
  expect(body['payees']).toEqual([
    {
      payee: 'life',
      entity: '某某人寿',
      owner: 'finance-life',
      accounts: [{ method: 'testpay', channel: 'testpay-life' }],
    },
  ]);
  expect((body['channels'] as { channel: string }[]).map(({ channel }) => channel)).toEqual(
    all.map(({ name }) => name),
  );
});

it('the book says the same as the records of everything above', async () => {
  const told: object[] = [];
  const compared = await compareWithRecords(mongoLedger(host.db), api.records, (problem) => told.push(problem));
  expect(told).toEqual([]);
  expect(compared).toBe(await host.db.collection('payments').countDocuments());
});
