import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Pace, paceWaitMaxMs } from '../../../src/channels/guards/pace.js';

/** A clock that a wait moves at once: nobody else has anything to do meanwhile. */
function movedClock() {
  let now = 0;
  const waits: number[] = [];
  return {
    waits,
    nowMs: () => now,
    wait: (ms: number) => {
      waits.push(ms);
      now += ms;
      return Promise.resolve();
    },
    pass: (ms: number) => {
      now += ms;
    },
  };
}

async function slowedDown(times: number) {
  const clock = movedClock();
  const pace = new Pace(clock);
  for (let time = 0; time < times; time += 1) {
    clock.pass(60_001);
    (await pace.leave())?.ended('slowDown');
  }
  return { clock, pace };
}

describe('given a channel that asks us to slow down', () => {
  it('nothing waits before it does', async () => {
    const { clock, pace } = await slowedDown(0);
    expect(await pace.leave()).not.toBeNull();
    expect(clock.waits).toEqual([]);
  });

  it.each([
    [1, 1_000],
    [2, 2_000],
    [3, 4_000],
    [6, 32_000],
    [7, 60_000],
    [20, 60_000],
  ])('after %i times it is left alone for %i ms', async (times, pauseMs) => {
    const { pace } = await slowedDown(times);
    expect(pace.pauseMs).toBe(pauseMs);
  });

  it('a call waits for a short pause to end, and goes', async () => {
    const { clock, pace } = await slowedDown(3);
    expect(await pace.leave()).not.toBeNull();
    expect(clock.waits).toEqual([4_000]);
  });

  it('a call that would wait too long is not sent, and does not wait', async () => {
    const { clock, pace } = await slowedDown(5);
    expect(pace.pauseMs).toBeGreaterThan(paceWaitMaxMs);
    expect(await pace.leave()).toBeNull();
    expect(clock.waits).toEqual([]);
  });

  it('one answer as usual ends it', async () => {
    const { pace } = await slowedDown(3);
    (await pace.leave())?.ended('answered');
    expect(pace.pauseMs).toBe(0);
  });

  it('silence ends nothing and makes nothing longer', async () => {
    const { pace } = await slowedDown(3);
    (await pace.leave())?.ended('unheard');
    expect(pace.pauseMs).toBe(4_000);
  });

  it('fifty calls limited in one rush make one pause', async () => {
    const clock = movedClock();
    const pace = new Pace(clock);
    const rush = await Promise.all(Array.from({ length: 50 }, () => pace.leave()));
    clock.pass(20);
    for (const leave of rush) leave?.ended('slowDown');
    expect(pace.pauseMs).toBe(1_000);
  });

  it('a late answer to a call from before the pause does not end it', async () => {
    const clock = movedClock();
    const pace = new Pace(clock);
    const [first, second] = await Promise.all([pace.leave(), pace.leave()]);
    clock.pass(20);
    first?.ended('slowDown');
    clock.pass(20);
    second?.ended('answered');
    expect(pace.pauseMs).toBe(1_000);
  });

  it('after the pause one call goes first, and the others when it was answered', async () => {
    const { clock, pace } = await slowedDown(1);
    clock.pass(1_000);
    const trial = await pace.leave();
    let following = 0;
    // Their wait for the trial is left to the trial: this clock would let it pass at once.
    clock.wait = () => new Promise(() => undefined);
    const others = [pace.leave(), pace.leave()].map((leave) => leave.then(() => (following += 1)));
    await Promise.resolve();
    expect(following).toBe(0);
    trial?.ended('answered');
    await Promise.all(others);
    expect(following).toBe(2);
  });

  it('a trial that takes long, as a statement does, is not waited for: the next call is the trial then', async () => {
    const { clock, pace } = await slowedDown(1);
    clock.pass(1_000);
    const long = await pace.leave();
    clock.pass(4_000);
    const next = await pace.leave();
    expect(clock.waits).toEqual([paceWaitMaxMs - 4_000]);
    expect(next).not.toBeNull();
    // The long one ends; the one after it still is the trial, which a third call waits for.
    long?.ended('unheard');
    clock.waits.length = 0;
    expect(await pace.leave()).not.toBeNull();
    expect(clock.waits).toEqual([paceWaitMaxMs]);
  });

  it('whatever it answers, in whatever time, no call is sent inside a pause, and a pause has its limits', async () => {
    const step = fc.record({
      passMs: fc.integer({ min: 0, max: 90_000 }),
      takesMs: fc.integer({ min: 0, max: 5_000 }),
      how: fc.constantFrom('answered' as const, 'slowDown' as const, 'unheard' as const),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const clock = movedClock();
        const pace = new Pace(clock);
        let freeAtMs = 0;
        for (const { passMs, takesMs, how } of steps) {
          clock.pass(passMs);
          const askedAtMs = clock.nowMs();
          const leave = await pace.leave();
          expect(clock.nowMs() - askedAtMs).toBeLessThanOrEqual(paceWaitMaxMs);
          if (leave === null) {
            expect(freeAtMs - askedAtMs).toBeGreaterThan(paceWaitMaxMs);
            continue;
          }
          expect(clock.nowMs()).toBeGreaterThanOrEqual(freeAtMs);
          clock.pass(takesMs);
          leave.ended(how);
          if (how === 'slowDown') freeAtMs = clock.nowMs() + pace.pauseMs;
          if (how === 'answered') freeAtMs = 0;
          if (pace.pauseMs > 0) expect(pace.pauseMs).toBeGreaterThanOrEqual(1_000);
          expect(pace.pauseMs).toBeLessThanOrEqual(60_000);
        }
      }),
    );
  });
});
