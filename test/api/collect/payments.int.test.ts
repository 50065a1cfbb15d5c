import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { lateWorkflowId, paymentWorkflowId } from '../../../src/domain/ids.js';
import { fen } from '../../../src/domain/money.js';
import { temporalDevServer, testDatabase } from '../../support/parts.js';
import { aPaymentBody, startTestApi, temporalAway, type CallOptions, type TestApi } from '../testApi.js';
import { signed } from '../testChannel.js';
import { startTestWorker } from '../testWorker.js';

let database: Awaited<ReturnType<typeof testDatabase>>;
let temporal: Awaited<ReturnType<typeof temporalDevServer>>;
let connection: Connection;
let client: Client;
/** Never closed: a call that was given up may still try once more. */
const awayClient = temporalAway();
let api: TestApi;
let worker: Awaited<ReturnType<typeof startTestWorker>> | undefined;

beforeAll(async () => {
  [database, temporal] = await Promise.all([testDatabase(), temporalDevServer()]);
  connection = await Connection.connect({ address: temporal.address });
  client = new Client({ connection, namespace: temporal.namespace });
  api = await startTestApi(database.db, client);
});

afterAll(async () => {
  await api.stop();
  await worker?.stop();
  await connection.close();
  await temporal.stop();
  await database.drop();
});

const core = (body?: unknown): CallOptions => ({ as: 'core', ...(body === undefined ? {} : { body }) });
const ops = (body?: unknown): CallOptions => ({ as: 'ops', ...(body === undefined ? {} : { body }) });
const open = (paymentId: string, changes: object = {}) =>
  api.call('POST', '/v1/payments', core(aPaymentBody(paymentId, changes)));
const read = async (paymentId: string) => (await api.call('GET', `/v1/payments/${paymentId}`, ops())).body;
const reaches = (paymentId: string, status: string) =>
  vi.waitFor(
    async () => {
      const payment = await read(paymentId);
      expect(payment['status']).toBe(status);
      return payment;
    },
    { timeout: 20_000, interval: 50 },
  );
const paid = (paidFen: number) =>
  ({ kind: 'paid', paidFen: fen(paidFen), tradeNo: 'T1', paidAt: '2026-11-22T06:01:00.000Z' }) as const;
const issued = async (paymentId: string) => {
  expect((await open(paymentId)).status).toBe(201);
  expect((await api.callback(signed({ outTradeNo: `${paymentId}C1` }))).text).toBe('RECEIVED');
  return reaches(paymentId, 'issued');
};

describe('while no worker runs', () => {
  it('a payment is registered, started and still opening, and not ready is said', async () => {
    const quick = await startTestApi(database.db, client, ({ settings }) => ({
      settings: { ...settings, openWaitMs: 500 },
    }));
    const answer = await quick.call('POST', '/v1/payments', core(aPaymentBody('Pnoworker1')));
    expect(answer).toMatchObject({ status: 202, body: { status: 'opening', charge: null } });
    expect((await client.workflow.getHandle('payment/Pnoworker1').describe()).status.name).toBe('RUNNING');
    expect((await quick.call('GET', '/readyz')).body).toMatchObject({ parts: { temporal: 'ok', worker: 'away' } });
    await quick.stop();
  });

  it('the payment opens once a worker is there, and posting it again tells so', async () => {
    worker = await startTestWorker(database.db, { address: temporal.address, client }, api.channel);
    await reaches('Pnoworker1', 'awaitingPayment');
    const again = await open('Pnoworker1');
    expect(again).toMatchObject({ status: 200, body: { charge: { cashier: { kind: 'qr' } } } });
    expect((await api.call('GET', '/readyz')).body).toMatchObject({ ready: true });
  });
});

