import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  cartRecordId,
  chargesMax,
  childTradeNoFor,
  collectorOf,
  coreRefundIdPattern,
  lateRefundId,
  itemsMax,
  outTradeNoFor,
  partRecordId,
  partsMax,
  paymentIdPattern,
  refundAttemptOf,
  refundAttemptsMax,
  refundNoFor,
  refundsMaxOf,
  refundsPerChargeMax,
  undoRefundId,
} from '../../src/domain/ids.js';

const anyPaymentId = fc.stringMatching(/^[0-9A-Za-z]{8,24}$/);
const anyAttempt = fc.integer({ min: 1, max: chargesMax });
const anyRefund = fc.record({
  sequence: fc.integer({ min: 1, max: refundsPerChargeMax }),
  attempt: fc.integer({ min: 1, max: refundAttemptsMax }),
});

/** What a number can be for: a payment, a part, a cart, or one child of a combined cart. */
const anyCollector = fc.oneof(
  anyPaymentId.map((id) => ({ recordId: id, workflowId: `payment/${id}`, childNo: null })),
  fc.record({ id: anyPaymentId, partNo: fc.integer({ min: 1, max: partsMax }) }).map(({ id, partNo }) => ({
    recordId: partRecordId({ paymentId: id, partNo }),
    workflowId: `part/${id}/S${String(partNo).padStart(2, '0')}`,
    childNo: null,
  })),
  fc
    .record({ id: anyPaymentId, childNo: fc.option(fc.integer({ min: 1, max: itemsMax })) })
    .map(({ id, childNo }) => ({ recordId: cartRecordId(id), workflowId: `cart/${id}`, childNo })),
);
type Collector = typeof anyCollector extends fc.Arbitrary<infer T> ? T : never;

function numberOf({ recordId, childNo }: Collector, attempt: number): string {
  const outTradeNo = outTradeNoFor({ paymentId: recordId, attempt });
  return childNo === null ? outTradeNo : childTradeNoFor({ combineNo: outTradeNo, childNo });
}

describe('a number sent to a channel', () => {
  it('is letters and digits, at most 32 of them, so that it fits the narrowest channel', () => {
    fc.assert(
      fc.property(anyCollector, anyAttempt, anyRefund, (collector, attempt, { sequence, ...refund }) => {
        const outTradeNo = numberOf(collector, attempt);
        expect(outTradeNo).toMatch(/^[0-9A-Za-z]{8,32}$/);
        const refundNo = refundNoFor({ outTradeNo, sequence: Math.min(sequence, refundsMaxOf(outTradeNo)), ...refund });
        expect(refundNo).toMatch(/^[0-9A-Za-z]{8,32}$/);
        expect(refundAttemptOf({ outTradeNo, refundNo })).toBe(refund.attempt);
      }),
    );
  });

  it('leads back to whatever collects under it, even when the id it is made of looks like a number itself', () => {
    fc.assert(
      fc.property(anyCollector, anyAttempt, (collector, attempt) => {
        expect(collectorOf(numberOf(collector, attempt))).toBe(collector.workflowId);
      }),
    );
    expect(collectorOf(outTradeNoFor({ paymentId: 'P1234567C1', attempt: 2 }))).toBe('payment/P1234567C1');
    expect(collectorOf(outTradeNoFor({ paymentId: 'P1234567S01', attempt: 1 }))).toBe('payment/P1234567S01');
  });

  it('stands for one thing only: two that differ in anything never come to the same number', () => {
    // Ids that end as numbers do, so that one number often begins as another does.
    const ends = ['', 'S01', 'K', 'K1', 'S011', 'C', 'K1I01', 'C1R', 'S011R', 'S011RC', 'K1R', 'K1I01R', 'C1R1T'];
    const [attempts, nos] = [
      [1, 2, 9],
      [1, 11, 12],
    ];
    const standsFor = new Map<string, string>();
    const stands = (number: string, what: string): void => {
      expect(standsFor.get(number) ?? what, number).toBe(what);
      standsFor.set(number, what);
    };
    for (const id of ends.map((end) => `PPPPPPPP${end}`)) {
      for (const attempt of attempts) {
        const combineNo = outTradeNoFor({ paymentId: cartRecordId(id), attempt });
        const partOf = (partNo: number): string => partRecordId({ paymentId: id, partNo });
        const charges = [
          outTradeNoFor({ paymentId: id, attempt }),
          combineNo,
          ...nos.map((partNo) => outTradeNoFor({ paymentId: partOf(partNo), attempt })),
          ...nos.map((childNo) => childTradeNoFor({ combineNo, childNo })),
        ];
        for (const [index, outTradeNo] of charges.entries()) {
          const what = `${id} ${index} ${attempt}`;
          stands(outTradeNo, what);
          for (let sequence = 1; sequence <= refundsMaxOf(outTradeNo); sequence += 1) {
            for (const of of attempts) {
              stands(refundNoFor({ outTradeNo, sequence, attempt: of }), `${what} refund ${sequence} ${of}`);
            }
          }
        }
      }
    }
    expect(standsFor.size).toBeGreaterThan(20_000);
  });

  it.each([
    '',
    'P1234567',
    'P12C1',
    'P1234567C0',
    'P1234567C10',
    'P1234567C1R1',
    'P-234567C1',
    ' P1234567C1',
    'P1234567S1',
    'P1234567K',
    'P1234567K1I1',
  ])('that is none of ours leads to nothing: "%s"', (outTradeNo) => {
    expect(collectorOf(outTradeNo)).toBeNull();
  });

  it('is another one for every refund of a charge and every attempt of it', () => {
    const numbers = new Set<string>();
    for (let sequence = 1; sequence <= refundsPerChargeMax; sequence += 1) {
      for (let attempt = 1; attempt <= refundAttemptsMax; attempt += 1) {
        numbers.add(refundNoFor({ outTradeNo: 'P2026112200000001C1', sequence, attempt }));
      }
    }
    expect(numbers.size).toBe(refundsPerChargeMax * refundAttemptsMax);
  });

  it('is refused rather than made too long', () => {
    expect(() => outTradeNoFor({ paymentId: 'P2026112200000001', attempt: 100 })).toThrow(RangeError);
    expect(() => refundNoFor({ outTradeNo: 'P2026112200000001C1', sequence: 1_000, attempt: 10 })).toThrow(RangeError);
  });
});

describe('the id of a refund we start ourselves', () => {
  it('can never be one that the core gives, and says which charge it is for', () => {
    fc.assert(
      fc.property(anyPaymentId, anyAttempt, (paymentId, attempt) => {
        const outTradeNo = outTradeNoFor({ paymentId, attempt });
        expect(undoRefundId(outTradeNo)).toBe(`undo-C${attempt}`);
        expect(lateRefundId(outTradeNo)).toBe(`late-C${attempt}`);
        expect(undoRefundId(outTradeNo)).not.toMatch(coreRefundIdPattern);
        expect(lateRefundId(outTradeNo)).not.toMatch(coreRefundIdPattern);
      }),
    );
  });
});

describe('a payment id', () => {
  it.each(['P123456', 'P'.repeat(25), 'P1234567\n', 'P_234567', '支付单号12345678', ''])(
    'is never "%s"',
    (paymentId) => {
      expect(paymentId).not.toMatch(paymentIdPattern);
    },
  );
});
