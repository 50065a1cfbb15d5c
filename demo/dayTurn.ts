import { setTimeout as pause } from 'node:timers/promises';
import type { Method } from './methods.js';

const hourMs = 3_600_000;
/** Hours of the day in Shanghai: the gateway closes its day and settles the terminals' batches, then the next day begins. */
const turnsAt = [23, 24];

/**
 * What has become of a payment by an undo on its day is a refund on the next one, and a terminal's refund waits for its batch:
 * so a story of a channel that undoes is told on one side of a turn. Waits until it is over when less than `roomMs` are
 * left before it; other channels do not notice, and nobody waits for their stories.
 */
export async function awayFromTurn({ undoes }: Method, roomMs: number): Promise<void> {
  if (undoes) await pause(waitForTurnMs(Date.now(), roomMs));
}

/** How long to wait, ms: until just after the next turn when it is that near, and not at all otherwise. */
export function waitForTurnMs(nowMs: number, roomMs: number): number {
  const ofDayMs = (nowMs + 8 * hourMs) % (24 * hourMs);
  const next = turnsAt.map((hour) => hour * hourMs - ofDayMs).find((leftMs) => leftMs > 0) ?? 0;
  return next <= roomMs ? next + 1_000 : 0;
}
