import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  chargesMax,
  coreRefundIdPattern,
  lateRefundId,
  outTradeNoFor,
  paymentIdOf,
  paymentIdPattern,
  refundAttemptsMax,
  refundNoFor,
  refundsPerChargeMax,
  undoRefundId,
} from '../../src/domain/ids.js';

const anyPaymentId = fc.stringMatching(/^[0-9A-Za-z]{8,24}$/);
const anyAttempt = fc.integer({ min: 1, max: chargesMax });
const anyRefund = fc.record({
  sequence: fc.integer({ min: 1, max: refundsPerChargeMax }),
  attempt: fc.integer({ min: 1, max: refundAttemptsMax }),
});

describe('a number sent to a channel', () => {
  it('is letters and digits, at most 32 of them, so that it fits the narrowest channel', () => {
    fc.assert(
      fc.property(anyPaymentId, anyAttempt, anyRefund, (paymentId, attempt, refund) => {
        const outTradeNo = outTradeNoFor({ paymentId, attempt });
        expect(outTradeNo).toMatch(/^[0-9A-Za-z]{8,32}$/);
        expect(refundNoFor({ outTradeNo, ...refund })).toMatch(/^[0-9A-Za-z]{8,32}$/);
      }),
    );
  });

  it('leads back to its payment, even when the payment id looks like a charge number itself', () => {
    fc.assert(
      fc.property(anyPaymentId, anyAttempt, (paymentId, attempt) => {
        expect(paymentIdOf(outTradeNoFor({ paymentId, attempt }))).toBe(paymentId);
      }),
    );
    expect(paymentIdOf(outTradeNoFor({ paymentId: 'P1234567C1', attempt: 2 }))).toBe('P1234567C1');
  });

  it.each(['', 'P1234567', 'P12C1', 'P1234567C0', 'P1234567C10', 'P1234567C1R1', 'P-234567C1', ' P1234567C1'])(
    'that is none of ours leads to no payment: "%s"',
    (outTradeNo) => {
      expect(paymentIdOf(outTradeNo)).toBeNull();
    },
  );

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
