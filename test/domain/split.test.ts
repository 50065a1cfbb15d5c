import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cartStatus } from '../../src/domain/cart.js';
import { fen } from '../../src/domain/money.js';
import { paymentStatuses, type PaymentStatus } from '../../src/domain/payment.js';
import { slicesOf, splitRuling, splitStatus, type PartState } from '../../src/domain/split.js';

const at = (...statuses: PartState['status'][]): PartState[] =>
  statuses.map((status) => ({ status, paidFen: fen(status === 'paid' ? 1 : 0) }));

const anyPart = fc.constantFrom<PartState['status']>(...paymentStatuses, 'planned');
const anyParts = fc.array(anyPart, { minLength: 1, maxLength: 6 }).map((statuses) => at(...statuses));

describe('slices of a premium', () => {
  it('are as few as can be, full but the last, and come to the premium exactly', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000_000_000 }), fc.integer({ min: 1, max: 50 }), (amount, pieces) => {
        const maxFen = fen(Math.max(1, Math.ceil(amount / pieces)));
        const slices = slicesOf(fen(amount), maxFen);
        expect(slices.reduce((sum: number, slice) => sum + slice, 0)).toBe(amount);
        expect(slices.slice(0, -1).every((slice) => slice === maxFen)).toBe(true);
        expect(slices.at(-1)).toBeGreaterThan(0);
        expect(slices.length).toBe(Math.ceil(amount / maxFen));
      }),
    );
  });

  it('of an amount that fits is one', () => {
    expect(slicesOf(fen(100), fen(100))).toEqual([100]);
    expect(slicesOf(fen(101), fen(100))).toEqual([100, 1]);
  });

  it('of nothing are refused', () => {
    expect(() => slicesOf(fen(1), fen(0))).toThrow(RangeError);
  });
});

describe('a payment in parts', () => {
  it.each<[PartState['status'][], PaymentStatus]>([
    [['opening', 'opening'], 'opening'],
    [['awaitingPayment', 'opening'], 'awaitingPayment'],
    [['awaitingPayment', 'planned'], 'awaitingPayment'],
    [['paid', 'awaitingPayment'], 'partlyPaid'],
    [['paid', 'planned'], 'partlyPaid'],
    [['paid', 'closed'], 'partlyPaid'],
    [['paid', 'closing'], 'partlyPaid'],
    [['paid', 'paid'], 'paid'],
    [['closing', 'closed'], 'closing'],
    [['closed', 'closed'], 'closed'],
    [['closed', 'planned'], 'closed'],
    [['refunding', 'closed'], 'refunding'],
    [['refunding', 'paid'], 'refunding'],
    [['refunded', 'closed'], 'refunded'],
    [['refunded', 'planned'], 'refunded'],
    [['paid', 'needsAttention'], 'needsAttention'],
  ])('of which %j stands at %s', (statuses, status) => {
    expect(splitStatus(at(...statuses), false)).toBe(status);
  });

  it('stands where its parts do, in whatever order they are', () => {
    fc.assert(
      fc.property(anyParts, fc.boolean(), (parts, issued) => {
        expect(splitStatus([...parts].reverse(), issued)).toBe(splitStatus(parts, issued));
      }),
    );
  });

  it('is issued when the core has said so, whatever its parts have heard of it', () => {
    fc.assert(
      fc.property(anyParts, (parts) => {
        expect(splitStatus(parts, true)).toBe('issued');
      }),
    );
  });
});

