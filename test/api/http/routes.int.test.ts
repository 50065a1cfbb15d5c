import { request as httpRequest } from 'node:http';
import type { Express } from 'express';
import { describe, expect, it } from 'vitest';
import { documentOfAll } from '../../../src/api/endpoints.js';
import { roles } from '../../../src/records/apiKeys.js';
import { aPayment } from '../../records/examples.js';
import { aPaymentBody, keyOf, testTerms, type CallOptions } from '../testApi.js';
import { apiWithoutTemporal } from '../hosted.js';

const { api } = apiWithoutTemporal();

/** Every call with a key, with a request that is right in form, and who may make it. */
const calls: { method: string; path: string; body?: object; allowed: readonly string[] }[] = [
  { method: 'POST', path: '/v1/payments', body: aPaymentBody('Proles001'), allowed: ['core'] },
  { method: 'GET', path: '/v1/payments', allowed: roles },
  { method: 'GET', path: '/v1/payments/Pnobody001', allowed: roles },
  {
    method: 'POST',
    path: '/v1/payments/Pnobody001/charges',
    body: { method: { channel: 'testpay', product: 'page' } },
    allowed: ['core'],
  },
  { method: 'POST', path: '/v1/payments/Pnobody001/cancel', body: { reason: 'withdrawn' }, allowed: ['core'] },
  { method: 'POST', path: '/v1/payments/Pnobody001/query', allowed: ['ops'] },
  {
    method: 'POST',
    path: '/v1/payments/Pnobody001/resolution',
    body: { decision: 'recheck', reason: 'asked the channel' },
    allowed: ['ops'],
  },
  {
    method: 'POST',
    path: '/v1/payments/Pnobody001/refunds',
    body: { refundId: 'E1', amountFen: 1, reason: 'endorsement' },
    allowed: ['core'],
  },
  { method: 'GET', path: '/v1/payments/Pnobody001/refunds/E1', allowed: roles },
  {
    method: 'POST',
    path: '/v1/payments/Pnobody001/parts/life/charges',
    body: { method: { channel: 'testpay', product: 'page' } },
    allowed: ['core'],
  },
  {
    method: 'POST',
    path: '/v1/carts',
    body: {
      cartId: 'Kroles0001',
      items: [{ paymentId: 'Kroles0001A', proposalNo: 'TP1', productCode: 'AUTO-CI', amountFen: 1 }],
      currency: 'CNY',
      subject: '保险费',
      method: { channel: 'testpay', product: 'qr' },
    },
    allowed: ['core'],
  },
  { method: 'GET', path: '/v1/carts/Knobody001', allowed: roles },
  { method: 'POST', path: '/v1/carts/Knobody001/cancel', body: { reason: 'withdrawn' }, allowed: ['core'] },
  { method: 'POST', path: '/v1/carts/Knobody001/query', allowed: ['ops'] },
  { method: 'GET', path: '/v1/payments/Pnobody001/evidence', allowed: ['ops', 'finance', 'auditor'] },
  { method: 'GET', path: '/v1/evidence', allowed: ['ops', 'finance', 'auditor'] },
  { method: 'GET', path: '/v1/evidence/e0', allowed: ['ops', 'finance', 'auditor'] },
  { method: 'POST', path: '/v1/evidence/e0/replay', body: { reason: 'unheard' }, allowed: ['ops'] },
  { method: 'GET', path: '/v1/channels', allowed: roles },
  { method: 'GET', path: '/v1/ledger/accounts', allowed: ['finance', 'auditor'] },
  { method: 'GET', path: '/v1/ledger/journals?bookDate=2026-11-22', allowed: ['finance', 'auditor'] },
  { method: 'GET', path: '/v1/ledger/trial-balance?date=2026-11-22', allowed: ['finance', 'auditor'] },
  { method: 'GET', path: '/v1/settlements/expected?date=2026-11-22', allowed: ['finance', 'auditor'] },
  {
    method: 'GET',
    path: '/v1/coinsurance/statements?insurer=CPIC&from=2026-11-22&to=2026-11-22',
    allowed: ['finance', 'auditor'],
  },
  { method: 'GET', path: '/v1/audit', allowed: ['auditor', 'ops'] },
  { method: 'GET', path: '/v1/reviews', allowed: roles },
  { method: 'GET', path: '/v1/reviews/payment.Pnobody001.m1', allowed: roles },
  {
    method: 'POST',
    path: '/v1/reviews/payment.Pnobody001.m1/decision',
    body: { decision: 'recheck', reason: 'asked the channel' },
    allowed: ['ops'],
  },
  {
    method: 'POST',
    path: '/v1/reviews/payment.Pnobody001.m1/assignment',
    body: { assignedTo: 'wang' },
    allowed: ['ops'],
  },
];

