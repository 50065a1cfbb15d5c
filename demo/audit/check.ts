/** One rule, looked at over everything there is. */
export interface Check {
  readonly check: string;
  readonly ok: boolean;
  readonly figures: Readonly<Record<string, number>>;
  /** Each violation in a sentence. */
  readonly problems: readonly string[];
}

/** A rule holds when nothing speaks against it. */
export function checked(check: string, figures: Readonly<Record<string, number>>, problems: readonly string[]): Check {
  return { check, ok: problems.length === 0, figures, problems };
}

/** The sum of whatever amounts, fen. */
export function sumFen<Item>(items: readonly Item[], amountOf: (item: Item) => number): number {
  return items.reduce((totalFen, item) => totalFen + amountOf(item), 0);
}
