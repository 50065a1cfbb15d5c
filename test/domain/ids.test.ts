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
    // Short ids of few letters, so that one often ends as the number of another does.
    const likely = fc.constantFrom(
      'PPPPPPPP',
      'PPPPPPPPS01',
      'PPPPPPPPK',
      'PPPPPPPPK1',
      'PPPPPPPPS011',
      'PPPPPPPPC',
      'PPPPPPPPK1I01',
    );
    const made = fc.record({
      id: likely,
      kind: fc.constantFrom('payment', 'part', 'cart', 'child'),
      no: fc.integer({ min: 1, max: 12 }),
      attempt: anyAttempt,
      refund: fc.option(fc.record({ sequence: fc.integer({ min: 1, max: 35 }), attempt: anyAttempt })),
    });
    const numberFor = ({ id, kind, no, attempt, refund }: typeof made extends fc.Arbitrary<infer T> ? T : never) => {
      const recordId =
        kind === 'payment' ? id : kind === 'part' ? partRecordId({ paymentId: id, partNo: no }) : cartRecordId(id);
      const whole = outTradeNoFor({ paymentId: recordId, attempt });
      const outTradeNo = kind === 'child' ? childTradeNoFor({ combineNo: whole, childNo: no }) : whole;
      return refund === null ? outTradeNo : refundNoFor({ outTradeNo, ...refund });
    };
    const identityOf = ({ no, ...made }: Parameters<typeof numberFor>[0]): string =>
      JSON.stringify(made.kind === 'part' || made.kind === 'child' ? { no, ...made } : made);
    fc.assert(
      fc.property(made, made, (one, other) => {
        fc.pre(identityOf(one) !== identityOf(other));
        expect(numberFor(one)).not.toBe(numberFor(other));
      }),
      { numRuns: 5_000 },
    );
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
