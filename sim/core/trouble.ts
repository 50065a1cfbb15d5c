import { setTimeout as pause } from 'node:timers/promises';
import type { Response } from 'express';
import { HANG_MS, hangThenDrop } from '../shared/hang.js';
import type { CoreFaults, Occasion } from './faults.js';

/** True when a fault befell the request before it had any effect: it is answered, or never will be. */
export async function befallenBefore(faults: CoreFaults, occasion: Occasion, res: Response): Promise<boolean> {
  const hang = faults.take('hang', occasion);
  if (hang !== undefined) {
    hangThenDrop(res, hang.delayMs ?? HANG_MS);
    return true;
  }
  const status = brokenStatus(faults, occasion);
  if (status !== undefined) {
    fail(res, status);
    return true;
  }
  const slow = faults.take('slow', occasion);
  if (slow !== undefined) await pause(slow.delayMs ?? 1_000, undefined, { ref: false });
  return false;
}

/** True when the request has had its effect but the answer that says so is lost. */
export function befallenAfter(faults: CoreFaults, occasion: Occasion, res: Response): boolean {
  const failure = faults.take('failAfterEffect', occasion);
  if (failure === undefined) return false;
  if (failure.drop === true) res.destroy();
  else fail(res, 500);
  return true;
}

function brokenStatus(faults: CoreFaults, occasion: Occasion): number | undefined {
  if (faults.take('down', occasion) !== undefined) return 503;
  return faults.take('failBeforeEffect', occasion) === undefined ? undefined : 500;
}

function fail(res: Response, status: number): void {
  res.status(status).json({ code: 'TROUBLE', message: 'the core is in trouble' });
}
