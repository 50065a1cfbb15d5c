import { fen } from '../../src/domain/money.js';
import type { Charges } from '../../src/records/charges.js';
import { evidenceIdOf } from '../../src/records/evidenceId.js';
import type { NewEvidence } from '../../src/records/evidence.js';
import type { NewPayment } from '../../src/records/payments.js';
import type { ReserveRefund } from '../../src/records/refunds.js';

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
