import { describe, expect, it } from 'vitest';
import { fen } from '../../../src/domain/money.js';
import { mongoLedger } from '../../../src/ledger/mongo/mongoLedger.js';
import { compareWithRecords } from '../../../src/activities/reconcile/compareBook.js';
import { anItem } from '../../records/examples.js';
import { aPaymentBody, severalChannels, startTestApi } from '../testApi.js';
import { signed } from '../testChannel.js';
import { apiWithWorker } from '../hosted.js';
import { item, aCartBody, cartCalls } from './cartCalls.js';

const { own, all, change } = severalChannels();
const host = apiWithWorker({ change, channels: all });
const { api } = host;

const qr = { channel: 'testpay', product: 'qr' };
const { post, open, readCart, readPayment, becomes, listed } = cartCalls(api);
const pay = (cartId: string, paidFen = 1_280_00) => api.callback(signed({ outTradeNo: `${cartId}K1`, paidFen }));
const issued = async (cartId: string) => {
  expect((await open(aCartBody(cartId))).status).toBe(201);
  expect((await pay(cartId)).text).toBe('RECEIVED');
  return becomes(cartId, { status: 'issued', items: [{ status: 'issued' }, { status: 'issued' }] });
};

describe('a cart', () => {
  it('opens one charge for all of its items', async () => {
    const answer = await open(aCartBody('Kcart00001'));
    expect(answer.status).toBe(201);
    expect(answer.headers.get('location')).toBe('/v1/carts/Kcart00001');
    expect(answer.body).toMatchObject({
      cartId: 'Kcart00001',
      status: 'awaitingPayment',
      amountFen: 1_280_00,
      paidFen: 0,
      allOrNothing: false,
      combined: false,
      charge: { outTradeNo: 'Kcart00001K1', cashier: { kind: 'qr', code: 'https://pay.example/Kcart00001K1' } },
      items: [
        { paymentId: 'Kcart00001A', amountFen: 800_00, status: 'awaitingPayment', payee: null, policyNo: null },
        {
          paymentId: 'Kcart00001B',
          amountFen: 480_00,
          status: 'awaitingPayment',
          links: { self: '/v1/payments/Kcart00001B' },
        },
      ],
      links: {
        self: '/v1/carts/Kcart00001',
        temporal: 'http://ui.example:8233/namespaces/default/workflows/cart%2FKcart00001',
      },
    });
  });

  it('answers a repeat with the same cart, and another body with a conflict', async () => {
    const again = await open({ ...aCartBody('Kcart00001'), allOrNothing: false });
    expect(again).toMatchObject({ status: 200, body: { charge: { outTradeNo: 'Kcart00001K1' } } });
    const other = await open(aCartBody('Kcart00001', { allOrNothing: true }));
    expect(other).toMatchObject({ status: 409, body: { type: '/problems/cart-conflict' } });
    expect(own.calls.filter((call) => call === 'open Kcart00001K1')).toHaveLength(1);
  });

  it('is paid once and issues each item by itself; each is a payment like any other, with its cart', async () => {
    const cart = await issued('Kcart00002');
    expect(cart).toMatchObject({
      paidFen: 1_280_00,
      items: [
        { paidFen: 800_00, policyNo: 'POLKcart00002A', outTradeNo: 'Kcart00002K1' },
        { paidFen: 480_00, policyNo: 'POLKcart00002B' },
      ],
      evidence: [{ source: 'callback', outcome: 'paid', paidFen: 1_280_00 }],
      charges: [{ outTradeNo: 'Kcart00002K1', status: 'paid' }],
    });
    expect(await readPayment('Kcart00002B')).toMatchObject({
      status: 'issued',
      paidFen: 480_00,
      leftFen: 0,
      subject: '保险费',
      cart: { cartId: 'Kcart00002', itemNo: 2 },
      split: null,
      charge: { outTradeNo: 'Kcart00002K1' },
      charges: [{ outTradeNo: 'Kcart00002K1', amountFen: 1_280_00 }],
      evidence: [{ outTradeNo: 'Kcart00002K1' }],
      links: { cart: '/v1/carts/Kcart00002', temporal: expect.stringContaining('cart%2FKcart00002') as string },
    });
  });

  it('gives an item back that the core refuses, by its amount, while the others stand', async () => {
    host.worker.refusedByCore.add('Kcart00003B');
    await open(aCartBody('Kcart00003'));
    await pay('Kcart00003');
    const cart = await becomes('Kcart00003', {
      status: 'issued',
      items: [{ status: 'issued' }, { status: 'refunded' }],
    });
    expect(cart).toMatchObject({
      refundedFen: 480_00,
      items: [{ refundedFen: 0 }, { refundedFen: 480_00 }],
      refunds: [{ paymentId: 'Kcart00003B', refundId: 'undo-K1', refundNo: 'Kcart00003K1R1', amountFen: 480_00 }],
    });
  });

  it('of all or nothing sends everything back when the core refuses one item', async () => {
    host.worker.refusedByCore.add('Kcart00004B');
    await open(aCartBody('Kcart00004', { allOrNothing: true }));
    await pay('Kcart00004');
    await becomes('Kcart00004', {
      status: 'refunded',
      refundedFen: 1_280_00,
      items: [{ status: 'refunded' }, { status: 'refunded' }],
    });
  });

  it('may have one item only', async () => {
    const [first] = aCartBody('Kcart00005').items;
    expect((await open(aCartBody('Kcart00005', { items: [first] }))).status).toBe(201);
    await pay('Kcart00005', 800_00);
    await becomes('Kcart00005', { status: 'issued', items: [{ paidFen: 800_00 }] });
  });

  it('is cancelled with its items, and answers a second time with how it ended', async () => {
    await open(aCartBody('Kcart00006'));
    const cancel = () => post('/v1/carts/Kcart00006/cancel', { reason: 'withdrawn' });
    expect((await cancel()).status).toBe(202);
    await becomes('Kcart00006', {
      status: 'closed',
      closeReason: expect.stringContaining('withdrawn') as string,
      items: [{ status: 'closed' }, { status: 'closed' }],
    });
    expect(await cancel()).toMatchObject({ status: 202, body: { status: 'closed' } });
    expect(await readPayment('Kcart00006A')).toMatchObject({ status: 'closed', leftFen: 0 });
  });

  it('asks its channel at once, asked by its own name or by that of an item', async () => {
    for (const [cartId, path] of [
      ['Kcart00007', '/v1/carts/Kcart00007/query'],
      ['Kcart00008', '/v1/payments/Kcart00008A/query'],
    ] as const) {
      await open(aCartBody(cartId));
      const paid = {
        kind: 'paid',
        paidFen: fen(1_280_00),
        tradeNo: `T-${cartId}`,
        paidAt: '2026-11-22T06:01:00.000Z',
      } as const;
      own.outcomes.set(`${cartId}K1`, paid);
      expect((await api.call('POST', path, { as: 'ops' })).status).toBe(202);
      await becomes(cartId, { status: 'issued' });
    }
    const again = await api.call('POST', '/v1/carts/Kcart00007/query', { as: 'ops' });
    expect(again).toMatchObject({
      status: 409,
      body: { type: '/problems/already-paid', detail: 'Cart Kcart00007 is paid.' },
    });
  });

  it('that the channel refuses is closed with its items', async () => {
    own.refuses.add('Kcart00009K1');
    expect(await open(aCartBody('Kcart00009'))).toMatchObject({
      status: 422,
      body: { type: '/problems/channel-refused', code: 'PRODUCT_NOT_SIGNED' },
    });
    await becomes('Kcart00009', { status: 'closed', items: [{ status: 'closed' }, { status: 'closed' }] });
    expect((await open(aCartBody('Kcart00009'))).status).toBe(200);
  });

  it('is not found under an id that is none, or a payment’s', async () => {
    for (const id of ['Knobody001', 'Kcart00002A', 'Kcart00002-K', 'K']) {
      expect((await api.call('GET', `/v1/carts/${id}`, { as: 'ops' })).status).toBe(404);
    }
    for (const id of ['Kcart00002', 'Kcart00002-K']) {
      expect((await api.call('GET', `/v1/payments/${id}`, { as: 'ops' })).status).toBe(404);
    }
  });
});