describe('who may do what', () => {
  for (const { method, path, body, allowed } of calls) {
    const send = (options: CallOptions) =>
      api.call(method, path, { ...options, ...(body === undefined ? {} : { body }) });

    it(`${method} ${path} needs a valid key`, async () => {
      for (const key of [
        undefined,
        'pk_unknown0_x',
        `pk_core0000_${'y'.repeat(43)}`,
        keyOf('core').replace('core', 'ops0'),
      ]) {
        const answer = await send(key === undefined ? {} : { key });
        expect(answer.status).toBe(401);
        expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer realm=/);
        expect(answer.body).toMatchObject({ type: '/problems/unauthorized', status: 401 });
      }
    });

    for (const role of roles) {
      const may = allowed.includes(role);
      it(`${method} ${path} ${may ? 'lets' : 'does not let'} ${role} through`, async () => {
        const answer = await send({ as: role });
        if (may) expect([200, 202, 404]).toContain(answer.status);
        else expect(answer).toMatchObject({ status: 403, body: { type: '/problems/forbidden' } });
      });
    }
  }
});

describe('the roles in the API document', () => {
  it('are those that each call with a key lets through, and no call is missing here', () => {
    const documented = Object.entries(documentOfAll().paths ?? {}).flatMap(([path, { get, post }]) =>
      Object.entries({ get, post }).flatMap(([method, operation]) =>
        operation?.['x-roles'] === undefined ? [] : [`${method} ${path} ${sorted(operation['x-roles'] as string[])}`],
      ),
    );
    const paths = Object.keys(documentOfAll().paths ?? {});
    const enforced = calls.map(({ method, path, allowed }) => {
      const [address = ''] = path.split('?');
      return `${method.toLowerCase()} ${patternOf(address, paths)} ${sorted(allowed)}`;
    });
    expect(enforced.sort()).toEqual(documented.sort());
  });
});

const sorted = (names: readonly string[]): string => [...names].sort().join(',');

/** The documented path an address belongs to; where a word fits beside a placeholder, the word. */
function patternOf(address: string, paths: readonly string[]): string {
  const fitting = paths.filter((path) => new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(address));
  return fitting.sort((one, other) => one.split('{').length - other.split('{').length)[0] ?? address;
}

