import { performance } from 'node:perf_hooks';

/**
 * Does `work` for every item, `inFlight` at a time, the next as soon as one is done. Answers in the items' order. After
 * a failure nothing more is begun; what is under way ends first, then the failure is raised.
 */
export async function withInFlight<Item, Result>(
  inFlight: number,
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const failures: unknown[] = [];
  const waiting = items.entries();
  const worker = async () => {
    for (const [index, item] of waiting) {
      try {
        results[index] = await work(item);
      } catch (failure) {
        failures.push(failure);
      }
      if (failures.length > 0) return;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
  if (failures.length > 0) throw failures[0];
  return results;
}

/** How long `work` takes, ms. */
export async function timeMs(work: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return performance.now() - startedMs;
}
