const beijingAheadMs = 8 * 60 * 60 * 1000;

/** The business date of a moment (ISO-8601 UTC) in Asia/Shanghai, `yyyy-MM-dd`; China has kept UTC+8 all year since 1991. */
export function bookDateOf(at: string): string {
  return new Date(Date.parse(at) + beijingAheadMs).toISOString().slice(0, 10);
}
