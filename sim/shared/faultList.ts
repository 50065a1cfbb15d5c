export type FaultRule = {
  readonly fault: string;
  /** How often the fault happens; 0 means until it is removed. */
  readonly times: number;
};

export type StandingFault<Rule extends FaultRule> = Rule & { readonly id: string; readonly timesLeft: number | null };

/** The faults asked for, oldest first. Whether a rule concerns an occasion is the simulator's own question. */
export class FaultList<Rule extends FaultRule, Occasion> {
  readonly #concerns: (rule: Rule, occasion: Occasion) => boolean;
  #standing: StandingFault<Rule>[] = [];
  #added = 0;

  constructor(concerns: (rule: Rule, occasion: Occasion) => boolean) {
    this.#concerns = concerns;
  }

  add(rule: Rule): StandingFault<Rule> {
    this.#added += 1;
    const fault = { ...rule, id: `fault-${this.#added}`, timesLeft: rule.times === 0 ? null : rule.times };
    this.#standing.push(fault);
    return fault;
  }

  /** The oldest fault of that name for this occasion, using it up once. */
  take(name: Rule['fault'], occasion: Occasion): Rule | undefined {
    const fault = this.find(name, occasion);
    if (fault === undefined || fault.timesLeft === null) return fault;
    const used = { ...fault, timesLeft: fault.timesLeft - 1 };
    this.#standing = this.#standing
      .map((each) => (each.id === fault.id ? used : each))
      .filter(({ timesLeft }) => timesLeft !== 0);
    return used;
  }

  /** Like `take`, but leaves the fault standing. */
  find(name: Rule['fault'], occasion: Occasion): StandingFault<Rule> | undefined {
    return this.#standing.find((each) => each.fault === name && this.#concerns(each, occasion));
  }

  all(): readonly StandingFault<Rule>[] {
    return this.#standing;
  }

  remove(id: string): boolean {
    const before = this.#standing.length;
    this.#standing = this.#standing.filter((each) => each.id !== id);
    return this.#standing.length < before;
  }

  clear(): void {
    this.#standing = [];
  }
}