describe('a method', () => {
  it('that needs something of payer or till is refused without it, field by field', async () => {
    const counter = { method: { channel: 'testpay', product: 'counter' } };
    const answer = await open('Pneeds0001', counter);
    expect(answer.status).toBe(422);
    expect(answer.body['errors']).toEqual([
      { pointer: '/method/terminalId', in: 'body', detail: 'is needed for testpay counter' },
      { pointer: '/payer/openid', in: 'body', detail: 'is needed for testpay counter' },
    ]);
    const complete = {
      method: { ...counter.method, terminalId: 'T0000001' },
      payer: { openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o' },
    };
    expect((await open('Pneeds0002', complete)).status).toBe(201);
    const history = await client.workflow.getHandle('payment/Pneeds0002').fetchHistory();
    expect(JSON.stringify(history)).not.toContain(Buffer.from('oUpF8uMuAJO').toString('base64').slice(0, 12));
  });

  it('of a channel out of offer takes no new charge and names the others; what is open goes on', async () => {
    await open('Poffer0001');
    api.outOfOffer.add('testpay');
    try {
      const answer = await open('Poffer0002');
      expect(answer).toMatchObject({
        status: 503,
        body: { type: '/problems/channel-unavailable', alternatives: [] },
      });
      expect((await api.call('GET', '/v1/payments/Poffer0002', { as: 'core' })).status).toBe(404);
      expect((await open('Poffer0001')).status).toBe(200);
      const method = { channel: 'testpay', product: 'page' };
      const wish = { as: 'core' as const, body: { method } };
      expect((await api.call('POST', '/v1/payments/Poffer0001/charges', wish)).status).toBe(503);
      expect(await api.callback(signed({ outTradeNo: 'Poffer0001C1' }))).toMatchObject({ text: 'RECEIVED' });
      await reaches('Poffer0001', 'issued');
    } finally {
      api.outOfOffer.clear();
    }
  });
});

describe('opening', () => {
  it('answers with what the payer needs', async () => {
    const answer = await open('Popen00001');
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({
      paymentId: 'Popen00001',
      status: 'awaitingPayment',
      amountFen: 1_280_00,
      paidFen: 0,
      refundedFen: 0,
      charge: {
        outTradeNo: 'Popen00001C1',
        channel: 'testpay',
        product: 'qr',
        cashier: { kind: 'qr', code: 'https://pay.example/Popen00001C1' },
      },
      expiresAt: expect.stringMatching(/^2.*Z$/) as string,
      links: {
        self: '/v1/payments/Popen00001',
        temporal: 'http://ui.example:8233/namespaces/default/workflows/payment%2FPopen00001',
      },
    });
  });

  it('answers a repeat with the same payment, even when many come at once', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => open('Prepeat001')));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 201]));
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
  });

  it('answers a repeat that comes after the expiry it names with the payment, not with a complaint', async () => {
    const expiresAt = new Date(Date.now() + 120_000).toISOString();
    await open('Pexpired01', { expiresAt });
    const later = await startTestApi(database.db, client, () => ({ now: () => new Date(Date.now() + 3_600_000) }));
    const answer = await later.call('POST', '/v1/payments', core(aPaymentBody('Pexpired01', { expiresAt })));
    expect(answer.status).toBe(200);
    await later.stop();
  });

  it('tells when the channel refuses, and closes the payment', async () => {
    api.channel.refuses.add('Prefused01C1');
    const answer = await open('Prefused01');
    expect(answer).toMatchObject({
      status: 422,
      body: { type: '/problems/channel-refused', code: 'PRODUCT_NOT_SIGNED' },
    });
    await reaches('Prefused01', 'closed');
    expect((await open('Prefused01')).status).toBe(200);
  });
});

