import { describe, expect, it, vi } from 'vitest';
import { fen } from '../../../src/domain/money.js';
import { mongoLedger } from '../../../src/ledger/mongo/mongoLedger.js';
import { compareWithRecords } from '../../../src/activities/reconcile/compareBook.js';
import { aPaymentBody, severalChannels } from '../testApi.js';
import { signed } from '../testChannel.js';
import { apiWithWorker } from '../hosted.js';

const { own, life, all, change } = severalChannels();
const host = apiWithWorker({ change, channels: all });
const { api } = host;

const qr = { channel: 'testpay', product: 'qr' };
const inParts = (change: object = {}) => ({
  method: undefined,
  parts: [
    { partId: 'property', amountFen: 800_00, method: qr },
    { partId: 'life', amountFen: 480_00, payee: 'life', method: qr },
  ],
  ...change,
});
const post = (path: string, body: object, as: 'core' | 'ops' = 'core') => api.call('POST', path, { as, body });
const open = (paymentId: string, change: object = inParts()) => post('/v1/payments', aPaymentBody(paymentId, change));
const read = async (paymentId: string) => (await api.call('GET', `/v1/payments/${paymentId}`, { as: 'ops' })).body;
const becomes = (paymentId: string, expected: object) =>
  vi.waitFor(
    async () => {
      const payment = await read(paymentId);
      expect(payment).toMatchObject(expected);
      return payment;
    },
    { timeout: 20_000, interval: 50 },
  );
const listed = async (query: string) => {
  const { body } = await api.call('GET', `/v1/payments?${query}`, { as: 'ops' });
  return (body['payments'] as { paymentId: string }[]).map(({ paymentId }) => paymentId);
};
/** The charge of the nth part, by the application of its channel. */
const pay = (paymentId: string, partNo: 1 | 2, paidFen = partNo === 1 ? 800_00 : 480_00) => {
  const outTradeNo = `${paymentId}S0${partNo}1`;
  const channel = partNo === 1 ? own : life;
  return api.callback(signed({ outTradeNo, paidFen, merchantId: channel.merchantId }, channel.name), channel.name);
};
const issued = async (paymentId: string) => {
  expect((await open(paymentId)).status).toBe(201);
  for (const partNo of [1, 2] as const) expect((await pay(paymentId, partNo)).text).toBe('RECEIVED');
  return becomes(paymentId, { status: 'issued', parts: [{ status: 'issued' }, { status: 'issued' }] });
};

