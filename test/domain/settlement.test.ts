import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isWorkingDay,
  settlementDay,
  type SettlementTerms,
  type WorkCalendar,
} from '../../src/domain/book/settlement.js';

const calendar: WorkCalendar = {
  // National day of 2026, Thursday to Wednesday, with the Sunday before and the Saturday after as working days.
  holidays: new Set(['01', '02', '03', '04', '05', '06', '07'].map((day) => `2026-10-${day}`)),
  workdays: new Set(['2026-09-27', '2026-10-10']),
};
const terms = (changes: Partial<SettlementTerms> = {}): SettlementTerms => ({
  afterDays: 1,
  on: 'workingDays',
  cutoff: '24:00',
  account: 'main',
  ...changes,
});

describe('the day on which money should arrive', () => {
  it.each<[string, string, Partial<SettlementTerms>, string]>([
    ['the next day', '2026-11-23T06:00:00Z', {}, '2026-11-24'],
    ['the same day, at T', '2026-11-23T06:00:00Z', { afterDays: 0 }, '2026-11-23'],
    ['two days later, at T+2', '2026-11-23T06:00:00Z', { afterDays: 2 }, '2026-11-25'],
    ['Monday, after a Friday', '2026-11-27T06:00:00Z', {}, '2026-11-30'],
    ['Monday, after a Saturday', '2026-11-28T06:00:00Z', {}, '2026-11-30'],
    ['Monday, at T, of a Saturday', '2026-11-28T06:00:00Z', { afterDays: 0 }, '2026-11-30'],
    ['Saturday, after a Friday, where every day counts', '2026-11-27T06:00:00Z', { on: 'everyDay' }, '2026-11-28'],
    ['after the holiday', '2026-09-30T06:00:00Z', {}, '2026-10-08'],
    ['two working days after the holiday', '2026-10-03T06:00:00Z', { afterDays: 2 }, '2026-10-09'],
    ['on a Saturday that is worked', '2026-10-09T06:00:00Z', {}, '2026-10-10'],
    ['on a Sunday that is worked', '2026-09-26T06:00:00Z', {}, '2026-09-27'],
    ['by Shanghai’s midnight, not by ours', '2026-11-23T16:00:00Z', {}, '2026-11-25'],
    ['a day later, from the cut-off on', '2026-11-23T15:00:00Z', { cutoff: '23:00' }, '2026-11-25'],
    ['not later, a minute before it', '2026-11-23T14:59:00Z', { cutoff: '23:00' }, '2026-11-24'],
  ])('is %s', (_what, at, changes, day) => {
    expect(settlementDay(at, terms(changes), calendar)).toBe(day);
  });

  it('is never before the payment, is a day that counts, and moves on with more days', () => {
    const at = fc.date({ min: new Date('2026-01-01'), max: new Date('2027-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(at, fc.integer({ min: 0, max: 10 }), (moment, afterDays) => {
        const iso = moment.toISOString();
        const day = settlementDay(iso, terms({ afterDays }), calendar);
        const paid = new Date(moment.getTime() + 8 * 3_600_000).toISOString().slice(0, 10);
        expect(day >= paid).toBe(true);
        expect(isWorkingDay(day, calendar)).toBe(true);
        // What is due on a closed day and what is due a day later arrive together.
        const later = settlementDay(iso, terms({ afterDays: afterDays + 1 }), calendar);
        expect(afterDays === 0 ? later >= day : later > day).toBe(true);
      }),
    );
  });

  it('is not searched for ever in a calendar that never opens', () => {
    const closed = { holidays: new Set<string>(), workdays: new Set<string>() };
    const holidays = new Set(
      Array.from({ length: 200 }, (_, index) => new Date(Date.UTC(2026, 10, 1 + index)).toISOString().slice(0, 10)),
    );
    expect(() => settlementDay('2026-11-23T06:00:00Z', terms(), { ...closed, holidays })).toThrow(RangeError);
  });
});
