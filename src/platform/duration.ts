import { z } from 'zod';

const unitMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const pattern = /^([1-9]\d{0,5})(ms|s|m|h|d)$/;

/** `"30s"` → `30000`: a whole number above zero and one unit. Raises RangeError for anything else. */
export function parseDurationMs(text: string): number {
  const [, count, unit] = pattern.exec(text) ?? [];
  if (count === undefined || unit === undefined) {
    throw new RangeError(`"${text}" is not a duration such as 10s, 5m, 1h or 3d`);
  }
  return Number(count) * unitMs[unit as keyof typeof unitMs];
}

/** A duration in a configuration file, read as milliseconds. */
export const durationMs = z
  .string({ error: 'must be a duration such as 10s, 5m, 1h or 3d' })
  .regex(pattern, 'must be a duration such as 10s, 5m, 1h or 3d')
  .transform(parseDurationMs);
