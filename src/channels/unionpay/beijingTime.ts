import { beijingTimeOf, businessDayOf, momentOf } from '../../domain/businessDay.js';

const dayMs = 86_400_000;

/** ISO-8601 → `yyyyMMddHHmmss` in Beijing. */
export const toBeijingTime = (iso: string): string => beijingTimeOf(iso).replaceAll(/[-T:]/g, '');

/** `yyyyMMddHHmmss` in Beijing → ISO-8601 UTC, or null when the text is no such moment. */
function fromBeijingTime(text: string): string | null {
  const [, ...parts] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(text) ?? [];
  return momentOf(`${parts.slice(0, 3).join('-')}T${parts.slice(3).join(':')}`);
}

/**
 * `traceTime` (`MMddHHmmss`) has no year: it is the one that puts it nearest to `txnTime`, which is part of the same
 * message, so that neither New Year's Eve nor a clock that is a little behind moves it by a year. Null when it is no moment.
 */
export function traceMoment(traceTime: string, txnTime: string): string | null {
  const sent = fromBeijingTime(txnTime);
  if (sent === null) return null;
  const year = Number(txnTime.slice(0, 4));
  const distance = (iso: string): number => Math.abs(Date.parse(iso) - Date.parse(sent));
  const moments = [year - 1, year, year + 1].flatMap((each) => fromBeijingTime(`${each}${traceTime}`) ?? []);
  const [nearest] = moments.sort((one, other) => distance(one) - distance(other));
  return nearest !== undefined && distance(nearest) < 200 * dayMs ? nearest : null;
}

/** Whether both moments (ISO-8601) fall on one day of Beijing's. */
export const isSameDay = (one: string, other: string): boolean => businessDayOf(one) === businessDayOf(other);
