import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decisions, decisionsFor } from '../../src/domain/review.js';
import { mayMove, paymentStatuses, type PaymentStatus } from '../../src/domain/payment.js';
import { queryGapMaxMs, queryGapMs } from '../../src/domain/terms.js';

const next = (from: PaymentStatus): PaymentStatus[] =>
  paymentStatuses.filter((to) => to !== from && mayMove({ from, to }));

describe('a payment', () => {
  it.each(paymentStatuses)('may be said again to be %s', (status) => {
    expect(mayMove({ from: status, to: status })).toBe(true);
  });

  it('never leaves issued or refunded', () => {
    expect(next('issued')).toEqual([]);
    expect(next('refunded')).toEqual([]);
  });

  it.each<PaymentStatus[]>([
    ['opening', 'awaitingPayment', 'paid', 'issued'],
    ['opening', 'awaitingPayment', 'closing', 'closed'],
    ['opening', 'awaitingPayment', 'closed'],
    ['opening', 'closed'],
    ['opening', 'awaitingPayment', 'closing', 'opening', 'awaitingPayment', 'paid', 'refunding', 'refunded'],
    ['closing', 'paid', 'issued'],
    ['closed', 'paid', 'issued'],
    ['closed', 'refunding', 'refunded'],
    ['paid', 'needsAttention', 'paid', 'issued'],
    ['paid', 'needsAttention', 'refunding', 'needsAttention', 'refunding', 'refunded'],
  ])('may live so: %s → %s → …', (...life) => {
    life.slice(1).forEach((to, index) => {
      expect(mayMove({ from: life[index] ?? 'opening', to }), `${life[index]} → ${to}`).toBe(true);
    });
  });

  it('is issued only when its money was received, or a person looked', () => {
    expect(paymentStatuses.filter((from) => from !== 'issued' && mayMove({ from, to: 'issued' }))).toEqual([
      'paid',
      'needsAttention',
    ]);
  });

  it('is refunded only by way of refunding, or a person', () => {
    expect(paymentStatuses.filter((from) => from !== 'refunded' && mayMove({ from, to: 'refunded' }))).toEqual([
      'refunding',
      'needsAttention',
    ]);
  });

  it('that has money never goes back to waiting for it, or to closing', () => {
    for (const from of ['paid', 'refunding'] as const) {
      for (const to of ['opening', 'awaitingPayment', 'closing', 'closed'] as const)
        expect(mayMove({ from, to }), `${from} → ${to}`).toBe(false);
    }
  });
});

describe('a case that waits for a person', () => {
  it('has at least one way out, and never one that gives money back while another merchant has it', () => {
    for (const ways of Object.values(decisionsFor)) expect(ways.length).toBeGreaterThan(0);
    expect(decisionsFor.merchantMismatch).toEqual(['recheck']);
  });

  it('is never settled by a decision that operators cannot make', () => {
    for (const ways of Object.values(decisionsFor)) expect(decisions).toEqual(expect.arrayContaining([...ways]));
  });

  it('is never refunded or retried without end by the same decision for every reason', () => {
    expect(decisionsFor.issueOverdue).toEqual(['retryIssue', 'refund']);
    expect(decisionsFor.refundRefused).not.toContain('refund');
  });
});

describe('the pause before a query', () => {
  const terms = { queryGapsMs: [10_000, 20_000, 60_000] };

  it('is as listed, then doubles, up to an hour', () => {
    expect([1, 2, 3, 4, 5, 6].map((queryNo) => queryGapMs(terms, queryNo))).toEqual([
      10_000, 20_000, 60_000, 120_000, 240_000, 480_000,
    ]);
    expect(queryGapMs(terms, 20)).toBe(queryGapMaxMs);
    expect(queryGapMs(terms, 2_000)).toBe(queryGapMaxMs);
  });

  it('is the last listed one where that is longer than an hour', () => {
    expect(queryGapMs({ queryGapsMs: [2 * queryGapMaxMs] }, 5)).toBe(2 * queryGapMaxMs);
  });

  it('is ten seconds and more where nothing is listed', () => {
    expect(queryGapMs({ queryGapsMs: [] }, 1)).toBe(20_000);
  });

  it('never becomes shorter after the listed ones, and is always a positive time', () => {
    const gaps = fc.array(fc.integer({ min: 1, max: 2 * queryGapMaxMs }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(gaps, fc.integer({ min: 1, max: 500 }), (queryGapsMs, beyond) => {
        const queryNo = queryGapsMs.length + beyond;
        const gapMs = queryGapMs({ queryGapsMs }, queryNo);
        expect(Number.isSafeInteger(gapMs)).toBe(true);
        expect(gapMs).toBeGreaterThanOrEqual(queryGapMs({ queryGapsMs }, queryNo - 1));
      }),
    );
  });
});
