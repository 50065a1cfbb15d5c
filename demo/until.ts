import { setTimeout as pause } from 'node:timers/promises';

/** Soon at first, as most things take a moment; then more patiently, so that looking does not slow what is looked for. */
const lookAgainMs = { first: 100, growth: 1.3, max: 1_500 };

/**
 * Looks until what is looked for is there (anything but undefined), and gives it. Raises `Error` with the last thing
 * seen once the deadline has passed.
 */
export async function until<Found>(
  sought: { what: string; withinMs: number; lastSeen?: () => unknown },
  look: () => Promise<Found | undefined>,
): Promise<Found> {
  const deadlineMs = Date.now() + sought.withinMs;
  for (let pauseMs = lookAgainMs.first; ; pauseMs = Math.min(pauseMs * lookAgainMs.growth, lookAgainMs.max)) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > deadlineMs) {
      const seen = sought.lastSeen === undefined ? '' : `; last seen: ${JSON.stringify(sought.lastSeen())}`;
      throw new Error(`no ${sought.what} within ${sought.withinMs / 1000} s${seen}`);
    }
    await pause(pauseMs);
  }
}
