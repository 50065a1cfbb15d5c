import { createHmac } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Core, IssueRequest } from '../../src/core/core.js';
import { httpCore } from '../../src/core/http/httpCore.js';
import { fen } from '../../src/domain/money.js';
import { json, scriptedCore, type ScriptedCore } from './scriptedCore.js';

/** For tests only: the base64 of "test-only-core-secret-24bytes". */
const secret = 'whsec_dGVzdC1vbmx5LWNvcmUtc2VjcmV0LTI0Ynl0ZXM=';
const now = () => new Date('2026-11-22T06:00:05.900Z');

const paymentId = 'P2026112200000001';
const request: IssueRequest = {
  paymentId,
  proposalNo: 'TP2026110001',
  amountFen: fen(1_280_00),
  paidAt: '2026-11-22T06:00:00.000Z',
  channel: 'alipay',
  outTradeNo: `${paymentId}C1`,
  channelTradeNo: '2026112222001',
};
const policy = { policyNo: 'PL2026000001', issuedAt: '2026-11-22T06:00:06.000Z' };

let server: ScriptedCore;
let core: Core;
beforeEach(async () => {
  server = await scriptedCore();
  core = httpCore({ url: server.url, secret, timeoutMs: 2_000, now });
});
afterEach(() => server.close());

const theRequest = () => {
  const [heard, ...more] = server.heard;
  if (heard === undefined || more.length > 0) throw new Error(`the core heard ${server.heard.length} requests`);
  return heard;
};

describe('what the core hears', () => {
  // The three signatures were computed with Python's hmac and base64 from the literal text signed.
  const signed = {
    issue: {
      base: 'issue-P2026112200000001.1795327205.{"paymentId":"P2026112200000001","proposalNo":"TP2026110001","amountFen":128000,"paidAt":"2026-11-22T06:00:00.000Z","channel":"alipay","outTradeNo":"P2026112200000001C1","channelTradeNo":"2026112222001"}',
      signature: 'v1,iwzJaEQYLH4fWfQrL+xY9Sg1VthVC129vcnevxu0OLc=',
    },
    query: {
      base: 'query-P2026112200000001.1795327205.',
      signature: 'v1,ZdY5t8wWnJ6eN4vH4g1bLD/WdbtpBlESgNj5nDVlNac=',
    },
    cancel: {
      base: 'cancel-P2026112200000001.1795327205.{"paymentId":"P2026112200000001","reason":"refund decided: 退保"}',
      signature: 'v1,AgNmbLbc2J4jPVh8EAfP3u+xC2/NEPJbNjOvIkzbZtU=',
    },
  };

  it('is a signed request to issue, naming the payment once and for all', async () => {
    server.answer(json(201, policy));
    await core.issue(request);
    const { method, url, headers, body } = theRequest();
    expect([method, url, headers['content-type']]).toEqual(['POST', '/policies', 'application/json']);
    expect(`${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`).toBe(signed.issue.base);
    expect(headers['webhook-signature']).toBe(signed.issue.signature);
  });

  it('is a signed question about the payment', async () => {
    server.answer(json(404, {}));
    await core.query(paymentId);
    const { method, url, headers, body } = theRequest();
    expect([method, url]).toEqual(['GET', `/policies?paymentId=${paymentId}`]);
    expect(`${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`).toBe(signed.query.base);
    expect(headers['webhook-signature']).toBe(signed.query.signature);
  });

  it('is a signed cancellation, under a policy number of whatever letters', async () => {
    server.answer(json(200, {}));
    await core.cancel({ policyNo: '粤/1 ?', paymentId, reason: 'refund decided: 退保' });
    const { method, url, headers, body } = theRequest();
    expect([method, url]).toEqual(['POST', '/policies/%E7%B2%A4%2F1%20%3F/cancel']);
    expect(`${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`).toBe(signed.cancel.base);
    expect(headers['webhook-signature']).toBe(signed.cancel.signature);
  });

  it('bears the same id and the same bytes when it is repeated, and a fresh signature for its own time', async () => {
    server.answer(json(503, {}));
    await core.issue(request);
    const minuteLater = httpCore({ url: server.url, secret, timeoutMs: 2_000, now: () => new Date(+now() + 60_000) });
    await minuteLater.issue({ ...request });
    const [first, second] = server.heard;
    expect(second?.body).toBe(first?.body);
    expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
    expect(second?.headers['webhook-timestamp']).toBe('1795327265');
    const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
    const base = `issue-${paymentId}.1795327265.${second?.body ?? ''}`;
    expect(second?.headers['webhook-signature']).toBe(`v1,${createHmac('sha256', key).update(base).digest('base64')}`);
  });

  it('is sent below a base URL that has a path, with or without a slash at its end', async () => {
    server.answer(json(201, policy));
    await httpCore({ url: `${server.url}/core/v2/`, secret, timeoutMs: 2_000 }).issue(request);
    expect(theRequest().url).toBe('/core/v2/policies');
  });
});

