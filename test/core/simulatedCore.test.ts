import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startCoreSim } from '../../sim/core/startCoreSim.js';
import type { IssueRequest } from '../../src/core/core.js';
import { httpCore } from '../../src/core/http/httpCore.js';
import { fen } from '../../src/domain/money.js';

/** For tests only. */
const secret = 'whsec_dGVzdC1vbmx5LWNvcmUtc2VjcmV0LTI0Ynl0ZXM=';

const asked = (paymentId: string): IssueRequest => ({
  paymentId,
  proposalNo: 'TP2026110001',
  amountFen: fen(1_280_00),
  paidAt: '2026-11-22T06:00:00.000Z',
  channel: 'alipay',
  outTradeNo: `${paymentId}C1`,
  channelTradeNo: '2026112222001',
});

describe('a core that keeps to the contract', () => {
  let sim: Awaited<ReturnType<typeof startCoreSim>>;
  beforeAll(async () => {
    sim = await startCoreSim({ port: 0, secret });
  });
  afterAll(() => sim.close());

  const core = () => httpCore({ url: sim.url, secret, timeoutMs: 2_000 });
  const misbehave = (fault: object) =>
    fetch(`${sim.url}/control/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(fault),
    });

  it('issues one policy however often it is asked, and finds it and cancels it', async () => {
    const paymentId = 'PISSUED00001';
    expect(await core().query(paymentId)).toEqual({ kind: 'notIssued' });
    const issued = await core().issue(asked(paymentId));
    expect(issued.kind).toBe('issued');
    expect(await core().issue(asked(paymentId))).toEqual(issued);
    expect(await core().query(paymentId)).toEqual(issued);
    const policyNo = issued.kind === 'issued' ? issued.policyNo : '';
    const cancel = { policyNo, paymentId, reason: 'surrender' };
    expect(await core().cancel(cancel)).toEqual({ kind: 'cancelled' });
    expect(await core().cancel(cancel)).toEqual({ kind: 'cancelled' });
  });

  it('believes no request that was signed with another secret', async () => {
    const stranger = httpCore({ url: sim.url, secret: 'whsec_c29tZWJvZHktZWxzZXMtc2VjcmV0LWtleQ==', timeoutMs: 2_000 });
    expect(await stranger.issue(asked('PSTRANGE0001'))).toEqual({ kind: 'unknown', code: 'http401' });
    expect(await stranger.query('PSTRANGE0001')).toEqual({ kind: 'unknown', code: 'http401' });
  });

  it('refuses for good', async () => {
    const paymentId = 'PREFUSED0001';
    await misbehave({ fault: 'refuse', paymentId, code: 'QUOTE_EXPIRED', message: 'the quote has expired' });
    expect(await core().issue(asked(paymentId))).toEqual({
      kind: 'refused',
      code: 'QUOTE_EXPIRED',
      message: 'the quote has expired',
    });
  });

  it('issues the policy and fails to say so: unknown at first, then found', async () => {
    const paymentId = 'PUNHEARD0001';
    await misbehave({ fault: 'failAfterEffect', paymentId, operation: 'issue' });
    expect((await core().issue(asked(paymentId))).kind).toBe('unknown');
    expect((await core().query(paymentId)).kind).toBe('issued');
  });
});
