import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sharesBetween, sharesOf, type Coinsurance, type Shares } from '../../src/domain/book/coinsurance.js';
import { policyIssued, refundOwed } from '../../src/domain/book/entries.js';
import { fen } from '../../src/domain/money.js';

const threeOfUs: Coinsurance = {
  lead: { insurer: 'LEAD', shareBp: 3_334 },
  followers: [
    { insurer: 'ONE', shareBp: 3_333 },
    { insurer: 'TWO', shareBp: 3_333 },
  ],
  leadFeeBp: 500,
};

/** Any lead with one to five followers, shares of 10000 in all. */
const anyCoinsurance: fc.Arbitrary<Coinsurance> = fc
  .record({
    weights: fc.array(fc.integer({ min: 1, max: 1_000 }), { minLength: 1, maxLength: 5 }),
    leadFeeBp: fc.integer({ min: 0, max: 9_999 }),
  })
  .map(({ weights, leadFeeBp }) => {
    const all = weights.reduce((sum, weight) => sum + weight, 1_000);
    const followers = weights.map((weight, index) => ({
      insurer: `F${index}`,
      shareBp: Math.max(1, Math.floor((weight * 9_000) / all)),
    }));
    const shareBp = 10_000 - followers.reduce((sum, follower) => sum + follower.shareBp, 0);
    return { lead: { insurer: 'LEAD', shareBp }, followers, leadFeeBp };
  });

const premium = fc.integer({ min: 1, max: 10_000_000_000 });
const total = ({ leadFen, followers }: Shares): number =>
  followers.reduce((sum: number, { grossFen }) => sum + grossFen, leadFen);

describe('a premium shared among insurers', () => {
  it('gives each follower its share rounded down, and the lead what is left', () => {
    expect(sharesOf(fen(100_01), threeOfUs)).toEqual({
      leadFen: 33_35,
      followers: [
        { insurer: 'ONE', grossFen: 33_33, feeFen: 1_66 },
        { insurer: 'TWO', grossFen: 33_33, feeFen: 1_66 },
      ],
    });
  });

  it('never loses or gains a fen, and takes no fee beyond a share', () => {
    fc.assert(
      fc.property(premium, anyCoinsurance, (premiumFen, coinsurance) => {
        const shares = sharesOf(fen(premiumFen), coinsurance);
        expect(total(shares)).toBe(premiumFen);
        expect(shares.leadFen).toBeGreaterThanOrEqual(0);
        for (const { grossFen, feeFen } of shares.followers) {
          expect(feeFen).toBeGreaterThanOrEqual(0);
          expect(feeFen).toBeLessThanOrEqual(grossFen);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('goes back in any parts, in any order, by the very shares it came with', () => {
    const parts = fc.array(fc.integer({ min: 1, max: 3_000_000 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(parts, anyCoinsurance, fc.integer(), (amounts, coinsurance, seed) => {
        let fromFen = fen(0);
        const intervals = amounts.map((amountFen) => {
          const interval = { fromFen, toFen: fen(fromFen + amountFen) };
          fromFen = interval.toFen;
          return interval;
        });
        const turned = seed % 2 === 0 ? intervals : intervals.toReversed();
        const back = turned.map((interval) => {
          const shares = sharesBetween(interval, coinsurance);
          expect(total(shares)).toBe(interval.toFen - interval.fromFen);
          return shares;
        });
        const whole = sharesOf(fromFen, coinsurance);
        expect(back.reduce((sum, { leadFen }) => sum + leadFen, 0)).toBe(whole.leadFen);
        for (const [index, follower] of whole.followers.entries()) {
          const sum = (pick: 'grossFen' | 'feeFen'): number =>
            back.reduce((fenSum, { followers }) => fenSum + (followers[index]?.[pick] ?? Number.NaN), 0);
          expect(sum('grossFen')).toBe(follower.grossFen);
          expect(sum('feeFen')).toBe(follower.feeFen);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('is booked to the fen: all of it back leaves nothing on any account but what is owed to the payer', () => {
    const event = { paymentId: 'P0000001', outTradeNo: 'P0000001C1', at: '2026-11-22T06:00:00.000Z' };
    const cuts = fc.array(fc.integer({ min: 1, max: 9_999 }), { maxLength: 6 });
    fc.assert(
      fc.property(premium, anyCoinsurance, cuts, (premiumFen, coinsurance, permyriads) => {
        const ends = [...permyriads.map((cut) => Math.floor((premiumFen * cut) / 10_000)), premiumFen].sort(
          (a, b) => a - b,
        );
        const amountFen = fen(premiumFen);
        const journals = [policyIssued({ ...event, policyNo: 'PL1', amountFen, coinsurance })];
        let beforeFen = fen(0);
        for (const [index, end] of ends.entries()) {
          if (end === beforeFen) continue;
          const refundNo = `P0000001C1R${index}`;
          const refund = { ...event, refundNo, refundId: `E${index}`, refundFen: fen(end - beforeFen) };
          journals.push(refundOwed({ ...refund, source: 'premiumIncome', shared: { coinsurance, beforeFen } }));
          beforeFen = fen(end);
        }
        const standing = new Map<string, number>();
        for (const { lines } of journals) {
          expect(lines.reduce((sum, line) => sum + line.amountFen, 0)).toBe(0);
          expect(lines.every((line) => line.amountFen !== 0)).toBe(true);
          for (const line of lines) standing.set(line.account, (standing.get(line.account) ?? 0) + line.amountFen);
        }
        const left = [...standing].filter(([, standingFen]) => standingFen !== 0);
        expect(left).toEqual([
          ['premiumInAdvance', premiumFen],
          ['refundPayable', -premiumFen],
        ]);
      }),
      { numRuns: 2_000 },
    );
  });

  it('that was never earned goes back without the followers', () => {
    const refund = refundOwed({
      paymentId: 'P0000001',
      outTradeNo: 'P0000001C1',
      refundNo: 'P0000001C1R1',
      refundId: 'undo-C1',
      refundFen: fen(100),
      at: '2026-11-22T06:00:00.000Z',
      source: 'premiumInAdvance',
      shared: { coinsurance: threeOfUs, beforeFen: fen(0) },
    });
    expect(refund.lines.map(({ account }) => account)).toEqual(['premiumInAdvance', 'refundPayable']);
  });
});
