import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide, isConclusive, newCharge, verdictOf, type ChargeState } from '../../src/domain/charge.js';
import type { ChargeOutcome, Evidence, EvidenceSource } from '../../src/domain/evidence.js';
import { fen } from '../../src/domain/money.js';

const outTradeNo = 'P2026112200000001C1';
const merchantId = '2088000000000001';
const premiumFen = fen(1_280_00);
const at = (second: number): string => new Date(Date.UTC(2026, 10, 22, 6, 0, second)).toISOString();

const unpaid = newCharge({ outTradeNo, askedFen: premiumFen, merchantId });

const says = (outcome: ChargeOutcome, changes: Partial<Evidence> = {}): Evidence => ({
  evidenceId: 'e1',
  source: 'callback',
  outTradeNo,
  merchantId,
  outcome,
  observedAt: at(30),
  ...changes,
});

const paid = (changes: Partial<Extract<ChargeOutcome, { kind: 'paid' }>> = {}) =>
  ({ kind: 'paid', paidFen: premiumFen, tradeNo: 'T1', paidAt: at(10), ...changes }) as const;

const believing = (...evidence: Evidence[]): ChargeState => evidence.reduce(decide, unpaid);
const verdict = (...outcomes: ChargeOutcome[]) => verdictOf(believing(...outcomes.map((outcome) => says(outcome))));

const receipt = { tradeNo: 'T1', paidFen: premiumFen, paidAt: at(10) };

describe('what is believed of a charge', () => {
  it('is nothing before the first evidence', () => {
    expect(verdictOf(unpaid)).toEqual({ kind: 'open' });
  });

  it.each<[string, ChargeOutcome[], unknown]>([
    ['paid once it is paid', [paid()], { kind: 'paid', receipt }],
    ['paid though it was closed, before or after', [{ kind: 'closed' }, paid()], { kind: 'paid', receipt }],
    ['closed by a close alone', [{ kind: 'closed' }], { kind: 'closed' }],
    ['refused by a refusal alone', [{ kind: 'refused', code: 'X' }], { kind: 'refused', code: 'X' }],
    [
      'refused rather than closed',
      [{ kind: 'closed' }, { kind: 'refused', code: 'X' }],
      { kind: 'refused', code: 'X' },
    ],
    [
      'in doubt when another amount was paid',
      [paid({ paidFen: fen(1_280_01) })],
      { kind: 'doubtful', reason: 'amountMismatch' },
    ],
    [
      'in doubt when one fen is missing',
      [paid({ paidFen: fen(1_279_99) })],
      { kind: 'doubtful', reason: 'amountMismatch' },
    ],
    [
      'in doubt when paid twice',
      [paid(), paid({ tradeNo: 'T2' })],
      { kind: 'doubtful', reason: 'contradictoryEvidence' },
    ],
    [
      'in doubt when paid and refused',
      [{ kind: 'refused', code: 'X' }, paid()],
      { kind: 'doubtful', reason: 'contradictoryEvidence' },
    ],
    [
      'in doubt when paid and given back by the channel',
      [paid(), { ...paid(), kind: 'returned' }],
      { kind: 'doubtful', reason: 'returnedOutside' },
    ],
  ])('is %s', (_, outcomes, expected) => {
    expect(verdict(...outcomes)).toEqual(expected);
    expect(verdict(...outcomes.toReversed())).toEqual(expected);
  });

  it('is in doubt when another merchant was paid, above every other doubt', () => {
    const foreign = says(paid({ paidFen: fen(1) }), { merchantId: '2088999999999999' });
    expect(verdictOf(believing(foreign))).toEqual({ kind: 'doubtful', reason: 'merchantMismatch' });
    expect(verdictOf(believing(says(paid()), foreign))).toEqual({ kind: 'doubtful', reason: 'merchantMismatch' });
  });

  it('is not in doubt when an answer names no merchant at all', () => {
    expect(verdictOf(believing(says(paid(), { merchantId: '' })))).toEqual({ kind: 'paid', receipt });
  });

  it('takes the earliest time of payment where sources differ', () => {
    expect(verdict(paid({ paidAt: at(20) }), paid({ paidAt: at(10) }), paid({ paidAt: at(15) }))).toEqual({
      kind: 'paid',
      receipt,
    });
  });

  it.each<ChargeOutcome>([{ kind: 'waiting' }, { kind: 'absent' }, { kind: 'unknown', code: 'TIMEOUT' }])(
    'is not changed by $kind, which means ask again',
    (outcome) => {
      expect(isConclusive(outcome)).toBe(false);
      expect(believing(says(outcome))).toEqual(unpaid);
    },
  );

  it.each<ChargeOutcome>([paid(), { ...paid(), kind: 'returned' }, { kind: 'closed' }, { kind: 'refused', code: 'X' }])(
    'is settled by $kind',
    (outcome) => {
      expect(isConclusive(outcome)).toBe(true);
    },
  );
});