describe('a payment in parts', () => {
  it('opens every part at once, each at the account of its payee', async () => {
    const answer = await open('Psplit0001');
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({
      paymentId: 'Psplit0001',
      status: 'awaitingPayment',
      amountFen: 1_280_00,
      paidFen: 0,
      refundedFen: 0,
      charge: expect.objectContaining({ outTradeNo: 'Psplit0001S011', channel: 'testpay' }) as object,
      parts: [
        {
          partId: 'property',
          status: 'awaitingPayment',
          amountFen: 800_00,
          paidFen: 0,
          charge: {
            outTradeNo: 'Psplit0001S011',
            channel: 'testpay',
            product: 'qr',
            cashier: { kind: 'qr', code: 'https://pay.example/Psplit0001S011' },
          },
        },
        expect.objectContaining({
          partId: 'life',
          charge: expect.objectContaining({ outTradeNo: 'Psplit0001S021', channel: 'testpay-life' }) as object,
        }) as object,
      ],
      expiresAt: expect.stringMatching(/^2.*Z$/) as string,
      links: {
        self: '/v1/payments/Psplit0001',
        temporal: 'http://ui.example:8233/namespaces/default/workflows/payment%2FPsplit0001',
      },
    });
  });

  it('answers a repeat with the same payment and a changed part with a conflict', async () => {
    const again = await open('Psplit0001');
    expect(again).toMatchObject({
      status: 200,
      body: {
        charge: { outTradeNo: 'Psplit0001S011' },
        parts: [{ status: 'awaitingPayment' }, { status: 'awaitingPayment' }],
      },
    });
    const other = await open('Psplit0001', inParts({ rule: 'allOrHold' }));
    expect(other).toMatchObject({ status: 409, body: { type: '/problems/payment-conflict' } });
  });

  it('is partly paid, then issued; what is paid and what is left are the sums of its parts', async () => {
    await open('Psplit0002');
    await pay('Psplit0002', 2);
    const half = await becomes('Psplit0002', { status: 'partlyPaid' });
    expect(half).toMatchObject({
      paidFen: 480_00,
      leftFen: 800_00,
      charge: { outTradeNo: 'Psplit0002S011' },
      split: { rule: 'allOrRefund', serial: false, parts: 2 },
      policyNo: null,
      parts: [
        { partId: 'property', partNo: 1, status: 'awaitingPayment', paidFen: 0, payee: null, method: qr },
        {
          partId: 'life',
          status: 'paid',
          paidFen: 480_00,
          payee: 'life',
          method: { channel: 'testpay-life', product: 'qr' },
          links: { temporal: expect.stringContaining('part%2FPsplit0002%2FS02') as string },
        },
      ],
      charges: [{ outTradeNo: 'Psplit0002S011' }, { outTradeNo: 'Psplit0002S021', paidFen: 480_00 }],
      evidence: [{ outTradeNo: 'Psplit0002S021', outcome: 'paid' }],
    });
    expect(await listed('status=partlyPaid')).toEqual(['Psplit0002']);
    await pay('Psplit0002', 1);
    const whole = await becomes('Psplit0002', {
      status: 'issued',
      parts: [{ status: 'issued' }, { status: 'issued' }],
    });
    expect(whole).toMatchObject({ paidFen: 1_280_00, leftFen: 0, policyNo: 'POLPsplit0002', charge: null });
    expect(whole['parts']).toMatchObject([{ timeline: expect.arrayContaining([]) as [] }, {}]);
  });

  it('opens slices one after the other', async () => {
    const answer = await open('Psplit0003', { slice: { maxFen: 800_00 } });
    expect(answer).toMatchObject({
      status: 201,
      body: {
        parts: [
          { partId: 'slice1', status: 'awaitingPayment' },
          { status: 'planned', charge: null },
        ],
      },
    });
    await pay('Psplit0003', 1);
    const second = await becomes('Psplit0003', { status: 'partlyPaid', parts: [{}, { status: 'awaitingPayment' }] });
    expect(second).toMatchObject({ leftFen: 480_00, charge: { outTradeNo: 'Psplit0003S021', channel: 'testpay' } });
  });

  it('is refused, and closed, where a channel refuses one of its parts', async () => {
    life.refuses.add('Psplit0004S021');
    const answer = await open('Psplit0004');
    expect(answer).toMatchObject({
      status: 422,
      body: { type: '/problems/channel-refused', code: 'PRODUCT_NOT_SIGNED' },
    });
    await becomes('Psplit0004', { status: 'closed', leftFen: 0, parts: [{ status: 'closed' }, { status: 'closed' }] });
  });

  it('that holds stays open where a channel refuses one of its parts, and waits for a person when the others are paid', async () => {
    life.refuses.add('Psplit0005S021');
    const answer = await open('Psplit0005', inParts({ rule: 'allOrHold' }));
    expect(answer).toMatchObject({
      status: 201,
      body: { parts: [{ status: 'awaitingPayment' }, { status: 'closed' }] },
    });
    await pay('Psplit0005', 1);
    await becomes('Psplit0005', { status: 'needsAttention', attention: [{ reason: 'partsMissing' }], leftFen: 480_00 });
    const decision = { decision: 'refund', reason: 'customer agreed' };
    expect((await post('/v1/payments/Psplit0005/resolution', decision, 'ops')).status).toBe(200);
    await becomes('Psplit0005', { status: 'refunded', refundedFen: 800_00, leftFen: 0 });
  });

  it('is cancelled as a whole, and what is paid goes back', async () => {
    await open('Psplit0006');
    await pay('Psplit0006', 1);
    await becomes('Psplit0006', { status: 'partlyPaid' });
    expect((await post('/v1/payments/Psplit0006/cancel', { reason: 'withdrawn' })).status).toBe(202);
    const ended = await becomes('Psplit0006', {
      status: 'refunded',
      parts: [{ status: 'refunded' }, { status: 'closed' }],
    });
    expect(ended).toMatchObject({
      refundedFen: 800_00,
      refunds: [{ partId: 'property', refundId: 'undo-S011', origin: 'undo' }],
    });
    const again = await post('/v1/payments/Psplit0006/cancel', { reason: 'withdrawn' });
    expect(again).toMatchObject({ status: 202, body: { status: 'refunded', refundedFen: 800_00 } });
  });

  it('asks the channels of all of its parts at once, and is already paid once all of them are', async () => {
    await open('Psplit0007');
    for (const [channel, no, paidFen] of [
      [own, 'Psplit0007S011', 800_00],
      [life, 'Psplit0007S021', 480_00],
    ] as const) {
      const outcome = {
        kind: 'paid',
        paidFen: fen(paidFen),
        tradeNo: `T-${no}`,
        paidAt: '2026-11-22T06:01:00.000Z',
      } as const;
      channel.outcomes.set(no, outcome);
    }
    expect((await api.call('POST', '/v1/payments/Psplit0007/query', { as: 'ops' })).status).toBe(202);
    await becomes('Psplit0007', { status: 'issued' });
    const again = await api.call('POST', '/v1/payments/Psplit0007/query', { as: 'ops' });
    expect(again).toMatchObject({
      status: 409,
      body: { type: '/problems/already-paid', detail: 'Payment Psplit0007 is paid.' },
    });
  });
});

