const beijingOffsetMs = 8 * 3_600_000;

/** ISO-8601 → `yyyy-MM-dd HH:mm:ss` in Beijing, whatever zone this process runs in; fractions of a second are dropped. */
export function toBeijingTime(iso: string): string {
  return new Date(Date.parse(iso) + beijingOffsetMs).toISOString().slice(0, 19).replace('T', ' ');
}

/** `yyyy-MM-dd HH:mm:ss` in Beijing → ISO-8601 UTC, or null when the text is no such moment (31 June is none). */
export function fromBeijingTime(text: string): string | null {
  if (!/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/.test(text)) return null;
  const at = new Date(`${text.replace(' ', 'T')}+08:00`);
  if (Number.isNaN(at.getTime())) return null;
  const iso = at.toISOString();
  return toBeijingTime(iso) === text ? iso : null;
}