describe('what the core says to a request to issue', () => {
  it.each([200, 201])('is an issued policy when it says %d with one', async (status) => {
    server.answer(json(status, { ...policy, premium: 'of no interest' }));
    expect(await core.issue(request)).toEqual({ kind: 'issued', ...policy });
  });

  it('gives the time of issue in UTC, however the core writes it', async () => {
    server.answer(json(201, { ...policy, issuedAt: '2026-11-22T14:00:06+08:00' }));
    expect(await core.issue(request)).toEqual({ kind: 'issued', ...policy });
  });

  it('is a refusal when it says 422 with a code and a message', async () => {
    server.answer(json(422, { code: 'QUOTE_EXPIRED', message: 'the quote has expired' }));
    expect(await core.issue(request)).toEqual({
      kind: 'refused',
      code: 'QUOTE_EXPIRED',
      message: 'the quote has expired',
    });
  });

  it('is a refusal of bounded length', async () => {
    server.answer(json(422, { code: 'C', message: 'x'.repeat(10_000) }));
    const result = await core.issue(request);
    expect(result).toMatchObject({ kind: 'refused', code: 'C' });
    expect(result.kind === 'refused' && result.message.length).toBe(200);
  });

  const raw = (status: number, body: string | Buffer) => (res: ServerResponse) => {
    res.writeHead(status).end(body);
  };
  const proof = JSON.stringify(policy);
  it.each<[string, string, (res: ServerResponse) => void]>([
    ['malformedBody', 'a 200 without a body', raw(200, '')],
    ['malformedBody', 'a 200 with a page of HTML', raw(200, '<html>maintenance</html>')],
    ['malformedBody', 'a 201 without a policy number', json(201, { issuedAt: policy.issuedAt })],
    ['malformedBody', 'a 201 with an empty policy number', json(201, { ...policy, policyNo: '' })],
    ['malformedBody', 'a 201 with a policy number that is a number', json(201, { ...policy, policyNo: 1 })],
    ['malformedBody', 'a 201 issued at no time', json(201, { ...policy, issuedAt: 'yesterday' })],
    [
      'malformedBody',
      'a 201 issued in nobody knows which zone',
      json(201, { ...policy, issuedAt: '2026-11-22T06:00:06' }),
    ],
    ['malformedBody', 'a 201 with a list', json(201, [policy])],
    ['bodyTooLarge', 'a 201 with a policy and a megabyte', json(201, { ...policy, padding: 'x'.repeat(1_000_000) })],
    ['malformedRefusal', 'a 422 without a body', raw(422, '')],
    ['malformedRefusal', 'a 422 of a proxy', raw(422, 'Unprocessable Entity')],
    ['malformedRefusal', 'a 422 without a code', json(422, { message: 'no' })],
    ['malformedRefusal', 'a 422 without a message', json(422, { code: 'NO' })],
    ['http202', 'a 202, even with a policy', raw(202, proof)],
    ['http204', 'a 204', (res) => res.writeHead(204).end()],
    ['http302', 'a redirect, which is not followed', json(302, {}, { location: '/policies' })],
    ['http308', 'a permanent redirect', json(308, {}, { location: '/policies' })],
    ['http400', 'a 400 that looks like a refusal', json(400, { code: 'BAD', message: 'bad' })],
    ['http401', 'a 401', json(401, { code: 'wrongSignature', message: 'x' })],
    ['http404', 'a 404', json(404, { code: 'X', message: 'x' })],
    ['http409', 'a 409', json(409, { code: 'OTHER_CONTENT', message: 'x' })],
    ['http429', 'a 429', json(429, {})],
    ['http500', 'a 500, even with a policy', raw(500, proof)],
    ['http503', 'a 503', json(503, { code: 'X', message: 'x' })],
    ['unreachable', 'a connection that breaks before the answer', (res) => res.destroy()],
    [
      'unreachable',
      'a connection that breaks within the answer',
      (res) => {
        res.writeHead(201, { 'content-length': 1_000 }).write(proof);
        setImmediate(() => res.destroy());
      },
    ],
  ])('is unknown (%s) when it is %s', async (code, _, answer) => {
    server.answer(answer);
    expect(await core.issue(request)).toEqual({ kind: 'unknown', code });
    expect(server.heard).toHaveLength(1); // asking again is not the client's business
  });

  it.each<[string, (res: ServerResponse) => void]>([
    ['never begins', () => undefined],
    ['begins and never ends', (res) => res.writeHead(201).write(proof.slice(0, 10))],
  ])('is unknown (timeout) when an answer %s', async (_, answer) => {
    server.answer(answer);
    const hasty = httpCore({ url: server.url, secret, timeoutMs: 100 });
    expect(await hasty.issue(request)).toEqual({ kind: 'unknown', code: 'timeout' });
  });

  it('is unknown (unreachable) when nobody listens', async () => {
    await server.close();
    expect(await core.issue(request)).toEqual({ kind: 'unknown', code: 'unreachable' });
  });
});

