/**
 * Moments in Beijing at which something else than on a usual day may happen.
 * @type {Readonly<Record<string, string>>}
 */
export const days = {
  friday: '2026-11-27T10:00:00',
  saturday: '2026-11-28T10:00:00',
  beforeMidnight: '2026-11-26T23:59:30',
  yearEnd: '2026-12-31T23:59:30',
  // The last working day before the seven days of National Day.
  beforeHoliday: '2026-09-30T10:00:00',
  leapDay: '2028-02-29T10:00:00',
};
