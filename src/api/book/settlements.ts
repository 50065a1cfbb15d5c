import type { z } from 'zod';
import type { ApiDeps } from '../deps.js';
import type { expectedSettlementsQuery, ExpectedSettlements } from './settlementSchema.js';

/** What should arrive on a day: sums of all channels, and one page of amounts. */
export async function expectedOn(
  { settlements }: Pick<ApiDeps, 'settlements'>,
  { date, channel, limit, cursor }: z.output<typeof expectedSettlementsQuery>,
): Promise<ExpectedSettlements> {
  const of = channel === undefined ? {} : { channel };
  const [due, found] = await Promise.all([
    settlements.dueOn(date),
    settlements.page({ day: date, ...of, afterKey: cursor ?? '', limit: limit + 1 }),
  ]);
  return {
    date,
    channels: due
      .filter((each) => channel === undefined || each.channel === channel)
      .map((each) => ({ ...each, netFen: each.collectedFen - each.givenBackFen })),
    amounts: found.slice(0, limit),
    next: found.length > limit ? (found.at(limit - 1)?.key ?? null) : null,
  };
}
