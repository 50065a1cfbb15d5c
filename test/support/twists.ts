/** Changes what one call to a scripted port does; `really` is what it would have done. */
export type Twist<Result> = (really: () => Result) => Result | Promise<Result>;

interface Scripted<Result> {
  twist: Twist<Result>;
  /** Calls it still applies to. */
  times: number;
  untilMs: number;
}

/** The twists waiting for the calls of one operation: used in order, each for so many calls or until a moment. */
export class Twists<Result> {
  private waiting: Scripted<Result>[] = [];

  next(twist: Twist<Result>, times = 1): void {
    this.waiting.push({ twist, times, untilMs: Number.POSITIVE_INFINITY });
  }

  until(untilMs: number, twist: Twist<Result>): void {
    this.waiting.push({ twist, times: Number.POSITIVE_INFINITY, untilMs });
  }

  clear(): void {
    this.waiting = [];
  }

  async run(nowMs: number, really: () => Result): Promise<Result> {
    this.waiting = this.waiting.filter(({ times, untilMs }) => times > 0 && nowMs < untilMs);
    const [scripted] = this.waiting;
    if (scripted === undefined) return really();
    scripted.times -= 1;
    return scripted.twist(really);
  }
}

const noAnswer = { kind: 'unknown', code: 'TIMEOUT' } as const;

/** Nothing happened, and nobody knows. */
export const unheard = (): typeof noAnswer => noAnswer;

/** It happened, and nobody knows. */
export const doneUnheard = (really: () => unknown): typeof noAnswer => {
  really();
  return noAnswer;
};