describe('an item of a cart', () => {
  it('is in the lists, by its proposal and by the charge of its cart, and its cart is not', async () => {
    await open(aCartBody('Klist00001'));
    const both = ['Klist00001B', 'Klist00001A'];
    expect((await listed('proposalNo=TPKlist00001')).sort()).toEqual([...both].sort());
    expect((await listed('outTradeNo=Klist00001K1')).sort()).toEqual([...both].sort());
  });

  it('cannot be cancelled or change its method by itself, and says with which cart', async () => {
    const naming = { status: 409, body: { type: '/problems/not-possible-now', cartId: 'Klist00001' } };
    expect(await post('/v1/payments/Klist00001A/cancel', { reason: 'withdrawn' })).toMatchObject(naming);
    expect(
      await post('/v1/payments/Klist00001A/charges', { method: { channel: 'testpay', product: 'page' } }),
    ).toMatchObject(naming);
    expect(await post('/v1/payments/Klist00001A/parts/one/charges', { method: qr })).toMatchObject({ status: 404 });
    expect(await readCart('Klist00001')).toMatchObject({ status: 'awaitingPayment', charges: [{ status: 'open' }] });
    const { body } = await api.call('GET', '/v1/audit?target=Klist00001A', { as: 'auditor' });
    expect(body['acts']).toMatchObject([
      { act: 'switchMethod', outcome: 'rejected' },
      { act: 'cancel', outcome: 'rejected' },
    ]);
  });

  it('waits for a person with its cart, and the cart is settled by the name of any of them', async () => {
    await open(aCartBody('Kwait00001'));
    own.outcomes.set('Kwait00001K1', {
      kind: 'paid',
      paidFen: fen(1),
      tradeNo: 'T-Kwait00001K1',
      paidAt: '2026-11-22T06:01:00.000Z',
    });
    await pay('Kwait00001', 1);
    const cart = await becomes('Kwait00001', { status: 'needsAttention', attention: [{ reason: 'amountMismatch' }] });
    expect(cart['attention']).toHaveLength(1);
    expect((await readPayment('Kwait00001B'))['attention']).toMatchObject([{ reason: 'amountMismatch' }]);
    expect(await listed('status=needsAttention')).toEqual(expect.arrayContaining(['Kwait00001A', 'Kwait00001B']));
    const decision = { decision: 'refund', reason: 'customer agreed' };
    expect((await post('/v1/payments/Kwait00001B/resolution', decision, 'ops')).status).toBe(200);
    const ended = await becomes('Kwait00001', { status: 'refunded', attention: [] });
    expect(ended).toMatchObject({ paidFen: 1, refundedFen: 1, items: [{ paidFen: 0 }, { paidFen: 0 }] });
    expect(await listed('status=needsAttention')).toEqual([]);
  });

  it('waits alone where only its own refund does, and the cart says which of its items it is', async () => {
    host.worker.refusedByCore.add('Kwait00002B');
    own.refusedRefunds.add('Kwait00002K1R1');
    await open(aCartBody('Kwait00002'));
    await pay('Kwait00002');
    const cart = await becomes('Kwait00002', { attention: [{ reason: 'refundRefused' }] });
    expect(cart['attention']).toMatchObject([{ paymentId: 'Kwait00002B', refundId: 'undo-K1' }]);
    expect((await readPayment('Kwait00002A'))['attention']).toEqual([]);
    expect(await listed('status=needsAttention')).toEqual(['Kwait00002B']);
    const decision = { decision: 'settledOutside', reason: 'paid in cash' };
    expect((await post('/v1/payments/Kwait00002B/resolution', decision, 'ops')).status).toBe(200);
    await becomes('Kwait00002', {
      status: 'issued',
      items: [{ status: 'issued' }, { status: 'refunded' }],
      attention: [],
    });
  });

  it('is refunded after issue up to its own premium, though the charge holds more', async () => {
    await issued('Krefund001');
    const refund = (paymentId: string, body: object) =>
      post(`/v1/payments/${paymentId}/refunds`, { reason: 'endorsement', ...body });
    expect(await refund('Krefund001B', { refundId: 'E1', amountFen: 480_01 })).toMatchObject({
      status: 422,
      body: { type: '/problems/refund-exceeds-paid', refundableFen: 480_00 },
    });
    expect((await refund('Krefund001B', { refundId: 'E1', amountFen: 480_00 })).status).toBe(202);
    // The same id of the other item is another refund.
    expect(await refund('Krefund001A', { refundId: 'E1', amountFen: 800_00 })).toMatchObject({
      status: 202,
      body: { refundNo: 'Krefund001K1R2' },
    });
    await becomes('Krefund001', {
      status: 'issued',
      refundedFen: 1_280_00,
      items: [{ refundedFen: 800_00 }, { refundedFen: 480_00 }],
    });
    expect(await refund('Krefund001A', { refundId: 'E2', amountFen: 1, partId: 'x' })).toMatchObject({ status: 422 });
  });
});

