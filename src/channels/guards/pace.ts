/** What a pace is told of time, ms; a test has its own. */
export interface PaceClock {
  nowMs(): number;
  wait(ms: number): Promise<void>;
}

/** The first pause, and the longest, ms. */
const pauseMinMs = 1_000;
const pauseMaxMs = 60_000;

/**
 * A call waits at most this long for a pause to end before it is given up unsent, ms. Together with the calls an adapter
 * makes it stays within the step that waits for it; while it waits it holds a place of its channel's own worker, so that
 * the rest is left on the server.
 */
export const paceWaitMaxMs = 10_000;

/** Leave to make one call; the result says whether the channel asked us to slow down, or nothing could be heard. */
export interface Leave {
  ended(how: 'answered' | 'slowDown' | 'unheard'): void;
}

/**
 * Leaves a channel alone that asks us to slow down: for a second, twice as long after each further time, at most a minute.
 * After a pause calls go one at a time until one of them is answered as usual. One that takes long, as a statement does, is
 * not waited for longer than for a pause.
 */
export class Pace {
  readonly #clock: PaceClock;
  #pauseMs = 0;
  #pausedAtMs = 0;
  #trial: { beganAtMs: number; over: Promise<void> } | null = null;

  constructor(clock: PaceClock) {
    this.#clock = clock;
  }

  /** The present pause, ms; 0 while the channel takes calls as usual. */
  get pauseMs(): number {
    return this.#pauseMs;
  }

  /** Waits its turn; null when that would take too long, and then nothing may be sent. */
  async leave(): Promise<Leave | null> {
    const givenUpAtMs = this.#clock.nowMs() + paceWaitMaxMs;
    while (this.#pauseMs > 0) {
      const nowMs = this.#clock.nowMs();
      const endsAtMs = this.#pausedAtMs + this.#pauseMs;
      if (nowMs < endsAtMs) {
        if (endsAtMs > givenUpAtMs) return null;
        await this.#clock.wait(endsAtMs - nowMs);
      } else if (this.#trial === null || nowMs >= this.#trial.beganAtMs + paceWaitMaxMs) {
        return this.#tryOne(nowMs);
      } else {
        if (nowMs >= givenUpAtMs) return null;
        const { beganAtMs, over } = this.#trial;
        await Promise.race([over, this.#clock.wait(Math.min(givenUpAtMs, beganAtMs + paceWaitMaxMs) - nowMs)]);
      }
    }
    return this.#leaveAt(this.#clock.nowMs());
  }

  #tryOne(beganAtMs: number): Leave {
    let end = (): void => undefined;
    const over = new Promise<void>((resolve) => {
      end = resolve;
    });
    const trial = { beganAtMs, over };
    this.#trial = trial;
    const leave = this.#leaveAt(beganAtMs);
    return {
      ended: (how) => {
        leave.ended(how);
        if (this.#trial === trial) this.#trial = null;
        end();
      },
    };
  }

  #leaveAt(sentAtMs: number): Leave {
    return {
      ended: (how) => {
        if (how === 'answered' && sentAtMs >= this.#pausedAtMs) this.#pauseMs = 0;
        // What was sent before the pause began says nothing new: it belongs to the same rush.
        if (how === 'slowDown' && (this.#pauseMs === 0 || sentAtMs > this.#pausedAtMs)) this.#slowDown();
      },
    };
  }

  #slowDown(): void {
    this.#pauseMs = Math.min(Math.max(pauseMinMs, this.#pauseMs * 2), pauseMaxMs);
    this.#pausedAtMs = this.#clock.nowMs();
  }
}
