const BEIJING_OFFSET_MS = 8 * 3_600_000;
const BEIJING_TIME = /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/;

/** `yyyy-MM-dd HH:mm:ss` in Beijing, whatever zone this process runs in. */
export function toBeijingTime(instant: Date): string {
  return new Date(instant.getTime() + BEIJING_OFFSET_MS).toISOString().slice(0, 19).replace('T', ' ');
}

/** Undefined for anything but an existing moment in that form: the 31st of June is refused, not rolled over. */
export function fromBeijingTime(text: string): Date | undefined {
  if (!BEIJING_TIME.test(text)) return undefined;
  const instant = new Date(`${text.replace(' ', 'T')}+08:00`);
  return !Number.isNaN(instant.getTime()) && toBeijingTime(instant) === text ? instant : undefined;
}
