import { describe, expect, it, vi } from 'vitest';
import type { Role } from '../../../src/records/apiKeys.js';
import { aPaymentBody } from '../testApi.js';
import { signed } from '../testChannel.js';
import { apiWithWorker } from '../hosted.js';

const host = apiWithWorker();
const { api } = host;

const get = (path: string, as: Role = 'auditor') => api.call('GET', path, { as });
const replay = (evidenceId: string, reason = 'unheard') =>
  api.call('POST', `/v1/evidence/${evidenceId}/replay`, { as: 'ops', body: { reason } });
const reaches = (paymentId: string, status: string) =>
  vi.waitFor(
    async () => {
      expect((await get(`/v1/payments/${paymentId}`)).body['status']).toBe(status);
    },
    { timeout: 20_000, interval: 50 },
  );
const open = async (paymentId: string) => {
  const { status } = await api.call('POST', '/v1/payments', { as: 'core', body: aPaymentBody(paymentId) });
  expect(status).toBe(201);
};
const issued = async (paymentId: string) => {
  await open(paymentId);
  await api.callback(signed({ outTradeNo: `${paymentId}C1` }));
  await reaches(paymentId, 'issued');
};
const evidenceOf = async (paymentId: string) => {
  const { body } = await get(`/v1/payments/${paymentId}/evidence`);
  return body['evidence'] as { evidenceId: string; source: string }[];
};
const callbackOf = async (paymentId: string): Promise<string> => {
  const found = (await evidenceOf(paymentId)).find(({ source }) => source === 'callback');
  if (found === undefined) throw new Error(`no callback of ${paymentId} is kept`);
  return found.evidenceId;
};
const stored = () => host.db.collection<{ _id: string }>('evidence');
/** Everything that is on record about a payment's money. */
const onRecord = async (paymentId: string) => {
  const { body } = await get(`/v1/payments/${paymentId}`);
  const journals = await host.db.collection('journals').find({ paymentId }).toArray();
  return { body, journals };
};

describe('evidence of a payment', () => {
  it('is listed with what was read, what was received and when a workflow had it', async () => {
    await issued('Pevidence1');
    const evidence = await evidenceOf('Pevidence1');
    expect(evidence).toMatchObject([
      {
        source: 'callback',
        channel: 'testpay',
        paymentId: 'Pevidence1',
        outTradeNo: 'Pevidence1C1',
        outcome: 'paid',
        paidFen: 1_280_00,
        signature: 'valid',
        keyId: 'test-key',
        rejected: null,
        notificationId: 'N-Pevidence1C1',
      },
    ]);
    expect(JSON.stringify(evidence)).not.toContain('content');
  });

  it('is not found for a payment that is not there', async () => {
    expect(await get('/v1/payments/Pnobody001/evidence')).toMatchObject({
      status: 404,
      body: { type: '/problems/not-found' },
    });
  });

  it('is shown with its bytes as received, verified once more, and the look is on record', async () => {
    await issued('Pbytes0001');
    const evidenceId = await callbackOf('Pbytes0001');
    const { body } = await get(`/v1/evidence/${evidenceId}`, 'finance');
    const sent = signed({ outTradeNo: 'Pbytes0001C1' });
    expect(body).toMatchObject({
      bodyText: sent,
      bodyBase64: Buffer.from(sent).toString('base64'),
      url: '/v1/callbacks/testpay',
      verification: { bytes: 'asReceived', signature: 'valid', keyId: 'test-key', agrees: true },
    });
    const { body: audit } = await get(`/v1/audit?target=${evidenceId}`);
    expect(audit).toMatchObject({
      acts: [
        { act: 'readEvidence', actor: 'finance-system', outcome: 'accepted', detail: { paymentId: 'Pbytes0001' } },
      ],
    });
  });

  it('that was changed in the database says so', async () => {
    await issued('Pchanged01');
    const evidenceId = await callbackOf('Pchanged01');
    const other = Buffer.from(signed({ outTradeNo: 'Pchanged01C1', paidFen: 1 }));
    await stored().updateOne({ _id: evidenceId }, { $set: { body: other } });
    expect((await get(`/v1/evidence/${evidenceId}`)).body).toMatchObject({
      verification: { bytes: 'altered', signature: null, agrees: null },
    });
    expect(await replay(evidenceId)).toMatchObject({ status: 409, body: { type: '/problems/not-replayable' } });
  });

  it('that was changed together with its hash no longer carries its signature', async () => {
    await issued('Pchanged02');
    const evidenceId = await callbackOf('Pchanged02');
    const forged = Buffer.from(signed({ outTradeNo: 'Pchanged02C1' }).replace('128000', '128001'));
    const { createHash } = await import('node:crypto');
    const bodySha256 = createHash('sha256').update(forged).digest('hex');
    await stored().updateOne({ _id: evidenceId }, { $set: { body: forged, bodySha256 } });
    expect((await get(`/v1/evidence/${evidenceId}`)).body).toMatchObject({
      verification: { bytes: 'asReceived', signature: 'invalid', keyId: null, agrees: false },
    });
    expect(await replay(evidenceId)).toMatchObject({
      status: 409,
      body: { type: '/problems/evidence-not-believed', rejected: 'badSignature' },
    });
  });

  it('of a channel that is no longer configured is shown and cannot be checked', async () => {
    await issued('Pgone00001');
    const evidenceId = await callbackOf('Pgone00001');
    await stored().updateOne({ _id: evidenceId }, { $set: { channel: 'oldpay' } });
    expect((await get(`/v1/evidence/${evidenceId}`)).body).toMatchObject({
      verification: { bytes: 'asReceived', signature: null, detail: expect.stringContaining('oldpay') as string },
    });
    expect(await replay(evidenceId)).toMatchObject({ status: 409, body: { type: '/problems/not-possible-now' } });
  });
});

