import { beijingTimeOf, isWeekend, nextDay } from '../businessDay.js';

/** When and where a channel pays out what it has collected for us. */
export interface SettlementTerms {
  /** Days after the day of payment: 0 is the same day (T), 1 the next (T+1). */
  afterDays: number;
  /** Which days count, and on which money arrives. */
  on: 'workingDays' | 'everyDay';
  /** `HH:mm` in Shanghai: what is paid from then on belongs to the next day; `24:00` for none. */
  cutoff: string;
  /** Our name of the bank account it should arrive at. */
  account: string;
}

/** Days that are not what their weekday says, `yyyy-MM-dd`. */
export interface WorkCalendar {
  /** Closed although no weekend. */
  holidays: ReadonlySet<string>;
  /** Open although a weekend (调休). */
  workdays: ReadonlySet<string>;
}

/** No holiday lasts longer; a calendar that never opens is a mistake and must not be searched for ever. */
const searchedDaysMax = 60;

/** The day, `yyyy-MM-dd` in Shanghai, on which money that moved at `at` (ISO-8601) should arrive. Raises RangeError for a calendar without working days. */
export function settlementDay(at: string, terms: SettlementTerms, calendar: WorkCalendar): string {
  const [paidDay = '', time = ''] = beijingTimeOf(at).split('T');
  let day = time >= terms.cutoff ? nextDay(paidDay) : paidDay;
  const counts = (each: string): boolean => terms.on === 'everyDay' || isWorkingDay(each, calendar);
  let left = terms.afterDays;
  for (let searched = 0; left > 0 || !counts(day); searched += 1) {
    if (searched > searchedDaysMax) throw new RangeError(`the calendar has no working day within two months of ${day}`);
    day = nextDay(day);
    if (counts(day) && left > 0) left -= 1;
  }
  return day;
}

export function isWorkingDay(day: string, { holidays, workdays }: WorkCalendar): boolean {
  return workdays.has(day) || !(isWeekend(day) || holidays.has(day));
}