describe('what is due next of a payment in parts', () => {
  const atOnce = { rule: 'allOrRefund', serial: false } as const;
  const inTurn = { rule: 'allOrRefund', serial: true } as const;
  const held = { rule: 'allOrHold', serial: false } as const;

  it('is to issue when, and only when, every part is known to be paid', () => {
    fc.assert(
      fc.property(anyParts, fc.boolean(), fc.boolean(), fc.boolean(), (parts, hold, serial, cancelled) => {
        const rule = hold ? 'allOrHold' : 'allOrRefund';
        const ruling = splitRuling({ rule, serial }, parts, cancelled);
        const allPaid = parts.every(({ status }) => status === 'paid' || status === 'issued');
        expect(ruling.kind === 'issue').toBe(allPaid);
      }),
      { numRuns: 2_000 },
    );
  });

  it('never sends money back while nobody can tell about a part', () => {
    const unsettled: PartState['status'][] = ['opening', 'awaitingPayment', 'closing', 'needsAttention', 'refunding'];
    fc.assert(
      fc.property(anyParts, fc.boolean(), fc.boolean(), (parts, serial, cancelled) => {
        const ruling = splitRuling({ rule: 'allOrRefund', serial }, parts, cancelled);
        const isOpen = parts.some(({ status }) => unsettled.includes(status));
        if (ruling.kind === 'giveBack' || ruling.kind === 'closed') expect(isOpen).toBe(false);
      }),
      { numRuns: 2_000 },
    );
  });

  it('never gives back what nobody paid, nor closes over money', () => {
    fc.assert(
      fc.property(anyParts, fc.boolean(), (parts, cancelled) => {
        const ruling = splitRuling(atOnce, parts, cancelled);
        const hasMoney = parts.some(({ status }) => status === 'paid' || status === 'issued');
        if (ruling.kind === 'giveBack') expect(hasMoney).toBe(true);
        if (ruling.kind === 'closed') expect(hasMoney).toBe(false);
      }),
    );
  });

  it('opens all parts at once, and slices one after another', () => {
    expect(splitRuling(atOnce, at('planned', 'planned'), false)).toEqual({ kind: 'open', partNos: [1, 2] });
    expect(splitRuling(inTurn, at('planned', 'planned'), false)).toEqual({ kind: 'open', partNos: [1] });
    expect(splitRuling(inTurn, at('paid', 'planned'), false)).toEqual({ kind: 'open', partNos: [2] });
  });

  it('opens no slice while the one before is not known to be paid', () => {
    fc.assert(
      fc.property(anyParts, (parts) => {
        const ruling = splitRuling(inTurn, parts, false);
        if (ruling.kind !== 'open') return;
        expect(ruling.partNos).toHaveLength(1);
        const before = parts.slice(0, (ruling.partNos[0] ?? 1) - 1);
        expect(before.every(({ status }) => status === 'paid' || status === 'issued')).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it('is to end the others when one can be paid no more, or to let them run where a person decides', () => {
    expect(splitRuling(atOnce, at('closed', 'awaitingPayment'), false)).toEqual({ kind: 'close' });
    expect(splitRuling(held, at('closed', 'awaitingPayment'), false)).toEqual({ kind: 'wait' });
    expect(splitRuling(atOnce, at('closed', 'paid'), false)).toEqual({ kind: 'giveBack' });
    expect(splitRuling(held, at('closed', 'paid'), false)).toEqual({ kind: 'hold' });
    expect(splitRuling(held, at('closed', 'closed'), false)).toEqual({ kind: 'closed' });
    expect(splitRuling(inTurn, at('closed', 'planned'), false)).toEqual({ kind: 'closed' });
  });

  it('of a cancelled one is to end it whatever the rule, unless all of the money was first', () => {
    expect(splitRuling(held, at('paid', 'awaitingPayment'), true)).toEqual({ kind: 'close' });
    expect(splitRuling(held, at('paid', 'closed'), true)).toEqual({ kind: 'giveBack' });
    expect(splitRuling(inTurn, at('paid', 'planned'), true)).toEqual({ kind: 'giveBack' });
    expect(splitRuling(held, at('paid', 'paid'), true)).toEqual({ kind: 'issue' });
  });
});

describe('a cart whose items go their own way', () => {
  it.each<[PaymentStatus[], PaymentStatus]>([
    [['issued', 'issued'], 'issued'],
    [['issued', 'refunded'], 'issued'],
    [['issued', 'paid'], 'paid'],
    [['issued', 'refunding'], 'refunding'],
    [['refunded', 'refunded'], 'refunded'],
    [['refunded', 'closed'], 'refunded'],
    [['closed', 'closed'], 'closed'],
    [['issued', 'needsAttention'], 'needsAttention'],
  ])('of which %j stands at %s', (items, status) => {
    expect(cartStatus(items)).toBe(status);
  });
});
