const beijingOffsetMs = 8 * 3_600_000;
const dayMs = 86_400_000;

/** ISO-8601 → `yyyyMMddHHmmss` in Beijing, whatever zone this process runs in; fractions of a second are dropped. */
export function toBeijingTime(iso: string): string {
  return new Date(Date.parse(iso) + beijingOffsetMs).toISOString().slice(0, 19).replaceAll(/[-T:]/g, '');
}

/** `yyyyMMddHHmmss` in Beijing → ISO-8601 UTC, or null when the text is no such moment. */
function fromBeijingTime(text: string): string | null {
  const [, date, time] = /^(\d{4}\d{2}\d{2})(\d{6})$/.exec(text) ?? [];
  if (date === undefined || time === undefined) return null;
  const day = `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}`;
  const at = new Date(`${day}T${time.slice(0, 2)}:${time.slice(2, 4)}:${time.slice(4)}+08:00`);
  if (Number.isNaN(at.getTime())) return null;
  const iso = at.toISOString();
  return toBeijingTime(iso) === text ? iso : null;
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
export function isSameDay(one: string, other: string): boolean {
  return toBeijingTime(one).slice(0, 8) === toBeijingTime(other).slice(0, 8);
}
