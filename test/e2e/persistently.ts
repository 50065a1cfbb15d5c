import { setTimeout as pause } from 'node:timers/promises';

const againAfterMs = 300;

/** A step in the hands of a killed worker is repeated when its time is up, so one may take minutes. */
export const patienceMs = 180_000;

/**
 * Does what a caller does whose request got no answer, or one of trouble: the same request again, until it succeeds.
 * Raises the last failure once the time is up.
 */
export async function persistently<Result>(withinMs: number, act: () => Promise<Result>): Promise<Result> {
  const deadlineMs = Date.now() + withinMs;
  for (;;) {
    try {
      return await act();
    } catch (error) {
      if (Date.now() > deadlineMs) throw error;
      await pause(againAfterMs);
    }
  }
}
