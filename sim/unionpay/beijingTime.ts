const OFFSET_MS = 8 * 3_600_000;

/** `yyyyMMddHHmmss` in Beijing. */
export function toBeijing(at: Date): string {
  return new Date(at.getTime() + OFFSET_MS).toISOString().slice(0, 19).replaceAll(/\D/g, '');
}

/** The moment a `yyyyMMddHHmmss` of Beijing stands for; undefined when it is none. */
export function fromBeijing(text: string): Date | undefined {
  if (!/^\d{14}$/.test(text)) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = [
    text.slice(0, 4),
    ...(text.slice(4).match(/../g) ?? []),
  ].map(Number);
  const at = new Date(Date.UTC(year, month - 1, day, hour, minute, second) - OFFSET_MS);
  return toBeijing(at) === text ? at : undefined;
}

export const beijingDay = (at: Date): string => toBeijing(at).slice(0, 8);
