import type { Client } from '@temporalio/client';
import { NoAnswer } from './problem.js';

/**
 * Gives a call a time limit in ms and raises NoAnswer beyond it. What was asked for may still happen: every call made
 * here is safe to repeat.
 */
export async function within<T>(limitMs: number, call: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new NoAnswer(`no answer within ${limitMs} ms`));
    }, limitMs);
  });
  try {
    return await Promise.race([call(), limit]);
  } finally {
    clearTimeout(timer);
  }
}

/** The same for calls to Temporal, which are also told to stop trying; connecting has a longer limit of its own. */
export function temporalWithin<T>(client: Client, limitMs: number, call: () => Promise<T>): Promise<T> {
  return within(limitMs, () => client.withDeadline(Date.now() + limitMs, call));
}