describe('lists', () => {
  it('find a split payment by the channel and by the charge of any of its parts, and show no part by itself', async () => {
    await open('Psplist001', inParts({ proposalNo: 'TPsplist01' }));
    expect(await listed('proposalNo=TPsplist01')).toEqual(['Psplist001']);
    expect(await listed('proposalNo=TPsplist01&channel=testpay')).toEqual(['Psplist001']);
    expect(await listed('proposalNo=TPsplist01&channel=testpay-life')).toEqual(['Psplist001']);
    expect(await listed('proposalNo=TPsplist01&channel=plainpay')).toEqual([]);
    expect(await listed('outTradeNo=Psplist001S021')).toEqual(['Psplist001']);
    expect(await listed('outTradeNo=Psplist001S031')).toEqual([]);
  });

  it('show what is paid of a split payment, and to core and ops only who pays', async () => {
    await pay('Psplist001', 1);
    await becomes('Psplist001', { status: 'partlyPaid' });
    const row = async (as: 'ops' | 'finance') => {
      const { body } = await api.call('GET', '/v1/payments?proposalNo=TPsplist01', { as });
      return (body['payments'] as object[])[0];
    };
    expect(await row('ops')).toMatchObject({
      paidFen: 800_00,
      split: { parts: 2 },
      cart: null,
      payer: { name: '张三' },
    });
    expect(JSON.stringify(await row('finance'))).not.toContain('张三');
  });

  it('have no address for a part', async () => {
    for (const path of ['/v1/payments/Psplist001-S01', '/v1/payments/Psplist001-S01/evidence']) {
      expect((await api.call('GET', path, { as: 'ops' })).status).toBe(404);
    }
  });
});

describe('the method of a part', () => {
  const switching = (paymentId: string, partId: string, method: object) =>
    post(`/v1/payments/${paymentId}/parts/${partId}/charges`, { method });

  it('is switched at the account of the same payee, and the others stay as they are', async () => {
    await open('Pswpart001');
    const answer = await switching('Pswpart001', 'life', { channel: 'testpay', product: 'page' });
    expect(answer.status).toBe(201);
    const after = await read('Pswpart001');
    expect(after['parts']).toMatchObject([
      { method: qr, charge: { outTradeNo: 'Pswpart001S011', channel: 'testpay' } },
      {
        method: { channel: 'testpay-life', product: 'page' },
        charge: { outTradeNo: 'Pswpart001S022', channel: 'testpay-life', product: 'page' },
      },
    ]);
    expect(answer.body['parts']).toMatchObject([{ partId: 'property' }, { charge: { outTradeNo: 'Pswpart001S022' } }]);
    const { body } = await api.call('GET', '/v1/audit?target=Pswpart001', { as: 'auditor' });
    expect(body['acts']).toMatchObject([
      { act: 'switchMethod', outcome: 'accepted', detail: { partId: 'life', product: 'page' } },
    ]);
  });

  it('cannot go where its payee has no account, and not for a part that is paid or not there', async () => {
    await open('Pswpart002');
    expect(await switching('Pswpart002', 'life', { channel: 'plainpay', product: 'qr' })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/method/channel', detail: 'has no account of life', in: 'body' }] },
    });
    expect(await switching('Pswpart002', 'nobody', qr)).toMatchObject({ status: 404 });
    await pay('Pswpart002', 2);
    await becomes('Pswpart002', { status: 'partlyPaid' });
    expect(await switching('Pswpart002', 'life', { channel: 'testpay', product: 'page' })).toMatchObject({
      status: 409,
      body: { type: '/problems/already-paid', detail: 'Part life of payment Pswpart002 is paid.' },
    });
  });

  it('is not that of the whole, which names where its parts change theirs', async () => {
    await open('Pswpart003');
    const answer = await post('/v1/payments/Pswpart003/charges', { method: qr });
    expect(answer).toMatchObject({
      status: 409,
      body: {
        type: '/problems/not-possible-now',
        parts: ['/v1/payments/Pswpart003/parts/property/charges', '/v1/payments/Pswpart003/parts/life/charges'],
      },
    });
    const { body } = await api.call('GET', '/v1/audit?target=Pswpart003', { as: 'auditor' });
    expect(body['acts']).toMatchObject([{ act: 'switchMethod', outcome: 'rejected' }]);
  });
});

