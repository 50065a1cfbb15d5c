import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { beijingTimeOf, businessDayOf, isDay, isWeekend, momentOf, nextDay } from '../../src/domain/businessDay.js';

/** The time zone database, which knows of our eight hours nothing. */
const clock = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'Asia/Shanghai',
  dateStyle: 'short',
  timeStyle: 'medium',
});
const iso = (ms: number): string => new Date(ms).toISOString();

const from = Date.UTC(1992, 0, 1);
const to = Date.UTC(2100, 0, 1);
const dayMs = 86_400_000;
const anyMoment = fc.integer({ min: from, max: to });
/** Moments within two seconds of a midnight in Shanghai, which is 16:00 in Greenwich. */
const aroundMidnight = fc
  .tuple(fc.integer({ min: from / dayMs, max: to / dayMs }), fc.integer({ min: -2_000, max: 2_000 }))
  .map(([days, offMs]) => days * dayMs - 8 * 3_600_000 + offMs);
const turns = ['02-28', '02-29', '03-01', '12-31', '01-01'];
/** The same around the days where months and years turn. */
const aroundTurns = fc
  .tuple(fc.integer({ min: 1992, max: 2099 }), fc.constantFrom(...turns), fc.integer({ min: -2_000, max: 2_000 }))
  .map(([year, day, offMs]) => Date.parse(`${year}-${day}T00:00:00+08:00`) + offMs);
const moments = fc.oneof(anyMoment, aroundMidnight, aroundTurns);

describe('the day in Shanghai', () => {
  it.each([
    ['2026-11-22T15:59:59.999Z', '2026-11-22', '2026-11-22T23:59:59'],
    ['2026-11-22T16:00:00.000Z', '2026-11-23', '2026-11-23T00:00:00'],
    ['2028-02-28T16:00:00.000Z', '2028-02-29', '2028-02-29T00:00:00'],
    ['2027-02-28T16:00:00.000Z', '2027-03-01', '2027-03-01T00:00:00'],
    ['2026-12-31T15:59:59.999Z', '2026-12-31', '2026-12-31T23:59:59'],
    ['2026-12-31T16:00:00.000Z', '2027-01-01', '2027-01-01T00:00:00'],
    ['2026-11-22T14:00:00+08:00', '2026-11-22', '2026-11-22T14:00:00'],
  ])('of %s is %s', (at, day, time) => {
    expect(businessDayOf(at)).toBe(day);
    expect(beijingTimeOf(at)).toBe(time);
  });

  it('and its time are those of the zone, around midnight, 29 February and the end of a year too', () => {
    fc.assert(
      fc.property(moments, (ms) => {
        expect(beijingTimeOf(iso(ms))).toBe(clock.format(ms).replace(' ', 'T'));
        expect(businessDayOf(iso(ms))).toBe(clock.format(ms).slice(0, 10));
      }),
      { numRuns: 2_000 },
    );
  });

  it('is followed by the one that the same time of it falls on a day later', () => {
    fc.assert(
      fc.property(moments, (ms) => {
        const day = businessDayOf(iso(ms));
        expect(nextDay(day)).toBe(businessDayOf(iso(ms + dayMs)));
        expect(nextDay(day) > day).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it('is a day, and no text that only looks like one is', () => {
    fc.assert(
      fc.property(moments, (ms) => {
        expect(isDay(businessDayOf(iso(ms)))).toBe(true);
      }),
    );
    const none = ['2026-02-29', '2026-11-31', '2026-13-01', '2026-00-10', '2026-1-2', '20261122', '', 'today'];
    expect([...none, '2026-11-22T00:00:00', ' 2026-11-22'].filter(isDay)).toEqual([]);
    expect(isDay('2028-02-29')).toBe(true);
  });

  it('is a weekend twice in seven days, one after the other', () => {
    expect(['2026-11-20', '2026-11-21', '2026-11-22', '2026-11-23'].map(isWeekend)).toEqual([false, true, true, false]);
    fc.assert(
      fc.property(moments, (ms) => {
        const week = Array.from({ length: 7 }, (_, index) => businessDayOf(iso(ms + index * dayMs)));
        expect(week.filter(isWeekend)).toHaveLength(2);
      }),
    );
  });
});

describe('a time in Beijing', () => {
  it('leads back to its moment, to the second', () => {
    fc.assert(
      fc.property(moments, (ms) => {
        expect(momentOf(beijingTimeOf(iso(ms)))).toBe(iso(Math.floor(ms / 1_000) * 1_000));
      }),
      { numRuns: 2_000 },
    );
  });

  it.each(['2026-06-31T10:00:00', '2026-11-22T24:00:00', '2026-11-22T10:60:00', '2026-11-22T10:00', '2026-11-22', 'T'])(
    'is no moment as %s',
    (text) => {
      expect(momentOf(text)).toBeNull();
    },
  );
});
