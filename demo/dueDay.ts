/** Business is done by the day in Shanghai, eight hours ahead all year. */
const aheadMs = 8 * 3_600_000;
const dayMs = 86_400_000;

/**
 * The day, `yyyy-MM-dd` in Shanghai, on which money is due that was paid at a moment (ISO-8601), so many working days later. Counted here
 * once more, from what docs/ledger.md says, to hold against what the product says. The demo's stack has no holidays: only
 * Saturdays and Sundays are closed.
 */
export function dueDay(paidAt: string, workingDays: number): string {
  let midnightMs = Math.floor((Date.parse(paidAt) + aheadMs) / dayMs) * dayMs;
  let left = workingDays;
  while (left > 0 || isClosed(midnightMs)) {
    midnightMs += dayMs;
    if (left > 0 && !isClosed(midnightMs)) left -= 1;
  }
  return new Date(midnightMs).toISOString().slice(0, 10);
}

const isClosed = (atMs: number): boolean => [0, 6].includes(new Date(atMs).getUTCDay());
