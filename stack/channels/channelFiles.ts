import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { stringify } from 'yaml';
import { alipaySide } from './alipaySide.js';
import { exampleCalendar } from './calendar.js';
import { payees, type ChannelName, type ChannelSide, type ChannelSim, type PayeeChannelName } from './channelSide.js';
import { unionpaySide } from './unionpaySide.js';
import { wechatpaySide } from './wechatpaySide.js';

/** Settings that every channel has and a demo or a test changes; as the channels file writes them. */
interface CommonChannelSettings {
  readonly queryGaps?: readonly string[];
  readonly refundGaps?: readonly string[];
  readonly closeMargin?: string;
  readonly timeout?: string;
  readonly inOffer?: boolean;
  readonly limits?: { readonly callsPerSecond?: number; readonly callsAtOnce?: number };
}

export interface ChannelSettings {
  /** Of every channel. */
  readonly every?: CommonChannelSettings;
  /** Of one; they win. */
  readonly of?: Readonly<Partial<Record<ChannelName | PayeeChannelName, CommonChannelSettings>>>;
  readonly policies?: {
    readonly default?: PolicySettings;
    readonly products?: Readonly<Record<string, PolicySettings>>;
  };
}

/** Durations, and what else a policy says. */
type PolicySettings = Readonly<Record<string, string | number>>;

export interface ChannelFiles {
  readonly channelsConfig: string;
  /** What each simulator is told beside its port. */
  readonly simEnvironments: Readonly<Record<ChannelSim, Readonly<Record<string, string>>>>;
}

/**
 * Writes fresh keys for both sides of every channel and a channels file into `folder`: the channels are the simulators
 * at `simUrls`, and callbacks come to `apiUrl`.
 */
export async function writeChannelFiles(
  folder: string,
  given: { apiUrl: string; simUrls: Readonly<Record<ChannelSim, string>>; settings: ChannelSettings },
): Promise<ChannelFiles> {
  const { apiUrl, simUrls, settings } = given;
  const sides: Record<ChannelSim, ChannelSide> = {
    alipay: await alipaySide(folder, simUrls.alipay),
    wechatpay: await wechatpaySide(folder, simUrls.wechatpay),
    unionpay: await unionpaySide(folder, simUrls.unionpay),
  };
  const of: Readonly<Partial<Record<string, CommonChannelSettings>>> = settings.of ?? {};
  const channels = Object.values(sides)
    .flatMap((side) => Object.entries(side.channels))
    .map(([name, channel]) => [name, { ...channel, ...settings.every, ...of[name] }]);
  const channelsConfig = path.join(folder, 'channels.yaml');
  const document = {
    notifyBaseUrl: apiUrl,
    channels: Object.fromEntries(channels) as unknown,
    payees,
    policies: settings.policies ?? {},
    calendar: await exampleCalendar(),
  };
  await writeFile(channelsConfig, stringify(document));
  return {
    channelsConfig,
    simEnvironments: {
      alipay: sides.alipay.simEnvironment,
      wechatpay: sides.wechatpay.simEnvironment,
      unionpay: sides.unionpay.simEnvironment,
    },
  };
}