describe('ids that are taken', () => {
  it('are named, and nothing of the cart is registered', async () => {
    await post('/v1/payments', aPaymentBody('Ktaken0001A'));
    const answer = await open(aCartBody('Ktaken0001'));
    expect(answer).toMatchObject({
      status: 409,
      body: { type: '/problems/payment-conflict', paymentIds: ['Ktaken0001A'] },
    });
    expect((await api.call('GET', '/v1/carts/Ktaken0001', { as: 'ops' })).status).toBe(404);
    expect((await api.call('GET', '/v1/payments/Ktaken0001B', { as: 'ops' })).status).toBe(404);
  });

  it('by another cart are named as well', async () => {
    const items = [item('Klist00001', 'A'), item('Ktaken0002', 'B')];
    const answer = await open(aCartBody('Ktaken0002', { items }));
    expect(answer).toMatchObject({ status: 409, body: { paymentIds: ['Klist00001A'] } });
    expect(await readPayment('Klist00001A')).toMatchObject({ cart: { cartId: 'Klist00001' } });
  });

  it('of a cart cannot be posted as a payment', async () => {
    const answer = await post('/v1/payments', aPaymentBody('Klist00001A'));
    expect(answer).toMatchObject({ status: 409, body: { type: '/problems/payment-conflict' } });
  });

  it('in the very moment in which the cart is registered end it before any channel is called', async () => {
    const { payments } = api.records;
    // The look before registering finds nothing; then somebody else is quicker.
    const racing = await startTestApi(host.db, host.client, (deps) => ({
      ...change(deps),
      payments: {
        ...payments,
        register: async (asked) => {
          await payments.register(
            anItem(1, { id: 'Kother0001', paymentId: 'Ktaken0003B', requestHash: 'e'.repeat(64) }),
          );
          return payments.register(asked);
        },
      },
    }));
    const answer = await racing.call('POST', '/v1/carts', { as: 'core', body: aCartBody('Ktaken0003') });
    await racing.stop();
    expect(answer).toMatchObject({
      status: 409,
      body: { type: '/problems/payment-conflict', paymentIds: ['Ktaken0003B'] },
    });
    await becomes('Ktaken0003', {
      status: 'closed',
      charge: null,
      charges: [],
      items: [{ status: 'closed' }, { status: 'closed', outTradeNo: null }],
    });
    expect(await payments.find('Ktaken0003B')).toMatchObject({
      shape: { cartId: 'Kother0001' },
      status: 'opening',
      versions: {},
    });
    expect(own.calls).not.toContain('open Ktaken0003K1');
    await host.db.collection<{ _id: string }>('payments').deleteOne({ _id: 'Ktaken0003B' });
  });
});

it('no personal data of a cart stands in its history', async () => {
  const history = JSON.stringify(await host.client.workflow.getHandle('cart/Kcart00002').fetchHistory());
  const payloads = [...history.matchAll(/"data":"([^"]+)"/g)].map(([, data = '']) =>
    Buffer.from(data, 'base64').toString(),
  );
  expect(payloads.join('')).toContain('Kcart00002A');
  expect(payloads.join('')).not.toMatch(/13800000000|张三/);
});

it('the book says the same as the records of everything above', async () => {
  const told: object[] = [];
  const compared = await compareWithRecords(mongoLedger(host.db), api.records, (problem) => told.push(problem));
  expect(told).toEqual([]);
  expect(compared).toBe(await host.db.collection('payments').countDocuments());
});
