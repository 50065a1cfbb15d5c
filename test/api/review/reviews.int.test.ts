import { beforeAll, describe, expect, it } from 'vitest';
import type { Review, ReviewChange } from '../../../src/domain/review.js';
import { aPayment, aReview, at, later } from '../../records/examples.js';
import { apiWithoutTemporal } from '../hosted.js';

const { api } = apiWithoutTemporal();

/** A refund's and a payment's at one channel, the payment's the later; one at another that facts have settled. */
const waiting = [
  aReview({ paymentId: 'Previews01', workflowId: 'payment/Previews01', channel: 'alipay', raisedAt: later(60) }),
  aReview({
    kind: 'refund',
    paymentId: 'Previews02',
    refundId: 'E1',
    workflowId: 'refund/Previews02/E1',
    channel: 'alipay',
    reason: 'refundRefused',
    decisions: ['retryRefund', 'settledOutside'],
  }),
] as const;
const [ofPayment, ofRefund] = waiting;
const over = aReview({ paymentId: 'Previews03', workflowId: 'payment/Previews03', channel: 'unionpay' });

beforeAll(async () => {
  const end = { settledAt: later(5), decision: null, by: null, reason: 'the channel has paid after all' };
  const changes: ReviewChange[] = [
    ...[...waiting, over].map((review) => ({ kind: 'raised', review }) as const),
    { kind: 'settled', reviewId: over.reviewId, end },
  ];
  await api.records.reviews.record(changes);
});

const list = async (query: string): Promise<{ ids: string[]; next: unknown }> => {
  const { status, body } = await api.call('GET', `/v1/reviews${query}`, { as: 'ops' });
  expect(status).toBe(200);
  return { ids: (body['reviews'] as Review[]).map(({ reviewId }) => reviewId), next: body['next'] };
};

describe('the queue of reviews', () => {
  it('shows the open ones, newest first, unless the settled ones are asked for', async () => {
    expect((await list('')).ids).toEqual([ofPayment.reviewId, ofRefund.reviewId]);
    expect((await list('?status=settled')).ids).toEqual([over.reviewId]);
  });

  it.each([
    ['?kind=refund', [ofRefund.reviewId]],
    ['?channel=unionpay', []],
    ['?channel=alipay&kind=payment', [ofPayment.reviewId]],
    [`?olderThan=${later(60)}`, [ofRefund.reviewId]],
    ['?status=settled&channel=unionpay', [over.reviewId]],
  ])('is narrowed by %s', async (query, ids) => {
    expect((await list(query)).ids).toEqual(ids);
  });

  it('is walked through page by page, none twice and none left out', async () => {
    const first = await list('?limit=1');
    const second = await list(`?limit=1&cursor=${String(first.next)}`);
    expect([first.ids, second.ids]).toEqual([[ofPayment.reviewId], [ofRefund.reviewId]]);
    expect(second.next).toBeNull();
  });

  it.each([
    ['?status=waiting', 'status'],
    ['?kind=policy', 'kind'],
    ['?olderThan=yesterday', 'olderThan'],
    ['?priority=high', 'priority'],
  ])('refuses %s and names the field', async (query, field) => {
    const answer = await api.call('GET', `/v1/reviews${query}`, { as: 'ops' });
    expect(answer).toMatchObject({ status: 422, body: { type: '/problems/validation' } });
    expect(JSON.stringify(answer.body)).toContain(field);
  });

  it('says of one what happened, whose it is, what may be decided and where its story is', async () => {
    const answer = await api.call('GET', `/v1/reviews/${ofRefund.reviewId}`, { as: 'auditor' });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      reviewId: ofRefund.reviewId,
      kind: 'refund',
      recordId: 'Previews02',
      refundId: 'E1',
      channel: 'alipay',
      reason: 'refundRefused',
      decisions: ['retryRefund', 'settledOutside'],
      raisedAt: at,
      assignedTo: null,
      settled: null,
    });
    expect((answer.body['links'] as { temporal: string }).temporal).toContain('refund');
  });

  it('lists no decision of one that is settled, and says how it ended', async () => {
    const { body } = await api.call('GET', `/v1/reviews/${over.reviewId}`, { as: 'ops' });
    expect(body).toMatchObject({
      decisions: [],
      settled: { decision: null, by: null, reason: 'the channel has paid after all' },
    });
  });

  it('has a problem document for a review that does not exist', async () => {
    const answer = await api.call('GET', '/v1/reviews/payment.Pnobody001.m1', { as: 'ops' });
    expect(answer).toMatchObject({ status: 404, body: { type: '/problems/not-found' } });
  });
});