describe('a callback', () => {
  it('makes a payment paid and issued, and is kept as evidence', async () => {
    const payment = await issued('Pcallback1');
    expect(payment).toMatchObject({
      paidFen: 1_280_00,
      policyNo: 'POLPcallback1',
      charges: [{ outTradeNo: 'Pcallback1C1', status: 'paid', tradeNo: 'T-Pcallback1C1' }],
      evidence: [{ source: 'callback', outcome: 'paid', paidFen: 1_280_00, signature: 'valid', rejected: null }],
    });
    expect(JSON.stringify(payment)).not.toContain('sign"');
  });

  it('is taken once, however often it comes', async () => {
    await open('Prepeated1');
    const body = signed({ outTradeNo: 'Prepeated1C1' });
    const answers = await Promise.all(Array.from({ length: 6 }, () => api.callback(body)));
    expect(answers.map(({ text }) => text)).toEqual(Array<string>(6).fill('RECEIVED'));
    await reaches('Prepeated1', 'issued');
    expect((await api.callback(body)).text).toBe('RECEIVED');
    expect((await read('Prepeated1'))['evidence']).toHaveLength(1);
  });

  it('that says again what an ended payment has on record starts nothing', async () => {
    await issued('Pcorrobor1');
    await client.workflow.getHandle(paymentWorkflowId('Pcorrobor1')).result();
    expect((await api.callback(signed({ outTradeNo: 'Pcorrobor1C1', id: 'another-notice' }))).text).toBe('RECEIVED');
    await expect(client.workflow.getHandle(lateWorkflowId('Pcorrobor1C1')).describe()).rejects.toThrow();
    expect((await read('Pcorrobor1'))['evidence']).toHaveLength(2);
  });

  it('of a refund we did not ask for is taken, kept, and tells somebody', async () => {
    await issued('Pforeign01');
    const notice = {
      id: 'foreign-refund',
      kind: 'refund',
      outTradeNo: 'Pforeign01C1',
      refundNo: 'made-in-the-console',
    } as const;
    expect((await api.callback(signed(notice))).text).toBe('RECEIVED');
    expect((await read('Pforeign01'))['evidence']).toHaveLength(2);
    const { body: metrics } = await api.call('GET', '/metrics');
    expect(metrics['text']).toContain('callbacks_total{channel="testpay",result="foreignRefund"} 1');
  });

  it('with money for a closed payment starts the late payment, which gives it back', async () => {
    await open('Plate00001');
    await api.call('POST', '/v1/payments/Plate00001/cancel', core({ reason: 'withdrawn' }));
    await client.workflow.getHandle(paymentWorkflowId('Plate00001')).result();
    expect((await api.callback(signed({ outTradeNo: 'Plate00001C1' }))).text).toBe('RECEIVED');
    await client.workflow.getHandle(lateWorkflowId('Plate00001C1')).result();
    expect(await read('Plate00001')).toMatchObject({ refundedFen: 1_280_00, refunds: [{ origin: 'late' }] });
    expect((await api.callback(signed({ outTradeNo: 'Plate00001C1', id: 'again' }))).text).toBe('RECEIVED');
  });

  it('with money in the very moment in which the payment closes is money all the same', async () => {
    const paymentIds = Array.from({ length: 8 }, (_none, n) => `Pmoment00${n}`);
    await Promise.all(paymentIds.map((paymentId) => open(paymentId)));
    const ends = paymentIds.map(async (paymentId) => {
      await api.call('POST', `/v1/payments/${paymentId}/cancel`, core({ reason: 'withdrawn' }));
      await reaches(paymentId, 'closed');
      expect((await api.callback(signed({ outTradeNo: `${paymentId}C1` }))).text).toBe('RECEIVED');
      await vi.waitFor(
        async () => {
          expect(await read(paymentId)).toMatchObject({ paidFen: 1_280_00, refundedFen: 1_280_00 });
        },
        { timeout: 20_000 },
      );
    });
    await Promise.all(ends);
  });

  const untrue: [string, (outTradeNo: string) => string, string][] = [
    ['a bad signature', (outTradeNo) => signed({ outTradeNo }).replace(/"sign":"./, '"sign":"!'), 'badSignature'],
    ['an altered amount', (outTradeNo) => signed({ outTradeNo }).replace('128000', '1'), 'badSignature'],
    ['another merchant', (outTradeNo) => signed({ outTradeNo, merchantId: 'M0002' }), 'wrongMerchant'],
    ['an order nobody knows', () => signed({ outTradeNo: 'Punknown01C1' }), 'unknownOrder'],
    ['bytes that are no notice', () => '%%%', 'malformed'],
  ];
  for (const [what, forge, reason] of untrue) {
    it(`with ${what} is answered as failed, kept as an attempt, and moves nothing`, async () => {
      const paymentId = `Puntrue${reason.slice(0, 6)}${String(what.length)}`;
      await open(paymentId);
      expect((await api.callback(forge(`${paymentId}C1`))).text).toBe('AGAIN');
      expect(await read(paymentId)).toMatchObject({ status: 'awaitingPayment', evidence: [] });
      const { rows } = await api.records.evidence.list({ rejected: true }, { limit: 50, cursor: null });
      expect(rows.map(({ rejected }) => rejected)).toContain(reason);
    });
  }

  it('with another amount than was asked waits for a person', async () => {
    await open('Pamount001');
    expect((await api.callback(signed({ outTradeNo: 'Pamount001C1', paidFen: 1 }))).text).toBe('RECEIVED');
    const payment = await reaches('Pamount001', 'needsAttention');
    expect(payment['attention']).toMatchObject([{ reason: 'amountMismatch', decisions: ['recheck', 'refund'] }]);
  });

  it('is asked for again while Temporal is away, and delivered when it is repeated', async () => {
    await open('Paway00002');
    const away = await startTestApi(database.db, awayClient);
    const body = signed({ outTradeNo: 'Paway00002C1' });
    expect((await away.callback(body)).text).toBe('AGAIN');
    expect(await read('Paway00002')).toMatchObject({ status: 'awaitingPayment', evidence: [{ outcome: 'paid' }] });
    expect((await api.callback(body)).text).toBe('RECEIVED');
    await reaches('Paway00002', 'issued');
    await away.stop();
  });

  it('is asked for again while MongoDB is away', async () => {
    const away = await startTestApi(database.db, client, ({ charges }) => ({
      charges: { ...charges, find: () => Promise.reject(new Error('no server')) },
    }));
    expect((await away.callback(signed({ outTradeNo: 'Popen00001C1' }))).text).toBe('AGAIN');
    await away.stop();
  });

  it('that is too large is answered in the channel’s own form, and one for no channel is not found', async () => {
    expect(await api.callback('x'.repeat(70_000))).toEqual({ status: 200, text: 'AGAIN' });
    expect((await api.callback('{}', 'nochannel')).status).toBe(404);
  });
});

describe('what callers may ask of a payment under way', () => {
  it('switches the method: the old charge is closed, the new one can be paid', async () => {
    await open('Pswitch001');
    const path = '/v1/payments/Pswitch001/charges';
    const answer = await api.call('POST', path, core({ method: { channel: 'testpay', product: 'page' } }));
    expect(answer).toMatchObject({ status: 201, body: { charge: { outTradeNo: 'Pswitch001C2', product: 'page' } } });
    expect((await read('Pswitch001'))['charges']).toMatchObject([{ status: 'closed' }, { status: 'open' }]);
  });

  it('does not switch a payment that was paid', async () => {
    await issued('Pswitch002');
    const path = '/v1/payments/Pswitch002/charges';
    const answer = await api.call('POST', path, core({ method: { channel: 'testpay', product: 'page' } }));
    expect(answer).toMatchObject({ status: 409, body: { type: '/problems/already-paid' } });
  });

  it('cancels, and answers a second time with how it ended', async () => {
    await open('Pcancel002');
    const cancel = () => api.call('POST', '/v1/payments/Pcancel002/cancel', core({ reason: 'withdrawn' }));
    expect((await cancel()).status).toBe(202);
    await reaches('Pcancel002', 'closed');
    expect(await cancel()).toMatchObject({ status: 202, body: { status: 'closed' } });
  });

  it('asks the channel at once, and the answer counts like a callback', async () => {
    await open('Pquery0001');
    api.channel.outcomes.set('Pquery0001C1', paid(1_280_00));
    expect((await api.call('POST', '/v1/payments/Pquery0001/query', ops())).status).toBe(202);
    expect(await reaches('Pquery0001', 'issued')).toMatchObject({ evidence: [{ source: 'query', outcome: 'paid' }] });
    const ended = await api.call('POST', '/v1/payments/Pquery0001/query', ops());
    expect(ended).toMatchObject({ status: 409, body: { type: '/problems/already-paid' } });
  });

  it('settles a case by a decision that fits, and keeps who tried what', async () => {
    await open('Pattent001');
    api.channel.outcomes.set('Pattent001C1', paid(1));
    await api.callback(signed({ outTradeNo: 'Pattent001C1', tradeNo: 'T1', paidFen: 1 }));
    await reaches('Pattent001', 'needsAttention');
    const path = '/v1/payments/Pattent001/resolution';
    const unfit = await api.call('POST', path, ops({ decision: 'retryIssue', reason: 'why not' }));
    expect(unfit).toMatchObject({ status: 409, body: { type: '/problems/resolution-rejected' } });
    const fit = await api.call('POST', path, ops({ decision: 'refund', reason: 'customer agreed' }));
    expect(fit.status).toBe(200);
    const acts = await api.call('GET', '/v1/audit?target=Pattent001', { as: 'auditor' });
    expect(acts.body['acts']).toMatchObject([
      { act: 'resolution', actor: 'ops-system', outcome: 'accepted', detail: { decision: 'refund' } },
      { act: 'resolution', actor: 'ops-system', outcome: 'rejected', detail: { decision: 'retryIssue' } },
    ]);
    expect(await reaches('Pattent001', 'refunded')).toMatchObject({ refundedFen: 1, attention: [] });
  });

  it('has nothing to settle where nothing waits', async () => {
    const path = '/v1/payments/Popen00001/resolution';
    const answer = await api.call('POST', path, ops({ decision: 'recheck', reason: 'curious' }));
    expect(answer).toMatchObject({ status: 409, body: { type: '/problems/resolution-rejected' } });
  });
});

describe('refunds after issue', () => {
  const refund = (paymentId: string, body: object) =>
    api.call('POST', `/v1/payments/${paymentId}/refunds`, core({ reason: 'endorsement', ...body }));

  it('give money back in parts, up to what was paid', async () => {
    await issued('Prefund001');
    const first = await refund('Prefund001', { refundId: 'E1', amountFen: 80_000 });
    expect(first).toMatchObject({ status: 202, body: { refundId: 'E1', amountFen: 80_000, origin: 'core' } });
    const tooMuch = await refund('Prefund001', { refundId: 'E2', amountFen: 48_001 });
    expect(tooMuch).toMatchObject({
      status: 422,
      body: { type: '/problems/refund-exceeds-paid', refundableFen: 48_000 },
    });
    expect((await refund('Prefund001', { refundId: 'E2', amountFen: 48_000 })).status).toBe(202);
    await vi.waitFor(
      async () => {
        expect((await read('Prefund001'))['refundedFen']).toBe(1_280_00);
      },
      { timeout: 20_000 },
    );
    const done = await api.call('GET', '/v1/payments/Prefund001/refunds/E1', { as: 'finance' });
    expect(done.body).toMatchObject({ status: 'refunded' });
  });

  it('are the same refund for the same body, and a conflict for another', async () => {
    await issued('Prefund002');
    const first = await refund('Prefund002', { refundId: 'E1', amountFen: 100 });
    const again = await refund('Prefund002', { refundId: 'E1', amountFen: 100 });
    expect(again.status).toBe(202);
    expect(again.body['refundNo']).toBe(first.body['refundNo']);
    const other = await refund('Prefund002', { refundId: 'E1', amountFen: 200 });
    expect(other).toMatchObject({ status: 409, body: { type: '/problems/refund-conflict' } });
    expect((await read('Prefund002'))['refunds']).toHaveLength(1);
  });

  it('are not given for a payment that is not issued', async () => {
    const answer = await refund('Popen00001', { refundId: 'E1', amountFen: 1 });
    expect(answer).toMatchObject({ status: 409, body: { type: '/problems/not-possible-now' } });
  });

  it('that the channel refuses wait for a person, who must name one of several', async () => {
    await issued('Prefund003');
    api.channel.refusedRefunds.add('Prefund003C1R1').add('Prefund003C1R2');
    await refund('Prefund003', { refundId: 'E1', amountFen: 100 });
    await refund('Prefund003', { refundId: 'E2', amountFen: 200 });
    await vi.waitFor(
      async () => {
        expect((await read('Prefund003'))['attention']).toHaveLength(2);
      },
      { timeout: 20_000 },
    );
    const path = '/v1/payments/Prefund003/resolution';
    const decision = { decision: 'settledOutside', reason: 'paid in cash' };
    const unnamed = await api.call('POST', path, ops(decision));
    expect(unnamed).toMatchObject({ status: 422, body: { type: '/problems/case-not-named', refundIds: ['E1', 'E2'] } });
    expect((await api.call('POST', path, ops({ ...decision, refundId: 'E2' }))).status).toBe(200);
    await vi.waitFor(
      async () => {
        expect((await read('Prefund003'))['refundedFen']).toBe(200);
      },
      { timeout: 20_000 },
    );
    expect((await read('Prefund003'))['attention']).toMatchObject([{ refundId: 'E1', reason: 'refundRefused' }]);
  });
});
