const offsetMs = 8 * 3_600_000;

/** ISO-8601 → `yyyy-MM-ddTHH:mm:ss` in Beijing, whatever zone this process runs in; fractions of a second are dropped. */
export function beijingTimeOf(iso: string): string {
  return new Date(Date.parse(iso) + offsetMs).toISOString().slice(0, 19);
}

/** The way back, to ISO-8601 UTC; null when the text is no such moment (31 June is none). */
export function momentOf(beijingTime: string): string | null {
  const at = new Date(`${beijingTime}+08:00`);
  if (Number.isNaN(at.getTime())) return null;
  const iso = at.toISOString();
  return beijingTimeOf(iso) === beijingTime ? iso : null;
}