describe('addresses and methods', () => {
  it('tells what an address can do', async () => {
    const answer = await api.call('DELETE', '/v1/payments/Pnobody001', { as: 'core' });
    expect(answer).toMatchObject({ status: 405, body: { type: '/problems/method-not-allowed' } });
    expect(answer.headers.get('allow')).toBe('GET, HEAD');
  });

  it('has a problem document for what does not exist', async () => {
    const answer = await api.call('GET', '/v1/policies', { as: 'core', headers: { 'x-request-id': 'core-77' } });
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(answer.headers.get('x-request-id')).toBe('core-77');
    expect(answer.body).toEqual({
      type: '/problems/not-found',
      title: 'There is no such thing',
      status: 404,
      detail: 'There is nothing at this address.',
      instance: 'core-77',
    });
  });

  it('makes a request id of its own when the one sent could forge a log line', async () => {
    const answer = await api.call('GET', '/healthz', { headers: { 'x-request-id': 'x'.repeat(65) } });
    expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('documents every route it has, and has every route it documents', () => {
    const documented = Object.entries(documentOfAll().paths ?? {}).flatMap(([path, item]) =>
      (['get', 'post'] as const).filter((method) => item[method] !== undefined).map((method) => `${method} ${path}`),
    );
    expect(routesOf(api.app).sort()).toEqual(documented.sort());
  });
});

describe('a payment posted while Temporal is away', () => {
  it('is registered and reported as still opening', async () => {
    const answer = await api.call('POST', '/v1/payments', { as: 'core', body: aPaymentBody('Paway00001') });
    expect(answer.status).toBe(202);
    expect(answer.headers.get('location')).toBe('/v1/payments/Paway00001');
    expect(answer.body).toMatchObject({ paymentId: 'Paway00001', status: 'opening', charge: null, paidFen: 0 });
    expect(answer.body['links']).toEqual({
      self: '/v1/payments/Paway00001',
      temporal: 'http://ui.example:8233/namespaces/default/workflows/payment%2FPaway00001',
    });
    expect(await api.records.payments.find('Paway00001')).toMatchObject({ status: 'opening', terms: testTerms });
  });

  it('is the same payment when it is posted again in another order of keys, and another with another body', async () => {
    const body = aPaymentBody('Pagain0001');
    await api.call('POST', '/v1/payments', { as: 'core', body });
    const before = await api.records.payments.find('Pagain0001');
    const turned = Object.fromEntries(Object.entries(body).reverse());
    expect((await api.call('POST', '/v1/payments', { as: 'core', body: turned })).status).toBe(202);
    expect(await api.records.payments.find('Pagain0001')).toEqual(before);
    const other = await api.call('POST', '/v1/payments', { as: 'core', body: { ...body, amountFen: 1 } });
    expect(other).toMatchObject({ status: 409, body: { type: '/problems/payment-conflict' } });
  });

  it('is shown with the payer to core and ops only', async () => {
    await api.call('POST', '/v1/payments', { as: 'core', body: aPaymentBody('Ppayer0001') });
    for (const role of roles) {
      const one = await api.call('GET', '/v1/payments/Ppayer0001', { as: role });
      const list = await api.call('GET', '/v1/payments?limit=200', { as: role });
      const sees = role === 'core' || role === 'ops';
      expect([role, JSON.stringify(one.body).includes('13800000000')]).toEqual([role, sees]);
      expect([role, JSON.stringify(list.body).includes('13800000000')]).toEqual([role, sees]);
    }
  });

  it('leaves no personal data and no key in the log', async () => {
    await api.call('POST', '/v1/payments', { as: 'core', body: aPaymentBody('Plogged001') });
    const log = api.logged.join('');
    expect(log).toContain('/v1/payments');
    for (const secret of ['张三', '13800000000', keyOf('core'), 'x'.repeat(20)]) expect(log).not.toContain(secret);
  });

  it('asks the caller to come back for what needs the workflow', async () => {
    await api.call('POST', '/v1/payments', { as: 'core', body: aPaymentBody('Pcancel001') });
    const answer = await api.call('POST', '/v1/payments/Pcancel001/cancel', {
      as: 'core',
      body: { reason: 'withdrawn' },
    });
    expect(answer).toMatchObject({ status: 503, body: { type: '/problems/unavailable' } });
    expect(answer.headers.get('retry-after')).toBe('5');
  });
});

describe('lists', () => {
  it('page through all payments once, newest first', async () => {
    const proposalNo = 'TPpaging01';
    for (let n = 0; n < 5; n += 1) {
      const createdAt = `2026-11-22T05:00:0${n}.000Z`;
      const requestHash = 'c'.repeat(64);
      await api.records.payments.register(
        aPayment({ paymentId: `Ppage0000${n}`, proposalNo, createdAt, requestHash, terms: testTerms }),
      );
    }
    const seen: unknown[] = [];
    let cursor = '';
    do {
      const { body } = await api.call('GET', `/v1/payments?proposalNo=${proposalNo}&limit=2${cursor}`, {
        as: 'auditor',
      });
      seen.push(...(body['payments'] as { paymentId: string }[]).map(({ paymentId }) => paymentId));
      cursor = body['next'] === null ? '' : `&cursor=${body['next'] as string}`;
    } while (cursor !== '');
    expect(seen).toEqual(['Ppage00004', 'Ppage00003', 'Ppage00002', 'Ppage00001', 'Ppage00000']);
  });
});

describe('the process', () => {
  it('lives, and says which part is away', async () => {
    expect((await api.call('GET', '/healthz')).status).toBe(200);
    const ready = await api.call('GET', '/readyz');
    expect(ready.status).toBe(503);
    expect(ready.body).toEqual({
      ready: false,
      parts: { temporal: 'away', worker: 'away', mongodb: 'ok', process: 'ok' },
    });
  });

  it('counts by route, not by id', async () => {
    await api.call('GET', '/v1/payments/Pnobody001', { as: 'ops' });
    const { body } = await api.call('GET', '/metrics');
    expect(body['text']).toContain(
      'http_request_seconds_count{method="GET",route="/v1/payments/:paymentId",status="404"}',
    );
    expect(body['text']).not.toContain('Pnobody001');
  });

  it('shows its documentation under a policy that allows no other host and no script', async () => {
    const page = await api.call('GET', '/docs');
    expect(page.status).toBe(200);
    expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-[^']+';/);
    expect((await api.call('GET', '/openapi.json')).body).toMatchObject({ openapi: '3.1.0' });
  });

  it('answers a half-sent body without waiting for ever', async () => {
    const status = await new Promise<string>((resolve) => {
      const sending = httpRequest(`${api.url}/v1/payments`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${keyOf('core')}`,
          'content-type': 'application/json',
          'content-length': 100,
        },
      });
      sending.on('error', (error) => {
        resolve(error.message);
      });
      sending.write('{');
      setTimeout(() => sending.destroy(new Error('hung up')), 50);
    });
    expect(status).toBe('hung up');
    expect((await api.call('GET', '/healthz')).status).toBe(200);
  });
});

interface Layer {
  route?: { path: string; methods: Record<string, boolean> };
  handle?: { stack?: Layer[] };
}

/** Routes as Express has them, in the words of the document. */
function routesOf(app: Express): string[] {
  const walk = (layers: readonly Layer[]): string[] =>
    layers.flatMap(({ route, handle }) => {
      if (route === undefined) return walk(handle?.stack ?? []);
      return Object.keys(route.methods)
        .filter((method) => ['get', 'post', 'put', 'patch', 'delete'].includes(method))
        .map((method) => `${method} ${route.path.replaceAll(/:(\w+)/g, '{$1}')}`);
    });
  return walk(app.router.stack as unknown as Layer[]);
}
