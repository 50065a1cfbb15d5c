import { cartRecordId, partRecordId } from '../../src/domain/ids.js';
import { fen } from '../../src/domain/money.js';
import type { CartItem, PaymentShape, PlannedPart } from '../../src/domain/shape.js';
import type { Charges } from '../../src/records/charges.js';
import { evidenceIdOf } from '../../src/records/evidenceId.js';
import type { NewEvidence } from '../../src/records/evidence.js';
import type { NewPayment } from '../../src/records/payments.js';
import type { ReserveRefund } from '../../src/records/refunds.js';
import { reviewIdFor, type Review, type ReviewChange } from '../../src/domain/review.js';

export const paymentId = 'P2026112200000001';
export const at = '2026-11-22T06:00:00.000Z';

/** A moment some seconds after `at`. */
export const later = (seconds: number): string => new Date(Date.parse(at) + seconds * 1000).toISOString();

export const aPayment = (changes: Partial<NewPayment> = {}): NewPayment => ({
  paymentId,
  proposalNo: 'TP2026110001',
  productCode: 'AUTO-CI',
  amountFen: fen(1_280_00),
  currency: 'CNY',
  subject: '机动车商业保险',
  payer: { name: '张三', mobile: '13800000000' },
  coinsurance: null,
  shape: { kind: 'plain' },
  method: { channel: 'alipay', product: 'qr' },
  expiresAt: later(1_800),
  requestHash: 'a'.repeat(64),
  terms: {
    queryGapsMs: [10_000, 20_000],
    refundGapsMs: [60_000],
    closeMarginMs: 300_000,
    issueDeadlineMs: 90 * 24 * 3_600_000,
    latePayment: 'refund',
  },
  merchantId: '2088000000000001',
  createdAt: at,
  ...changes,
});

/** A premium of 1280 yuan in two parts: 800 to the company itself, 480 to another. */
const plannedPart = (partNo: 1 | 2): PlannedPart => ({
  partId: partNo === 1 ? 'property' : 'life',
  partNo,
  amountFen: partNo === 1 ? fen(800_00) : fen(480_00),
  payee: partNo === 1 ? null : 'life',
  method: { channel: 'alipay', product: 'qr' },
  channel: partNo === 1 ? 'alipay' : 'alipay-life',
  merchantId: partNo === 1 ? '2088000000000001' : '2088000000000002',
  settlement: partNo === 1 ? null : 'T+2',
  share: null,
  expiresAt: later(1_800),
  terms: { queryGapsMs: [10_000, 20_000], refundGapsMs: [60_000], closeMarginMs: 300_000 },
});

export const aSplit = (
  changes: Partial<NewPayment> = {},
  split: Partial<Extract<PaymentShape, { kind: 'split' }>> = {},
): NewPayment =>
  aPayment({
    shape: { kind: 'split', rule: 'allOrRefund', serial: false, parts: [plannedPart(1), plannedPart(2)], ...split },
    ...changes,
  });

/** A part as its payment registers it. */
export const aPart = (partNo: 1 | 2, { of = paymentId, ...changes }: Partial<NewPayment> & { of?: string } = {}) => {
  const { partId, amountFen, payee, settlement, method, channel, merchantId } = plannedPart(partNo);
  const offsetFen = partNo === 1 ? fen(0) : plannedPart(1).amountFen;
  return aPayment({
    paymentId: partRecordId({ paymentId: of, partNo }),
    amountFen,
    shape: { kind: 'part', of, partId, partNo, payee, settlement, offsetFen },
    method: { ...method, channel },
    merchantId,
    ...changes,
  });
};

export const cartId = 'K2026112200000001';

/** What the items of the cart are called; another cart's have other ids. */
const itemId = (cart: string, itemNo: number): string => `${cart.replace(/^K/, 'I')}${itemNo}`;

const cartItem = (cart: string, itemNo: 1 | 2): CartItem => ({
  paymentId: itemId(cart, itemNo),
  proposalNo: `TP202611000${itemNo}`,
  productCode: 'AUTO-CI',
  amountFen: itemNo === 1 ? fen(800_00) : fen(480_00),
  subject: '机动车商业保险',
  payee: null,
  channel: 'alipay',
  merchantId: '2088000000000001',
  coinsurance: null,
});