describe('a part that waits for a person', () => {
  const resolve = (paymentId: string, body: object) =>
    post(`/v1/payments/${paymentId}/resolution`, { reason: 'looked into it', ...body }, 'ops');
  const misfit = async (paymentId: string, partNos: readonly (1 | 2)[]) => {
    await open(paymentId);
    for (const partNo of partNos) {
      const [channel, no] = [partNo === 1 ? own : life, `${paymentId}S0${partNo}1`];
      const tradeNo = `T-${no}`;
      channel.outcomes.set(no, { kind: 'paid', paidFen: fen(1), tradeNo, paidAt: '2026-11-22T06:01:00.000Z' });
      await pay(paymentId, partNo, 1);
    }
    return becomes(paymentId, {
      status: 'needsAttention',
      attention: partNos.map(() => ({ reason: 'amountMismatch' })),
    });
  };

  it('is settled by its name where it is named or the only one', async () => {
    const waiting = await misfit('Pcase00001', [2]);
    expect(waiting['attention']).toMatchObject([{ partId: 'life', decisions: ['recheck', 'refund'] }]);
    expect(JSON.stringify(waiting['attention'])).not.toContain('workflowId');
    expect(await listed('status=needsAttention')).toContain('Pcase00001');
    expect(await resolve('Pcase00001', { decision: 'refund', partId: 'property' })).toMatchObject({
      status: 409,
      body: { type: '/problems/resolution-rejected', detail: 'Part property waits for no decision.' },
    });
    expect((await resolve('Pcase00001', { decision: 'refund' })).status).toBe(200);
    await becomes('Pcase00001', {
      status: 'refunded',
      refundedFen: 1,
      attention: [],
      parts: [{ status: 'closed' }, { status: 'refunded' }],
    });
    expect(await listed('status=needsAttention')).not.toContain('Pcase00001');
  });

  it('must be named where several wait', async () => {
    await misfit('Pcase00002', [1, 2]);
    const unnamed = await resolve('Pcase00002', { decision: 'refund' });
    expect(unnamed).toMatchObject({
      status: 422,
      body: {
        type: '/problems/case-not-named',
        detail: 'Name one of: part property, part life.',
        partIds: ['property', 'life'],
        refundIds: [],
      },
    });
    for (const partId of ['property', 'life']) {
      expect((await resolve('Pcase00002', { decision: 'refund', partId })).status).toBe(200);
    }
    await becomes('Pcase00002', { status: 'refunded', refundedFen: 2 });
  });

  it('is found by its refund, which waits in its place and is settled by its own name', async () => {
    life.refusedRefunds.add('Pcase00003S021R11');
    await open('Pcase00003');
    await pay('Pcase00003', 2);
    await becomes('Pcase00003', { status: 'partlyPaid' });
    await post('/v1/payments/Pcase00003/cancel', { reason: 'withdrawn' });
    const waiting = await becomes('Pcase00003', { attention: [{ reason: 'refundRefused' }] });
    expect(waiting['attention']).toMatchObject([{ partId: 'life', refundId: 'undo-S021' }]);
    expect(await listed('status=needsAttention')).toContain('Pcase00003');
    const decision = { decision: 'settledOutside', partId: 'life', refundId: 'undo-S021' };
    expect((await resolve('Pcase00003', decision)).status).toBe(200);
    await becomes('Pcase00003', { status: 'refunded', refundedFen: 480_00, attention: [] });
  });
});

