import { describe, expect, it } from 'vitest';
import { fen } from '../../../src/domain/money.js';
import { reviewIdFor } from '../../../src/domain/review.js';
import { aCart, aCharge, anItem, aPart, aRefund, raised, aSplit, at, later } from '../../records/examples.js';
import { severalChannels } from '../testApi.js';
import { apiWithoutTemporal } from '../hosted.js';

const channels = severalChannels();
const { api } = apiWithoutTemporal(channels.change);

const qr = { channel: 'testpay', product: 'qr' };

describe('a decision for one of several cases', () => {
  const decide = (paymentId: string, named: object) =>
    api.call('POST', `/v1/payments/${paymentId}/resolution`, {
      as: 'ops',
      body: { decision: 'recheck', reason: 'looked into it', ...named },
    });
  /** The workflow that waits is asked, and does not answer: Temporal is away. */
  const brought = { status: 503, body: { type: '/problems/unavailable' } };
  /** Both parts wait, the second by itself and with a refund. */
  const waiting = async (paymentId: string) => {
    const { payments, charges, refunds } = api.records;
    await payments.register(aSplit({ paymentId }));
    for (const partNo of [1, 2] as const) {
      const { paymentId: part } = await payments
        .register(aPart(partNo, { of: paymentId }))
        .then(({ payment }) => payment);
      const step = {
        paymentId: part,
        writer: 'payment' as const,
        version: 1,
        events: [],
        status: 'needsAttention',
      } as const;
      const workflowId = `part/${paymentId}/S0${partNo}`;
      // The second came to wait first; parts are named in their own order all the same.
      const about = { kind: 'part', paymentId: part, workflowId, raisedAt: later(-partNo) } as const;
      const review = raised({ ...about, reason: 'amountMismatch' });
      await payments.advance({ ...step, reviews: [review] });
    }
    const [part, outTradeNo] = [`${paymentId}-S02`, `${paymentId}S021`];
    await charges.register(aCharge({ paymentId: part, outTradeNo }));
    await charges.advance({ outTradeNo, version: 1, status: 'paid', paidFen: fen(480_00) });
    await refunds.reserve(aRefund({ paymentId: part, outTradeNo }));
    const about = { kind: 'refund', paymentId: part, refundId: 'R1' } as const;
    const refused = raised({ ...about, workflowId: `refund/${part}/R1`, reason: 'refundRefused' });
    await refunds.advance({
      paymentId: part,
      refundId: 'R1',
      version: 1,
      status: 'needsAttention',
      reviews: [refused],
    });
  };

  it('names a part, whose own case comes before those of its refunds, or a refund', async () => {
    await waiting('Pcases0001');
    expect(await decide('Pcases0001', {})).toMatchObject({
      status: 422,
      body: { type: '/problems/case-not-named', partIds: ['property', 'life'], refundIds: ['R1'] },
    });
    for (const named of [
      { partId: 'property' },
      { partId: 'life' },
      { refundId: 'R1' },
      { partId: 'life', refundId: 'R1' },
    ]) {
      expect(await decide('Pcases0001', named)).toMatchObject(brought);
    }
    expect(await decide('Pcases0001', { partId: 'property', refundId: 'R1' })).toMatchObject({
      status: 409,
      body: { type: '/problems/resolution-rejected', detail: 'Refund R1 waits for no decision.' },
    });
  });

  it('is for the payment’s own case where it has one and nothing is named', async () => {
    await waiting('Pcases0002');
    const own = raised({ paymentId: 'Pcases0002', reason: 'partsMissing' });
    const step = {
      paymentId: 'Pcases0002',
      writer: 'payment' as const,
      version: 1,
      events: [],
      status: 'needsAttention',
    } as const;
    await api.records.payments.advance({ ...step, reviews: [own] });
    expect(await decide('Pcases0002', {})).toMatchObject(brought);
  });

  it('shows all of them, the oldest first, each by what it is about', async () => {
    const { body } = await api.call('GET', '/v1/payments/Pcases0001', { as: 'ops' });
    expect(body['attention']).toEqual([
      expect.objectContaining({ partId: 'life', reason: 'amountMismatch' }),
      expect.objectContaining({ partId: 'property', reason: 'amountMismatch' }),
      expect.objectContaining({ partId: 'life', refundId: 'R1', reason: 'refundRefused' }),
    ]);
  });
});

describe('a cart', () => {
  const items = (['A', 'B'] as const).map((mark) => ({
    paymentId: `Kaway00001${mark}`,
    proposalNo: 'TP2026110001',
    productCode: 'AUTO-CI',
    amountFen: 640_00,
  }));
  const cart = { cartId: 'Kaway00001', items, currency: 'CNY', subject: '保险费', method: qr };

  it('posted while Temporal is away is registered and still opening, its items not on record yet', async () => {
    const answer = await api.call('POST', '/v1/carts', { as: 'core', body: cart });
    expect(answer).toMatchObject({
      status: 202,
      body: { status: 'opening', charge: null, items: [{ status: 'opening' }, { status: 'opening' }] },
    });
    expect((await api.call('POST', '/v1/carts', { as: 'core', body: cart })).status).toBe(202);
    const other = await api.call('POST', '/v1/carts', { as: 'core', body: { ...cart, subject: '别的' } });
    expect(other).toMatchObject({ status: 409, body: { type: '/problems/cart-conflict' } });
    expect(await api.records.payments.find('Kaway00001-K')).toMatchObject({
      amountFen: 1_280_00,
      terms: { latePayment: 'refund' },
      shape: { cartId: 'Kaway00001', combined: false, items: [{ subject: '保险费' }, { channel: 'testpay' }] },
    });
  });

  it('names every item that waits, though several wait for the same reason', async () => {
    const { payments } = api.records;
    await payments.register(aCart({ id: 'Kcases0001' }));
    for (const itemNo of [1, 2] as const) {
      const { payment } = await payments.register(
        anItem(itemNo, { id: 'Kcases0001', paymentId: `Kcases0001${itemNo}` }),
      );
      const { paymentId } = payment;
      const overdue = { paymentId, workflowId: 'cart/Kcases0001', reason: 'issueOverdue' as const };
      const reviewId = reviewIdFor({ workflowId: overdue.workflowId, item: paymentId, raisedAt: at });
      const reviews = [raised({ ...overdue, kind: 'cart', reviewId })];
      const step = { paymentId, writer: 'item' as const, version: 1, events: [], reviews };
      await payments.advance(step);
    }
    const { body } = await api.call('GET', '/v1/carts/Kcases0001', { as: 'ops' });
    expect(body['attention']).toMatchObject([{ paymentId: 'Kcases00011' }, { paymentId: 'Kcases00012' }]);
  });
});