describe('what the core says of a policy', () => {
  it('is that it was issued', async () => {
    server.answer(json(200, policy));
    expect(await core.query(paymentId)).toEqual({ kind: 'issued', ...policy });
  });

  it.each([
    ['a code', '{"code":"NOT_ISSUED","message":"none"}'],
    ['nothing', ''],
  ])('is that it was not issued, by 404 alone, with %s', async (_, body) => {
    server.answer((res) => res.writeHead(404).end(body));
    expect(await core.query(paymentId)).toEqual({ kind: 'notIssued' });
  });

  it('is nothing when something at a wrong address answers 404 with a page', async () => {
    server.answer((res) => res.writeHead(404).end('<html>no such page</html>'));
    expect(await core.query(paymentId)).toEqual({ kind: 'unknown', code: 'malformedNotFound' });
  });

  it.each<[number, unknown, string]>([
    [200, {}, 'malformedBody'],
    [201, policy, 'http201'],
    [410, {}, 'http410'],
    [422, { code: 'NO', message: 'no' }, 'http422'],
    [500, policy, 'http500'],
  ])('is nothing yet when it says %d with %j', async (status, body, code) => {
    server.answer(json(status, body));
    expect(await core.query(paymentId)).toEqual({ kind: 'unknown', code });
  });
});

describe('what the core says to a cancellation', () => {
  const cancel = () => core.cancel({ policyNo: policy.policyNo, paymentId, reason: 'surrender' });

  it('is that the policy is cancelled, by 200 alone', async () => {
    server.answer(json(200, {}));
    expect(await cancel()).toEqual({ kind: 'cancelled' });
  });

  it.each([202, 302, 404, 409, 422, 500])('is unknown when it says %d', async (status) => {
    server.answer(json(status, {}));
    expect(await cancel()).toEqual({ kind: 'unknown', code: `http${status}` });
  });
});
