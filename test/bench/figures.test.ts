import { describe, expect, it } from 'vitest';
import { latencyOf, median, medianLatency } from '../../bench/figures.js';
import { withInFlight } from '../../bench/load.js';

describe('the figures of a benchmark', () => {
  it('take the middle run, whatever the order the runs came in', () => {
    expect(median([30, 10, 20])).toBe(20);
  });

  it('say how long 99 of 100 callbacks took at most, and not how long the slowest took', () => {
    const timesMs = Array.from({ length: 100 }, (_none, index) => 100 - index);
    expect(latencyOf(timesMs)).toEqual({ p50Ms: 50, p99Ms: 99 });
  });

  it('take the middle of each percentile over the runs', () => {
    const runs = [
      { p50Ms: 1, p99Ms: 9 },
      { p50Ms: 3, p99Ms: 7 },
      { p50Ms: 2, p99Ms: 8 },
    ];
    expect(medianLatency(runs)).toEqual({ p50Ms: 2, p99Ms: 8 });
  });

  it('are none when nothing was measured', () => {
    expect(() => median([])).toThrow(RangeError);
  });
});

describe('payments in flight', () => {
  it('are never more than asked for, and their results keep their order', async () => {
    let running = 0;
    let runningMost = 0;
    const doubled = await withInFlight(3, [5, 4, 3, 2, 1, 0], async (turns) => {
      running += 1;
      runningMost = Math.max(runningMost, running);
      for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
      running -= 1;
      return turns * 2;
    });
    expect(doubled).toEqual([10, 8, 6, 4, 2, 0]);
    expect(runningMost).toBe(3);
  });

  it('end before a failure is told, and none is begun after it', async () => {
    const begun: number[] = [];
    const ended: number[] = [];
    const run = withInFlight(2, [0, 1, 2, 3], async (payment) => {
      begun.push(payment);
      await Promise.resolve();
      if (payment === 0) throw new Error('refused');
      await Promise.resolve();
      ended.push(payment);
    });
    await expect(run).rejects.toThrow('refused');
    expect({ begun, ended }).toEqual({ begun: [0, 1], ended: [1] });
  });
});
