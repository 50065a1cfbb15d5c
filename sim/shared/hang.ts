import type { Response } from 'express';

/** Longer than any client's patience. */
export const HANG_MS = 120_000;

/** Leaves the caller without an answer, then drops the connection: how a timeout looks from the other side. */
export function hangThenDrop(res: Response, delayMs: number): void {
  const drop = setTimeout(() => res.destroy(), delayMs);
  res.once('close', () => {
    clearTimeout(drop);
  });
}