const anyTime = fc.integer({ min: 0, max: 59 }).map(at);
const anyMoney = fc.record({
  kind: fc.constantFrom('paid' as const, 'returned' as const),
  paidFen: fc.constantFrom(premiumFen, premiumFen, fen(1), fen(1_280_01)),
  tradeNo: fc.constantFrom('T1', 'T1', 'T2'),
  paidAt: anyTime,
});
const weak = fc.constantFrom<ChargeOutcome>(
  { kind: 'waiting' },
  { kind: 'absent' },
  { kind: 'unknown', code: 'TIMEOUT' },
  { kind: 'closed' },
);
const refusal = fc.constantFrom('X', 'Y').map((code): ChargeOutcome => ({ kind: 'refused', code }));

const evidenceOf = (outcome: fc.Arbitrary<ChargeOutcome>): fc.Arbitrary<Evidence> =>
  fc.record({
    evidenceId: fc.constantFrom('e1', 'e2', 'e3'),
    source: fc.constantFrom<EvidenceSource>('callback', 'query', 'statement', 'operator'),
    outTradeNo: fc.constantFrom(outTradeNo, outTradeNo, outTradeNo, 'P2026112200000001C2'),
    merchantId: fc.constantFrom(merchantId, merchantId, '', '2088999999999999'),
    outcome,
    observedAt: anyTime,
  });
const anyEvidence = evidenceOf(fc.oneof(anyMoney, weak, refusal));
const anyHistory = fc.array(anyEvidence, { maxLength: 12 });

describe('evidence about a charge', () => {
  it('gives the same belief in any order and any number of copies', () => {
    const histories = anyHistory.chain((history) =>
      fc.tuple(
        fc.constant(history),
        // Each piece at least once, some again, all in another order.
        fc.array(fc.nat({ max: Math.max(0, history.length - 1) }), { maxLength: 12 }).chain((again) =>
          fc.shuffledSubarray([...history, ...again.flatMap((index) => history[index] ?? [])], {
            minLength: history.length + (history.length === 0 ? 0 : again.length),
          }),
        ),
      ),
    );
    fc.assert(
      fc.property(histories, ([history, repeated]) => {
        expect(believing(...repeated)).toEqual(believing(...history));
      }),
      { numRuns: 500 },
    );
  });

  it('about another order changes nothing', () => {
    fc.assert(
      fc.property(anyHistory, anyEvidence, (history, evidence) => {
        const before = believing(...history);
        expect(decide(before, { ...evidence, outTradeNo: 'P2026112200000001C2' })).toBe(before);
      }),
    );
  });

  it('never makes paid money unpaid: it stays paid, or a person is asked', () => {
    fc.assert(
      fc.property(anyHistory, anyHistory, (before, after) => {
        const verdictBefore = verdictOf(believing(...before, says(paid())));
        const verdictAfter = verdictOf(believing(...before, says(paid()), ...after));
        expect(['paid', 'doubtful']).toContain(verdictAfter.kind);
        if (verdictBefore.kind === 'doubtful') expect(verdictAfter.kind).toBe('doubtful');
        if (verdictAfter.kind === 'paid')
          expect(verdictAfter.receipt).toMatchObject({ tradeNo: 'T1', paidFen: premiumFen });
      }),
      { numRuns: 500 },
    );
  });

  it('that is weaker never overwrites a payment: waiting, absent, unknown, closed', () => {
    fc.assert(
      fc.property(fc.array(evidenceOf(weak), { maxLength: 12 }), (further) => {
        expect(verdictOf(believing(says(paid()), ...further))).toEqual({ kind: 'paid', receipt });
      }),
    );
  });

  it('that is weaker never reopens an end', () => {
    const asking = weak.filter(({ kind }) => kind !== 'closed');
    fc.assert(
      fc.property(fc.oneof(refusal, fc.constant({ kind: 'closed' as const })), fc.array(asking), (end, further) => {
        expect(verdict(end, ...further)).toEqual(verdict(end));
      }),
    );
  });

  it('only adds: no receipt, merchant, return, close or refusal is ever forgotten', () => {
    fc.assert(
      fc.property(anyHistory, anyEvidence, (history, evidence) => {
        const before = believing(...history);
        const after = decide(before, evidence);
        for (const { tradeNo, paidFen } of before.receipts)
          expect(after.receipts).toContainEqual(expect.objectContaining({ tradeNo, paidFen }));
        expect(after.foreignMerchants).toEqual(expect.arrayContaining([...before.foreignMerchants]));
        expect([before.returned && !after.returned, before.closed && !after.closed]).toEqual([false, false]);
        if (before.refusedCode !== null) expect(after.refusedCode).not.toBeNull();
      }),
    );
  });
});