describe('the list of evidence', () => {
  it('shows what was not believed, page by page, newest first', async () => {
    await open('Plisted001');
    const forged = ['1', '2', '3'].map((tradeNo) =>
      signed({ outTradeNo: 'Plisted001C1', tradeNo }).replace('128000', '1'),
    );
    for (const body of forged) expect((await api.callback(body)).text).toBe('AGAIN');
    const first = (await get('/v1/evidence?rejected=true&channel=testpay&limit=2')).body;
    const page = first['evidence'] as { rejected: string; receivedAt: string }[];
    expect(page.map(({ rejected }) => rejected)).toEqual(['badSignature', 'badSignature']);
    const second = (await get(`/v1/evidence?rejected=true&limit=2&cursor=${String(first['next'])}`)).body;
    const times = [...page, ...(second['evidence'] as typeof page)].map(({ receivedAt }) => receivedAt);
    expect(times).toEqual([...times].sort().reverse());
    expect(times.length).toBe(3);
    const believed = (await get('/v1/evidence?rejected=false')).body['evidence'] as { rejected: string | null }[];
    expect(believed.length).toBeGreaterThan(0);
    expect(believed.every(({ rejected }) => rejected === null)).toBe(true);
  });

  it('refuses a filter it does not know, and a cursor it never gave out', async () => {
    for (const query of ['rejected=perhaps', 'colour=red', 'cursor=nonsense', 'limit=0']) {
      expect(await get(`/v1/evidence?${query}`)).toMatchObject({ status: 422, body: { type: '/problems/validation' } });
    }
  });
});

