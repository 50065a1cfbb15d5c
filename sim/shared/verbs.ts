/** What a merchant may ask of any channel, in words that all simulators share. */
export type Verb = 'open' | 'query' | 'close' | 'refund' | 'queryRefund';

export type VerbCounts = Record<Verb, number>;

/** Calls counted under the channel's own names, counted by the shared words. */
export function countByVerb(
  calls: Readonly<Record<string, number>>,
  verbOf: (name: string) => Verb | undefined,
): VerbCounts {
  const counts: VerbCounts = { open: 0, query: 0, close: 0, refund: 0, queryRefund: 0 };
  for (const [name, count] of Object.entries(calls)) {
    const verb = verbOf(name);
    if (verb !== undefined) counts[verb] += count;
  }
  return counts;
}
