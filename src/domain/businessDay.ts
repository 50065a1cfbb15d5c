/** Business is done by the day in Shanghai, at Beijing's time; China has kept UTC+8 all year since 1991. */
const aheadMs = 8 * 3_600_000;
const dayMs = 86_400_000;

/** A moment (ISO-8601) as `yyyy-MM-ddTHH:mm:ss` in Beijing, whatever zone this process runs in; fractions of a second are dropped. */
export const beijingTimeOf = (at: string): string => new Date(Date.parse(at) + aheadMs).toISOString().slice(0, 19);

/** The way back, to ISO-8601 UTC; null when the text is no such moment (31 June is none). */
export function momentOf(beijingTime: string): string | null {
  const at = Date.parse(`${beijingTime}+08:00`);
  if (Number.isNaN(at)) return null;
  const iso = new Date(at).toISOString();
  return beijingTimeOf(iso) === beijingTime ? iso : null;
}

/** The day a moment (ISO-8601) belongs to, `yyyy-MM-dd`. */
export const businessDayOf = (at: string): string => beijingTimeOf(at).slice(0, 10);

/** Whether a text is a day, `yyyy-MM-dd`. */
export const isDay = (text: string): boolean => momentOf(`${text}T00:00:00`) !== null;

export const nextDay = (day: string): string => new Date(midnightMs(day) + dayMs).toISOString().slice(0, 10);

export const isWeekend = (day: string): boolean => [0, 6].includes(new Date(midnightMs(day)).getUTCDay());

/** Of the calendar alone, where every day has 24 hours. */
const midnightMs = (day: string): number => Date.parse(`${day}T00:00:00Z`);