/** 1280 yuan for two payments in one go. */
export const aCart = ({ id = cartId, ...changes }: Partial<NewPayment> & { id?: string } = {}): NewPayment =>
  aPayment({
    paymentId: cartRecordId(id),
    shape: {
      kind: 'cart',
      cartId: id,
      allOrNothing: false,
      combined: false,
      items: [cartItem(id, 1), cartItem(id, 2)],
    },
    ...changes,
  });

/** An item as its cart registers it. */
export const anItem = (itemNo: 1 | 2, { id = cartId, ...changes }: Partial<NewPayment> & { id?: string } = {}) => {
  const { paymentId: itemPaymentId, proposalNo, amountFen } = cartItem(id, itemNo);
  const shape = { kind: 'item', cartId: id, itemNo, payee: null } as const;
  return aPayment({ paymentId: itemPaymentId, proposalNo, amountFen, shape, ...changes });
};

type NewCharge = Parameters<Charges['register']>[0];

export const aCharge = (changes: Partial<NewCharge> = {}): NewCharge => ({
  outTradeNo: `${changes.paymentId ?? paymentId}C1`,
  paymentId,
  combined: null,
  channel: 'alipay',
  product: 'qr',
  merchantId: '2088000000000001',
  amountFen: fen(1_280_00),
  orderedAt: at,
  expiresAt: later(1_800),
  terms: { queryGapsMs: [10_000], refundGapsMs: [10_000], closeMarginMs: 120_000 },
  ...changes,
});

export const aRefund = (changes: Partial<ReserveRefund> = {}): ReserveRefund => ({
  paymentId,
  refundId: 'R1',
  outTradeNo: `${changes.paymentId ?? paymentId}C1`,
  amountFen: fen(100_00),
  reason: 'endorsement',
  origin: 'core',
  requestHash: 'b'.repeat(64),
  createdAt: at,
  ...changes,
});

/** A verified callback that says paid; its id is made of the rest. */
export function aCallback(changes: Partial<Omit<NewEvidence, 'evidenceId'>> = {}): NewEvidence {
  const outTradeNo = changes.outTradeNo === undefined ? `${paymentId}C1` : changes.outTradeNo;
  const fact = {
    channel: 'alipay',
    source: 'callback' as const,
    outTradeNo,
    paymentId,
    notificationId: 'notify-1',
    body: Buffer.from('trade_status=TRADE_SUCCESS&total_amount=1280.00'),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    url: '/v1/callbacks/alipay',
    signature: 'valid' as const,
    keyId: 'channel-key',
    rejected: null,
    receivedAt: at,
    ...changes,
  };
  const evidenceId = evidenceIdOf(fact);
  const paid = {
    evidenceId,
    source: fact.source,
    outTradeNo: outTradeNo ?? '',
    merchantId: '2088000000000001',
    outcome: { kind: 'paid' as const, paidFen: fen(1_280_00), tradeNo: '2026112222001', paidAt: at },
    observedAt: fact.receivedAt,
  };
  return { ...fact, evidenceId, evidence: changes.evidence === undefined ? paid : changes.evidence };
}

/** A review of the payment itself, unless said otherwise. */
export const aReview = (changes: Partial<Review> = {}): Review => {
  const workflowId = changes.workflowId ?? `payment/${changes.paymentId ?? paymentId}`;
  const raisedAt = changes.raisedAt ?? at;
  return {
    reviewId: reviewIdFor({ workflowId, item: null, raisedAt }),
    kind: 'payment',
    paymentId,
    refundId: null,
    workflowId,
    channel: 'alipay',
    reason: 'issueOverdue',
    detail: 'the core has been silent since 06:00',
    decisions: ['retryIssue', 'refund'],
    raisedAt,
    ...changes,
  };
};

export const raised = (changes: Partial<Review> = {}): ReviewChange => ({ kind: 'raised', review: aReview(changes) });

/** That a person has decided. */
export const settled = (changes: Partial<Review> = {}): ReviewChange => ({
  kind: 'settled',
  reviewId: aReview(changes).reviewId,
  end: { settledAt: later(60), decision: 'refund', by: 'ops', reason: 'looked into it' },
});
