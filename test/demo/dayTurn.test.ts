import { describe, expect, it } from 'vitest';
import { waitForTurnMs } from '../../demo/dayTurn.js';

describe('a story of a channel that undoes on the same day only', () => {
  it.each([
    ['in the morning begins at once', '10:00:00', 0],
    ['a minute before the batches are settled waits until they are', '22:59:30', 31_000],
    ['just after that begins at once', '23:00:01', 0],
    ['half a minute before midnight waits for the next day', '23:59:30', 31_000],
    ['just after midnight begins at once', '00:00:01', 0],
  ])('%s', (_what, time, waitMs) => {
    expect(waitForTurnMs(Date.parse(`2026-12-31T${time}+08:00`), 60_000)).toBe(waitMs);
  });
});