describe('a replay', () => {
  it('of a callback whose payment is issued changes nothing, however often', async () => {
    await issued('Preplay001');
    const evidenceId = await callbackOf('Preplay001');
    const before = await onRecord('Preplay001');
    for (const reason of ['once', 'twice', 'three times']) {
      expect(await replay(evidenceId, reason)).toMatchObject({
        status: 200,
        body: { evidenceId, result: 'delivered' },
      });
    }
    expect(await onRecord('Preplay001')).toEqual(before);
    const { body: audit } = await get(`/v1/audit?target=${evidenceId}`);
    expect(audit['acts']).toMatchObject(
      ['three times', 'twice', 'once'].map((reason) => ({
        act: 'replayEvidence',
        actor: 'ops-system',
        outcome: 'accepted',
        detail: { reason, paymentId: 'Preplay001' },
      })),
    );
  });

  it('of a callback that was kept and never reached its workflow brings the payment on', async () => {
    await open('Punheard01');
    // As a crash between keeping and delivering leaves it.
    const body = Buffer.from(signed({ outTradeNo: 'Punheard01C1' }));
    const { channel } = api;
    const reading = channel.readNotification({ body });
    if (reading.kind !== 'charge') throw new Error('not read as a payment');
    const { outTradeNo, merchantId, outcome, notificationId, signature, keyId } = reading;
    const receivedAt = new Date().toISOString();
    const { evidenceIdOf } = await import('../../../src/records/evidenceId.js');
    const identity = { channel: 'testpay', source: 'callback', outTradeNo, notificationId } as const;
    const evidenceId = evidenceIdOf({ ...identity, body });
    await api.records.evidence.keep({
      ...identity,
      evidenceId,
      paymentId: 'Punheard01',
      evidence: { evidenceId, source: 'callback', outTradeNo, merchantId, outcome, observedAt: receivedAt },
      body,
      url: '/v1/callbacks/testpay',
      headers: {},
      signature,
      keyId,
      rejected: null,
      receivedAt,
    });
    expect(await replay(evidenceId)).toMatchObject({ status: 200, body: { result: 'delivered' } });
    await reaches('Punheard01', 'issued');
    const kept = await api.records.evidence.find(evidenceId);
    expect(kept?.deliveredAt).not.toBeNull();
  });

  it('of what was rejected is rejected again, and by its own name', async () => {
    await open('Pforged001');
    await api.callback(signed({ outTradeNo: 'Pforged001C1' }).replace('128000', '1'));
    const { body } = await get('/v1/evidence?rejected=true&limit=1');
    const [forged] = body['evidence'] as { evidenceId: string }[];
    expect(await replay(forged?.evidenceId ?? '')).toMatchObject({
      status: 409,
      body: { type: '/problems/evidence-not-believed', rejected: 'badSignature' },
    });
    expect((await get('/v1/payments/Pforged001')).body['status']).toBe('awaitingPayment');
  });

  it('of a rejected body that was too long to keep is not tried', async () => {
    await api.callback(`{"content":{"outTradeNo":"${'x'.repeat(20_000)}"}}`);
    const { body } = await get('/v1/evidence?rejected=true&limit=1');
    const [cut] = body['evidence'] as { evidenceId: string }[];
    expect((await get(`/v1/evidence/${cut?.evidenceId ?? ''}`)).body).toMatchObject({ verification: { bytes: 'cut' } });
    expect(await replay(cut?.evidenceId ?? '')).toMatchObject({ body: { type: '/problems/not-replayable' } });
  });

  it('of an answer to a query is refused: the channel can be asked', async () => {
    await open('Panswer001');
    await api.call('POST', '/v1/payments/Panswer001/query', { as: 'ops' });
    const answer = await vi.waitFor(async () => {
      const found = (await evidenceOf('Panswer001')).find(({ source }) => source === 'query');
      if (found === undefined) throw new Error('no answer is kept yet');
      return found;
    });
    expect(await replay(answer.evidenceId)).toMatchObject({ status: 409, body: { type: '/problems/not-replayable' } });
  });

  it('needs a reason, and an evidence that is there', async () => {
    expect(await replay('nothing0')).toMatchObject({ status: 404, body: { type: '/problems/not-found' } });
    const { status, body } = await api.call('POST', '/v1/evidence/nothing0/replay', { as: 'ops', body: {} });
    expect({ status, body }).toMatchObject({ status: 422, body: { errors: [{ pointer: '/reason' }] } });
  });
});

it('the channels are listed with what each way to pay needs to know', async () => {
  api.outOfOffer.add('testpay');
  const { body } = await get('/v1/channels', 'core');
  api.outOfOffer.delete('testpay');
  expect(body).toEqual({
    channels: [
      {
        channel: 'testpay',
        inOffer: false,
        merchantId: 'M0001',
        products: [
          { product: 'qr', needs: [] },
          { product: 'page', needs: [] },
          { product: 'counter', needs: ['method.terminalId', 'payer.openid'] },
        ],
      },
    ],
    payees: [],
  });
});