describe('taking a review', () => {
  const assign = (reviewId: string, assignedTo: string | null) =>
    api.call('POST', `/v1/reviews/${reviewId}/assignment`, { as: 'ops', body: { assignedTo } });

  it('shows who has it, gives it back, may be repeated, and is in the audit', async () => {
    expect((await assign(ofPayment.reviewId, 'wang')).body).toMatchObject({ assignedTo: 'wang' });
    expect((await assign(ofPayment.reviewId, 'wang')).body).toMatchObject({ assignedTo: 'wang' });
    expect((await assign(ofPayment.reviewId, null)).body).toMatchObject({ assignedTo: null });
    const { body } = await api.call('GET', '/v1/audit', { as: 'auditor' });
    const acts = (body['acts'] as { act: string; target: string; detail: object }[]).filter(
      ({ target }) => target === ofPayment.reviewId,
    );
    expect(acts.map(({ act, detail }) => ({ act, detail }))).toEqual([
      { act: 'assignment', detail: { assignedTo: null } },
      { act: 'assignment', detail: { assignedTo: 'wang' } },
      { act: 'assignment', detail: { assignedTo: 'wang' } },
    ]);
  });

  it('is refused once it is settled', async () => {
    const answer = await assign(over.reviewId, 'wang');
    expect(answer).toMatchObject({ status: 409, body: { type: '/problems/resolution-rejected' } });
  });
});

describe('deciding a review', () => {
  const decide = (reviewId: string, decision: string) =>
    api.call('POST', `/v1/reviews/${reviewId}/decision`, {
      as: 'ops',
      body: { decision, reason: 'confirmed by telephone' },
    });

  it('is refused once it is settled, and nothing is asked of its workflow', async () => {
    const answer = await decide(over.reviewId, 'recheck');
    expect(answer).toMatchObject({ status: 409, body: { type: '/problems/resolution-rejected' } });
  });

  it('needs a decision there is', async () => {
    const answer = await decide(ofPayment.reviewId, 'forget');
    expect(answer).toMatchObject({ status: 422, body: { type: '/problems/validation' } });
    expect(JSON.stringify(answer.body)).toContain('/decision');
  });

  it('while Temporal is away says so and settles nothing', async () => {
    const answer = await decide(ofPayment.reviewId, 'recheck');
    expect(answer.status).toBe(503);
    expect(await api.records.reviews.find(ofPayment.reviewId)).toMatchObject({ settled: null });
  });
});

describe('a payment with several open reviews', () => {
  it('shows each of them, and none hides another', async () => {
    const paymentId = 'Previews04';
    await api.records.payments.register(aPayment({ paymentId }));
    const own = aReview({ paymentId, workflowId: `payment/${paymentId}` });
    const refunds = ['E1', 'E2'].map((refundId) =>
      aReview({ kind: 'refund', paymentId, refundId, workflowId: `refund/${paymentId}/${refundId}` }),
    );
    const all = [own, ...refunds];
    await api.records.reviews.record(all.map((review) => ({ kind: 'raised', review })));
    const { body } = await api.call('GET', `/v1/payments/${paymentId}`, { as: 'ops' });
    const shown = (body['attention'] as { reviewId: string }[]).map(({ reviewId }) => reviewId);
    expect(shown.sort()).toEqual(all.map(({ reviewId }) => reviewId).sort());
  });
});
