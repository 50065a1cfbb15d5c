import { z } from 'zod';
import { placeName } from '../channels/commonSettings.js';
import type { Payee } from './offer.js';

const payee = z.strictObject({
  entity: z.string().min(1).max(128),
  owner: z.string().min(1).max(64),
  channels: z
    .record(placeName, placeName)
    .refine((channels) => Object.keys(channels).length > 0, 'must name at least one channel'),
});

/** `payees` of the channels file. */
export const payeeSettings = z.record(placeName, payee).default({});

/**
 * The payees of the file, checked against its channels: `protocols` has what each of them speaks. What is wrong is added to
 * `problems`, a sentence each.
 */
export function payeesOf(
  settings: z.output<typeof payeeSettings>,
  protocols: ReadonlyMap<string, string>,
  problems: string[],
): ReadonlyMap<string, Payee> {
  const holders = new Map<string, string>();
  const payees = new Map<string, Payee>();
  for (const [name, { entity, owner, channels }] of Object.entries(settings)) {
    for (const [channel, standIn] of Object.entries(channels)) {
      const at = `payees.${name}.channels.${channel}`;
      const problem = problemWith({ name, channel, standIn, holder: holders.get(standIn) ?? name, protocols });
      if (problem !== null) problems.push(`${at} ${problem}.`);
      if (!holders.has(standIn)) holders.set(standIn, name);
    }
    payees.set(name, { name, entity, owner, channels: new Map(Object.entries(channels)) });
  }
  return payees;
}

/** In words that go on after the setting; null when nothing is wrong. */
function problemWith(found: {
  name: string;
  channel: string;
  standIn: string;
  /** The payee that had the channel first. */
  holder: string;
  protocols: ReadonlyMap<string, string>;
}): string | null {
  const { name, channel, standIn, holder, protocols } = found;
  const asked = protocols.get(channel);
  const spoken = protocols.get(standIn);
  if (asked === undefined) return 'stands for a channel that is not configured';
  if (spoken === undefined) return `names ${standIn}, which is not a configured channel`;
  if (spoken !== asked) return `names ${standIn}, which speaks ${spoken} where ${channel} speaks ${asked}`;
  if (holder !== name) return `names ${standIn}, which already stands for ${holder}`;
  return null;
}
