import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide, newCharge, type ChargeState } from '../../src/domain/charge.js';
import type { ChargeOutcome } from '../../src/domain/evidence.js';
import { fen } from '../../src/domain/money.js';
import { chargesRuling, endingRuling, paymentRuling, type Wishes } from '../../src/domain/paymentRuling.js';

const merchantId = '2088000000000001';
const askedFen = fen(1_280_00);

/** The nth charge of one payment, as it is believed after these outcomes. */
function charge(attempt: number, ...outcomes: ChargeOutcome[]): { state: ChargeState } {
  const outTradeNo = `P2026112200000001C${attempt}`;
  const unpaid = newCharge({ outTradeNo, askedFen, merchantId });
  return { state: outcomes.reduce((state, outcome) => decide(state, { outTradeNo, merchantId, outcome }), unpaid) };
}

const paidAt = (minute: number, changes: { paidFen?: number; tradeNo?: string } = {}): ChargeOutcome => ({
  kind: 'paid',
  tradeNo: changes.tradeNo ?? `T${minute}`,
  paidFen: fen(changes.paidFen ?? askedFen),
  paidAt: new Date(Date.UTC(2026, 10, 22, 6, minute)).toISOString(),
});

const nothing: Wishes = { switchWanted: false, cancelReason: null, expired: false };
const everything: Wishes = { switchWanted: true, cancelReason: 'withdrawn', expired: true };

describe('what the charges of a payment amount to', () => {
  it('is open while nothing is known of the live one', () => {
    expect(chargesRuling([charge(1)])).toEqual({ kind: 'open' });
    expect(chargesRuling([charge(1, { kind: 'closed' }), charge(2)])).toEqual({ kind: 'open' });
  });

  it('is the money of the charge paid first, whichever is live', () => {
    const [old, live] = [charge(1, { kind: 'closed' }, paidAt(5)), charge(2, paidAt(3))];
    expect(chargesRuling([old, live])).toMatchObject({ kind: 'paid', charge: live, receipt: { tradeNo: 'T3' } });
    expect(chargesRuling([old, charge(2)])).toMatchObject({ kind: 'paid', charge: old });
  });

  it('is the doubt about any of them before money of another', () => {
    const doubtful = charge(1, paidAt(1, { paidFen: 1_00 }));
    expect(chargesRuling([doubtful, charge(2, paidAt(3))])).toEqual({
      kind: 'doubtful',
      charge: doubtful,
      reason: 'amountMismatch',
    });
  });

  it('is ended when the live one is closed or refused, and says why', () => {
    expect(chargesRuling([charge(1), charge(2, { kind: 'closed' })])).toEqual({
      kind: 'ended',
      why: 'closed by the channel',
    });
    expect(chargesRuling([charge(1, { kind: 'refused', code: 'X' })])).toEqual({
      kind: 'ended',
      why: 'refused by the channel: X',
    });
  });
});

describe('what is due next of a payment', () => {
  it.each<[string, Partial<Wishes>, unknown]>([
    ['waiting while nobody wishes anything', {}, { kind: 'wait' }],
    ['another method when that is wished', { switchWanted: true }, { kind: 'switch' }],
    ['closing when it is cancelled', { cancelReason: 'withdrawn' }, { kind: 'close', why: 'cancelled: withdrawn' }],
    ['closing when its time is over', { expired: true }, { kind: 'close', why: 'expired unpaid' }],
    [
      'closing for the caller before the clock',
      { cancelReason: 'withdrawn', expired: true },
      { kind: 'close', why: 'cancelled: withdrawn' },
    ],
  ])('is %s', (_what, wishes, due) => {
    expect(paymentRuling([charge(1)], { ...nothing, ...wishes })).toEqual(due);
  });

  it('is what the facts say, whatever anybody wishes', () => {
    const outcomes = fc.array(
      fc.constantFrom<ChargeOutcome>(
        { kind: 'closed' },
        { kind: 'waiting' },
        { kind: 'absent' },
        { kind: 'refused', code: 'X' },
        paidAt(1),
        paidAt(2),
        paidAt(3, { paidFen: 1 }),
      ),
      { maxLength: 4 },
    );
    fc.assert(
      fc.property(fc.array(outcomes, { minLength: 1, maxLength: 3 }), (perCharge) => {
        const charges = perCharge.map((each, index) => charge(index + 1, ...each));
        const facts = chargesRuling(charges);
        const due = paymentRuling(charges, everything);
        if (facts.kind === 'open') expect(due).toEqual({ kind: 'switch' });
        else expect(due).toEqual(facts);
      }),
    );
  });

  it('never closes by a wish or the clock what has money', () => {
    fc.assert(
      fc.property(fc.boolean(), fc.boolean(), fc.option(fc.string()), (switchWanted, expired, cancelReason) => {
        const wishes = { switchWanted, expired, cancelReason };
        expect(paymentRuling([charge(1, paidAt(1))], wishes).kind).toBe('paid');
      }),
    );
  });

  it('is only waiting or closing once there is nothing to switch', () => {
    expect(endingRuling(nothing)).toEqual({ kind: 'wait' });
    expect(endingRuling(everything)).toEqual({ kind: 'close', why: 'cancelled: withdrawn' });
  });
});
