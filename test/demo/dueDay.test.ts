import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dueDay } from '../../demo/dueDay.js';

const calendar = {
  holidays: ['2027-01-01', ...[1, 2, 3, 4, 5, 6, 7].map((day) => `2026-10-0${day}`)],
  workdays: ['2026-10-10'],
};

describe('the day on which the demo expects money', () => {
  it.each([
    ['on a Thursday', '2026-11-26T02:00:00Z', 0, '2026-11-26'],
    ['two working days after a Thursday', '2026-11-26T02:00:00Z', 2, '2026-11-30'],
    ['two working days after a Friday', '2026-11-27T02:00:00Z', 2, '2026-12-01'],
    ['of a Saturday, on the next working day', '2026-11-28T02:00:00Z', 0, '2026-11-30'],
    ['two working days after a Saturday', '2026-11-28T02:00:00Z', 2, '2026-12-01'],
    ['by the day in Shanghai', '2026-11-26T16:00:00Z', 0, '2026-11-27'],
    ['over a year end that is a holiday', '2026-12-31T15:59:30Z', 2, '2027-01-05'],
    ['after the seven days of National Day', '2026-09-30T02:00:00Z', 1, '2026-10-08'],
    ['on a Saturday that is worked', '2026-10-10T02:00:00Z', 0, '2026-10-10'],
    ['on a leap day', '2028-02-29T02:00:00Z', 2, '2028-03-02'],
  ])('is %s', (_what, paidAt, workingDays, day) => {
    expect(dueDay(paidAt, workingDays, calendar)).toBe(day);
  });

  it('is never a weekend and never before the day of payment', () => {
    const moments = fc.date({ min: new Date('2024-01-01'), max: new Date('2032-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(moments, fc.nat(10), (paidAt, workingDays) => {
        const day = dueDay(paidAt.toISOString(), workingDays, { holidays: [], workdays: [] });
        expect([0, 6]).not.toContain(new Date(day).getUTCDay());
        expect(Date.parse(day) + 86_400_000).toBeGreaterThan(paidAt.getTime() + 8 * 3_600_000);
      }),
    );
  });
});
