import type { Calendar } from '../stack/channels/calendar.js';

const dayMs = 86_400_000;
/** Longer than any holiday and the working days around it. */
const aheadDays = 25;

/**
 * The day, `yyyy-MM-dd` in Shanghai, on which finance may expect money that was paid at `paidAt` (ISO-8601), so many working
 * days later. Written from docs/configuration.md, not from the product's code: what is due on the day itself comes on the
 * first working day from then on, anything else on the first, second… working day that follows.
 */
export function dueDay(paidAt: string, afterDays: number, { holidays, workdays }: Calendar): string {
  const paidMs = Date.parse(paidAt) + 8 * 3_600_000; // China has one zone, UTC+8, all year.
  const days = Array.from({ length: aheadDays }, (_, ahead) => new Date(paidMs + ahead * dayMs));
  const working = days.filter((day) => {
    const name = nameOf(day);
    const isWeekend = day.getUTCDay() === 0 || day.getUTCDay() === 6;
    return isWeekend ? workdays.includes(name) : !holidays.includes(name);
  });
  const following = working.filter((day) => day.getTime() > paidMs);
  const due = afterDays === 0 ? working[0] : following[afterDays - 1];
  if (due === undefined) throw new Error(`no ${afterDays} working days within ${aheadDays} days of ${paidAt}`);
  return nameOf(due);
}

const nameOf = (day: Date): string => day.toISOString().slice(0, 10);