describe('refunds after issue of a payment in parts', () => {
  const refund = (paymentId: string, body: object) =>
    post(`/v1/payments/${paymentId}/refunds`, { reason: 'endorsement', ...body });

  it('are of one part each, up to what that part was paid, under its own numbers', async () => {
    await issued('Prefpart01');
    const first = await refund('Prefpart01', { refundId: 'E1', amountFen: 480_00, partId: 'life' });
    expect(first).toMatchObject({
      status: 202,
      body: {
        paymentId: 'Prefpart01',
        partId: 'life',
        refundId: 'E1',
        outTradeNo: 'Prefpart01S021',
        refundNo: 'Prefpart01S021R11',
        links: { self: '/v1/payments/Prefpart01/refunds/E1' },
      },
    });
    const tooMuch = await refund('Prefpart01', { refundId: 'E2', amountFen: 1, partId: 'life' });
    expect(tooMuch).toMatchObject({ status: 422, body: { type: '/problems/refund-exceeds-paid', refundableFen: 0 } });
    expect((await refund('Prefpart01', { refundId: 'E3', amountFen: 1, partId: 'property' })).status).toBe(202);
    await becomes('Prefpart01', {
      status: 'issued',
      refundedFen: 480_01,
      parts: [{ refundedFen: 1 }, { refundedFen: 480_00 }],
      refunds: [{ partId: 'life' }, { partId: 'property' }],
    });
    const { body } = await api.call('GET', '/v1/payments/Prefpart01/refunds/E1', { as: 'finance' });
    expect(body).toMatchObject({ partId: 'life', status: 'refunded' });
  });

  it('must name a part that is there, as others may not', async () => {
    await issued('Prefpart02');
    const at = (detail: string) => ({ status: 422, body: { errors: [{ pointer: '/partId', detail, in: 'body' }] } });
    const none = await refund('Prefpart02', { refundId: 'E1', amountFen: 1 });
    expect(none).toMatchObject(at('must be one of property, life'));
    const unknown = await refund('Prefpart02', { refundId: 'E1', amountFen: 1, partId: 'nobody' });
    expect(unknown).toMatchObject(at('must be one of property, life'));
    await post('/v1/payments', aPaymentBody('Prefplain1'));
    const plain = await refund('Prefplain1', { refundId: 'E1', amountFen: 1, partId: 'life' });
    expect(plain).toMatchObject(at('is for payments in parts'));
    expect(
      await api.records.refunds.ofPayments(['Prefpart02', 'Prefpart02-S01', 'Prefpart02-S02', 'Prefplain1']),
    ).toEqual([]);
  });

  it('have ids that are unique within the whole payment', async () => {
    await issued('Prefpart03');
    const body = { refundId: 'E1', amountFen: 1, partId: 'life' };
    const first = await refund('Prefpart03', body);
    const again = await refund('Prefpart03', body);
    expect(again).toMatchObject({ status: 202, body: { refundNo: first.body['refundNo'] } });
    const conflict = { status: 409, body: { type: '/problems/refund-conflict' } };
    expect(await refund('Prefpart03', { ...body, amountFen: 2 })).toMatchObject(conflict);
    expect(await refund('Prefpart03', { ...body, partId: 'property' })).toMatchObject(conflict);
    expect(await api.records.refunds.ofPayments(['Prefpart03-S01'])).toEqual([]);
  });

  it('are not given before the whole is issued', async () => {
    await open('Prefpart04');
    await pay('Prefpart04', 2);
    await becomes('Prefpart04', { status: 'partlyPaid' });
    expect(await refund('Prefpart04', { refundId: 'E1', amountFen: 1, partId: 'life' })).toMatchObject({
      status: 409,
      body: { detail: 'Payment Prefpart04 is partlyPaid; only an issued one is refunded on request.' },
    });
  });
});

it('the book says the same as the records of everything above', async () => {
  const told: object[] = [];
  const compared = await compareWithRecords(mongoLedger(host.db), api.records, (problem) => told.push(problem));
  expect(told).toEqual([]);
  expect(compared).toBe(await host.db.collection('payments').countDocuments());
});
