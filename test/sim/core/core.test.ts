import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startCoreSim } from '../../../sim/core/startCoreSim.js';
import { webhookSignature } from '../../../sim/core/webhook.js';
import type { RunningSim } from '../../../sim/shared/loopbackServer.js';
import { callJson } from '../support/http.js';
import type { JsonAnswer } from '../support/http.js';

const SECRET = 'whsec_dGVzdC1vbmx5LXNlY3JldC1vZi10aGUtY29yZS1zaW0=';
const NOW = new Date('2030-01-01T02:00:00Z');
const TIMESTAMP = String(NOW.getTime() / 1000);

const request = {
  paymentId: 'P2030010100000001',
  proposalNo: 'TP2030010001',
  amountFen: 1280_00,
  paidAt: '2030-01-01T01:59:00.000Z',
  channel: 'alipay',
  outTradeNo: 'P2030010100000001C1',
  channelTradeNo: '2030010122001000000000000001',
};
const { paymentId } = request;

let core: RunningSim;
beforeEach(async () => {
  core = await startCoreSim({ port: 0, secret: SECRET, now: () => NOW });
});
afterEach(() => core.close());

async function signed(method: string, path: string, content?: unknown, headers: Record<string, string> = {}) {
  const body = content === undefined ? '' : JSON.stringify(content);
  const response = await fetch(core.url + path, {
    method,
    headers: {
      'content-type': 'application/json',
      'webhook-id': 'msg_1',
      'webhook-timestamp': TIMESTAMP,
      'webhook-signature': webhookSignature(`msg_1.${TIMESTAMP}.${body}`, SECRET),
      ...headers,
    },
    ...(content !== undefined && { body }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const issue = (change: object = {}) => signed('POST', '/policies', { ...request, ...change });
const query = () => signed('GET', `/policies?paymentId=${paymentId}`);
const cancel = (policyNo: unknown, by = paymentId) =>
  signed('POST', `/policies/${String(policyNo)}/cancel`, { paymentId: by, reason: 'customer withdrew' });
const fault = (rule: object) => callJson('POST', `${core.url}/control/faults`, rule);
const policies = async () => (await callJson('GET', `${core.url}/control/policies`)).body['policies'];
const seen = async () => (await callJson('GET', `${core.url}/control/payments/${paymentId}`)).body;

describe('issuing', () => {
  it('creates one policy per payment, and answers a repeat with the same', async () => {
    const first = await issue();
    expect(first).toMatchObject({ status: 201, body: { issuedAt: NOW.toISOString() } });
    expect(await issue()).toEqual({ status: 200, body: first.body });
    expect(await query()).toEqual({ status: 200, body: first.body });
    expect(await policies()).toMatchObject([
      { paymentId, policyNo: first.body['policyNo'], premiumFen: 1280_00, issueCalls: 2, cancelled: false },
    ]);
  });

  it('is refused as a conflict when the payment was sent before with other content', async () => {
    await issue();
    expect(await issue({ amountFen: 1280_01 })).toMatchObject({ status: 409 });
    expect(await policies()).toMatchObject([{ premiumFen: 1280_00 }]);
  });

  it.each([{ amountFen: 12.8 }, { amountFen: 0 }, { paidAt: 'yesterday' }, { paymentId: 'P-1' }, { payer: 'a name' }])(
    'of %j is invalid',
    async (change) => {
      expect(await issue(change)).toMatchObject({ status: 400 });
      expect(await policies()).toEqual([]);
    },
  );

  it('not done is answered 404 by the query', async () => {
    expect(await query()).toMatchObject({ status: 404 });
  });
});

describe('a request that is not signed as agreed', () => {
  const unsigned: [string, () => Promise<JsonAnswer>][] = [
    ['to issue', () => signed('POST', '/policies', request, { 'webhook-signature': 'v1,AAAA' })],
    ['to issue, too old', () => signed('POST', '/policies', request, { 'webhook-timestamp': '1893456000' })],
    ['to query', () => signed('GET', `/policies?paymentId=${paymentId}`, undefined, { 'webhook-id': 'msg_2' })],
    ['without any signature', () => callJson('POST', `${core.url}/policies`, request)],
  ];

  it.each(unsigned)('%s is turned away', async (_what, send) => {
    expect(await send()).toMatchObject({ status: 401 });
    expect(await policies()).toEqual([]);
  });
});

describe('cancelling', () => {
  it('ends the policy for good, and may be repeated', async () => {
    const { body } = await issue();
    expect(await cancel(body['policyNo'])).toMatchObject({ status: 200 });
    expect(await cancel(body['policyNo'])).toMatchObject({ status: 200 });
    expect(await query()).toMatchObject({ status: 404 });
    expect(await issue()).toMatchObject({ status: 422, body: { code: 'POLICY_CANCELLED' } });
    expect(await policies()).toMatchObject([{ cancelled: true }]);
  });

  it('needs the policy of that payment', async () => {
    const { body } = await issue();
    expect(await cancel('PD9')).toMatchObject({ status: 404 });
    expect(await cancel(body['policyNo'], 'P2030010100000002')).toMatchObject({ status: 409 });
    expect(await query()).toMatchObject({ status: 200 });
  });
});

describe('the core, by fault,', () => {
  it('refuses definitively: the refusal stays when the fault is gone', async () => {
    await fault({ fault: 'refuse', paymentId, code: 'QUOTE_EXPIRED', message: 'too late' });
    const refused = { status: 422, body: { code: 'QUOTE_EXPIRED', message: 'too late' } };
    expect(await issue()).toEqual(refused);
    expect(await issue()).toEqual(refused);
    expect(await policies()).toEqual([]);
    expect(await seen()).toMatchObject({ refusal: { code: 'QUOTE_EXPIRED' }, issueCalls: 2 });
  });

  it('does not take back a policy it has issued', async () => {
    await issue();
    await fault({ fault: 'refuse' });
    expect(await issue()).toMatchObject({ status: 200 });
  });

  it('is down for every payment until the fault is removed, and issues nothing meanwhile', async () => {
    const { body } = await fault({ fault: 'down', times: 0 });
    expect([(await issue()).status, (await query()).status, (await cancel('PD1')).status]).toEqual([503, 503, 503]);
    await callJson('DELETE', `${core.url}/control/faults/${String(body['id'])}`);
    expect(await issue()).toMatchObject({ status: 201 });
  });

  it('fails before the effect, or after it', async () => {
    await fault({ fault: 'failBeforeEffect' });
    expect(await issue()).toMatchObject({ status: 500 });
    expect(await query()).toMatchObject({ status: 404 });
    await fault({ fault: 'failAfterEffect' });
    expect(await issue()).toMatchObject({ status: 500 });
    expect(await query()).toMatchObject({ status: 200 });
  });

  it('issues and drops the connection, so that a repeat finds the policy', async () => {
    await fault({ fault: 'failAfterEffect', drop: true });
    await expect(issue()).rejects.toThrow('fetch failed');
    expect(await issue()).toMatchObject({ status: 200 });
    expect(await policies()).toHaveLength(1);
  });

  it('hangs and drops the connection without issuing', async () => {
    await fault({ fault: 'hang', delayMs: 10 });
    await expect(issue()).rejects.toThrow('fetch failed');
    expect(await policies()).toEqual([]);
  });

  it('is slow, but issues', async () => {
    await fault({ fault: 'slow', delayMs: 50 });
    const before = performance.now();
    expect(await issue()).toMatchObject({ status: 201 });
    expect(performance.now() - before).toBeGreaterThanOrEqual(45);
  });

  it('contradicts itself about the policy number', async () => {
    const { body } = await issue();
    await fault({ fault: 'conflictingAnswer', operation: 'query' });
    expect((await query()).body['policyNo']).not.toBe(body['policyNo']);
    expect((await query()).body['policyNo']).toBe(body['policyNo']);
  });

  it('troubles only the payments and operations asked for', async () => {
    await fault({ fault: 'down', prefix: 'Q', times: 0 });
    await fault({ fault: 'down', paymentId: 'P2030010100000002', times: 0 });
    await fault({ fault: 'down', operation: 'cancel', times: 0 });
    expect(await issue()).toMatchObject({ status: 201 });
    expect(await issue({ paymentId: 'Q2030010100000001' })).toMatchObject({ status: 503 });
    expect(await cancel('PD1')).toMatchObject({ status: 503 });
  });

  it('forgets everything on reset', async () => {
    await issue();
    await fault({ fault: 'down', times: 0 });
    await callJson('POST', `${core.url}/control/reset`);
    expect(await policies()).toEqual([]);
    expect(await query()).toMatchObject({ status: 404 });
  });
});
