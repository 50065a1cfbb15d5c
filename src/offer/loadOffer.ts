import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import type { SettlementTerms, WorkCalendar } from '../domain/book/settlement.js';
import type { Channel, Channels } from '../channels/channel.js';
import { protocols } from '../channels/protocols.js';
import { httpUrl, placeName } from '../channels/commonSettings.js';
import type { ChannelLimits, CommonSettings } from '../channels/commonSettings.js';
import { codeOf, KeyFiles } from '../channels/protocol.js';
import type { Clock, Protocol } from '../channels/protocol.js';
import type { Offer } from './offer.js';
import { payeesOf, payeeSettings } from './payees.js';
import { rulesOf, ruleSettings } from './productRules.js';

/** The channels of a deployment with what the business wants of them. */
export interface ConfiguredChannels extends Offer {
  channels: Channels;
  /** When and where its money should arrive. Raises Error for a channel that is not configured. */
  settlementOf(channel: string): SettlementTerms;
  calendar: WorkCalendar;
  /** Raises Error for a channel that is not configured. */
  limitsOf(channel: string): ChannelLimits;
}

/** Everything that is wrong with the file, a sentence each. */
export class ChannelsConfigError extends Error {
  readonly problems: readonly string[];

  constructor(path: string, problems: readonly string[]) {
    super([`The channels configuration ${path} cannot be used:`, ...problems].join('\n  '));
    this.name = 'ChannelsConfigError';
    this.problems = problems;
  }
}

/** Days that are not what their weekday says. */
const days = z
  .array(z.iso.date({ error: 'must be days such as 2026-10-01, in quotes' }))
  .default([])
  .transform((list): ReadonlySet<string> => new Set(list));

const channelsFile = z.strictObject({
  notifyBaseUrl: httpUrl,
  channels: z
    .record(placeName, z.looseObject({ protocol: z.enum(protocols.map(({ protocol }) => protocol)) }))
    .refine((channels) => Object.keys(channels).length > 0, 'must name at least one channel'),
  payees: payeeSettings,
  policies: ruleSettings,
  calendar: z.strictObject({ holidays: days, workdays: days }).prefault({}),
});

interface ConfiguredChannel {
  protocol: string;
  channel: Channel;
  settings: CommonSettings;
}

/**
 * Reads the file `CHANNELS_CONFIG` names, and the keys it names (relative to it). Raises ChannelsConfigError with one
 * sentence for each problem, so that a deployment is put right in one go.
 */
export async function loadOffer(path: string, clock: Clock = { now: () => new Date() }): Promise<ConfiguredChannels> {
  const file = parseFile(path, await readText(path));
  const problems: string[] = [];
  const configured = new Map<string, ConfiguredChannel>();
  for (const [channelName, asked] of Object.entries(file.channels)) {
    const at = `channels.${channelName}`;
    const protocol = protocolNamed(asked.protocol);
    const settings = protocol.settings.safeParse(asked);
    if (!settings.success) {
      problems.push(...settings.error.issues.flatMap((issue) => sentences(issue, ['channels', channelName])));
      continue;
    }
    const channel = await protocol.create(settings.data, {
      name: channelName,
      notifyUrl: `${file.notifyBaseUrl.replace(/\/+$/, '')}/v1/callbacks/${channelName}`,
      files: new KeyFiles(at, dirname(path), problems),
      clock,
    });
    if (channel !== null) configured.set(channelName, { protocol: asked.protocol, channel, settings: settings.data });
  }
  const spoken = new Map(Object.entries(file.channels).map(([channelName, { protocol }]) => [channelName, protocol]));
  const payees = payeesOf(file.payees, spoken, problems);
  const rulesFor = rulesOf(file.policies, problems);
  if (problems.length > 0) throw new ChannelsConfigError(path, problems);
  return configuredChannels(configured, { payees, rulesFor, calendar: file.calendar });
}

function configuredChannels(
  configured: ReadonlyMap<string, ConfiguredChannel>,
  wishes: Pick<ConfiguredChannels, 'payees' | 'rulesFor' | 'calendar'>,
): ConfiguredChannels {
  const { payees, rulesFor } = wishes;
  const settingsOf = (channelName: string): CommonSettings => {
    const found = configured.get(channelName);
    if (found === undefined) throw new Error(`channel ${channelName} is not configured`);
    return found.settings;
  };
  return {
    channels: new Map([...configured].map(([channelName, { channel }]) => [channelName, channel])),
    isInOffer: (channelName) => configured.get(channelName)?.settings.inOffer ?? false,
    ...wishes,
    termsFor({ channel, productCode }) {
      const { queryGaps: queryGapsMs, refundGaps: refundGapsMs, closeMargin: closeMarginMs } = settingsOf(channel);
      const { issueDeadlineMs, latePayment, taxBp } = rulesFor(productCode);
      const tax = taxBp === 0 ? {} : { taxBp };
      return { queryGapsMs, refundGapsMs, closeMarginMs, issueDeadlineMs, latePayment, ...tax };
    },
    settlementOf: (channelName) => settingsOf(channelName).settlement,
    limitsOf: (channelName) => settingsOf(channelName).limits,
    collectorFor: ({ channel, payee }) =>
      payee === null ? channel : (payees.get(payee)?.channels.get(channel) ?? null),
    siblingsOf(channelName) {
      const protocol = configured.get(channelName)?.protocol;
      const others = [...configured].filter(([name, other]) => name !== channelName && other.protocol === protocol);
      return others.map(([name]) => name);
    },
  };
}

function protocolNamed(asked: string): Protocol {
  const protocol = protocols.find((each) => each.protocol === asked);
  if (protocol === undefined) throw new Error(`no protocol ${asked}`);
  return protocol;
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new ChannelsConfigError(path, [`The file cannot be read (${codeOf(error)}); CHANNELS_CONFIG names it.`]);
  }
}

function parseFile(path: string, text: string): z.output<typeof channelsFile> {
  let document: unknown;
  try {
    document = parse(text);
  } catch (error) {
    throw new ChannelsConfigError(path, [`The file is not YAML: ${error instanceof Error ? error.message : '?'}`]);
  }
  const parsed = channelsFile.safeParse(document);
  if (parsed.success) return parsed.data;
  throw new ChannelsConfigError(
    path,
    parsed.error.issues.flatMap((issue) => sentences(issue, [])),
  );
}

function sentences(issue: z.core.$ZodIssue, above: readonly string[]): string[] {
  // Of several forms a setting may have, the one that came closest tells what is wrong.
  if (issue.code === 'invalid_union') {
    const closest = issue.errors.at(-1) ?? [];
    if (closest.length > 0) return closest.flatMap((inner) => sentences(inner, [...above, ...issue.path.map(String)]));
  }
  const at = [...above, ...issue.path.map(String)];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => `${[...at, key].join('.')} is not a setting this version knows.`);
  }
  const where = at.length === 0 ? 'The file' : at.join('.');
  // A key that breaks the rule for names reports it inside; the path already shows the key.
  const why = issue.code === 'invalid_key' ? (issue.issues[0]?.message ?? issue.message) : issue.message;
  return [`${where} ${why.startsWith('must') ? why : `is not valid: ${why}`}.`];
}
