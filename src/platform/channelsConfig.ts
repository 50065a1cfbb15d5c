import type { KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import type { PaymentTerms } from '../domain/payment.js';
import { durationMs } from './duration.js';
import { readPrivateKey, readPublicKey, sameKeyPair } from './rsaKeys.js';

const alipayProducts = ['qr', 'page', 'wap'] as const;
type AlipayProduct = (typeof alipayProducts)[number];

/** One Alipay-speaking channel, ready to use. Keys are key objects, so that logging this by accident shows none. */
export interface AlipayChannelConfig {
  protocol: 'alipay';
  name: string;
  gatewayUrl: string;
  appId: string;
  sellerId: string;
  appPrivateKey: KeyObject;
  /** All of them are believed: two during a rotation. */
  channelPublicKeys: readonly KeyObject[];
  timeoutMs: number;
  /** Where the channel sends its callbacks. */
  notifyUrl: string;
  /** Where the payer's browser is sent after paying; proves nothing. */
  returnUrl: string | null;
  products: readonly AlipayProduct[];
  queryGapsMs: readonly number[];
  refundGapsMs: readonly number[];
  closeMarginMs: number;
}

/** Grows into a union by `protocol` as channels are added. */
type ChannelConfig = AlipayChannelConfig;

/** What the business wants for an insurance product. */
interface ProductPolicy {
  latePayment: 'refund' | 'revive';
  issueDeadlineMs: number;
  /** How long a payer has when the core does not say, ms. */
  paymentTtlMs: number;
  /** The longest the core may ask for, ms. */
  paymentTtlMaxMs: number;
}

export interface ChannelsConfig {
  channels: ReadonlyMap<string, ChannelConfig>;
  /** A product that is not listed has the default policy. */
  policyFor(productCode: string): ProductPolicy;
  /** Raises Error for a channel that is not configured: ask `channels` first. */
  termsFor(payment: { channel: string; productCode: string }): PaymentTerms;
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

const httpUrl = z.url({ protocol: /^https?$/, error: 'must be an http or https URL' });
const filePath = z.string().min(1);
const name = z.string().regex(/^[a-z][a-z0-9-]{0,31}$/, 'must be lower-case letters, digits and hyphens');
const ms = z.number().int().positive();

const alipayChannel = z.strictObject({
  protocol: z.literal('alipay'),
  gatewayUrl: httpUrl,
  appId: z.string({ error: 'must be text; put the digits in quotes' }).regex(/^\d{1,32}$/, 'must be digits'),
  sellerId: z.string({ error: 'must be text; put the digits in quotes' }).regex(/^\d{1,28}$/, 'must be digits'),
  appPrivateKeyFile: filePath,
  channelPublicKeyFiles: z.array(filePath).min(1),
  // Above half a minute a call would outlive the activity that makes it.
  timeout: durationMs.pipe(ms.max(30_000, 'must be at most 30s')).prefault('5s'),
  returnUrl: httpUrl.optional(),
  products: z
    .array(z.enum(alipayProducts))
    .min(1)
    .default([...alipayProducts]),
  queryGaps: z.array(durationMs).min(1).prefault(['10s', '20s', '30s', '60s', '3m', '5m', '10m']),
  // Alipay asks for at least ten seconds between a refund and the first query of it.
  refundGaps: z.array(durationMs).min(1).prefault(['10s', '30s', '2m', '10m', '30m', '1h']),
  closeMargin: durationMs.prefault('2m'),
});

const policy = z.strictObject({
  latePayment: z.enum(['refund', 'revive']).optional(),
  issueDeadline: durationMs.optional(),
  paymentTtl: durationMs.optional(),
  paymentTtlMax: durationMs.optional(),
});

const channelsFile = z.strictObject({
  notifyBaseUrl: httpUrl,
  channels: z
    .record(name, alipayChannel)
    .refine((channels) => Object.keys(channels).length > 0, 'must name at least one channel'),
  policies: z
    .strictObject({ default: policy.default({}), products: z.record(z.string(), policy).default({}) })
    .prefault({}),
});
type ChannelsFile = z.infer<typeof channelsFile>;

const builtInPolicy: ProductPolicy = {
  latePayment: 'refund',
  issueDeadlineMs: 24 * 3_600_000,
  paymentTtlMs: 30 * 60_000,
  paymentTtlMaxMs: 7 * 24 * 3_600_000,
};

/**
 * Reads the file `CHANNELS_CONFIG` names, and the keys it names (relative to it). Raises ChannelsConfigError with one
 * sentence for each problem, so that a deployment is put right in one go.
 */
export async function loadChannelsConfig(path: string): Promise<ChannelsConfig> {
  const file = parseFile(path, await readText(path));
  const problems: string[] = [];
  const channels = new Map<string, ChannelConfig>();
  for (const [channelName, settings] of Object.entries(file.channels)) {
    const keys = await readKeys(`channels.${channelName}`, settings, dirname(path), problems);
    if (keys !== null) channels.set(channelName, channelOf(file, channelName, keys));
  }
  const policies = policiesOf(file, problems);
  if (problems.length > 0) throw new ChannelsConfigError(path, problems);
  const policyFor = (productCode: string): ProductPolicy => policies.get(productCode) ?? policies.default;
  return {
    channels,
    policyFor,
    termsFor({ channel, productCode }) {
      const settings = channels.get(channel);
      if (settings === undefined) throw new Error(`channel ${channel} is not configured`);
      const { queryGapsMs, refundGapsMs, closeMarginMs } = settings;
      const { issueDeadlineMs, latePayment } = policyFor(productCode);
      return { queryGapsMs, refundGapsMs, closeMarginMs, issueDeadlineMs, latePayment };
    },
  };
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new ChannelsConfigError(path, [`The file cannot be read (${codeOf(error)}); CHANNELS_CONFIG names it.`]);
  }
}

function parseFile(path: string, text: string): ChannelsFile {
  let document: unknown;
  try {
    document = parse(text);
  } catch (error) {
    throw new ChannelsConfigError(path, [`The file is not YAML: ${error instanceof Error ? error.message : '?'}`]);
  }
  const parsed = channelsFile.safeParse(document);
  if (parsed.success) return parsed.data;
  throw new ChannelsConfigError(path, parsed.error.issues.flatMap(sentences));
}

function sentences(issue: z.core.$ZodIssue): string[] {
  const at = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => `${[...at, key].join('.')} is not a setting this version knows.`);
  }
  const where = at.length === 0 ? 'The file' : at.join('.');
  // A key that breaks the rule for names reports it inside; the path already shows the key.
  const why = issue.code === 'invalid_key' ? (issue.issues[0]?.message ?? issue.message) : issue.message;
  return [`${where} ${why.startsWith('must') ? why : `is not valid: ${why}`}.`];
}

interface ChannelKeys {
  appPrivateKey: KeyObject;
  channelPublicKeys: readonly KeyObject[];
}

async function readKeys(
  at: string,
  settings: ChannelsFile['channels'][string],
  folder: string,
  problems: string[],
): Promise<ChannelKeys | null> {
  const before = problems.length;
  const read = async (
    setting: string,
    file: string,
    readKey: (pem: string) => KeyObject,
  ): Promise<KeyObject | null> => {
    try {
      return readKey(await readFile(resolve(folder, file), 'utf8'));
    } catch (error) {
      const why = error instanceof RangeError ? error.message : `cannot be read (${codeOf(error)})`;
      problems.push(`${at}.${setting} names ${file}, which ${why}.`);
      return null;
    }
  };
  const appPrivateKey = await read('appPrivateKeyFile', settings.appPrivateKeyFile, readPrivateKey);
  const channelPublicKeys: KeyObject[] = [];
  for (const [index, file] of settings.channelPublicKeyFiles.entries()) {
    const key = await read(`channelPublicKeyFiles.${index}`, file, readPublicKey);
    if (key === null) continue;
    channelPublicKeys.push(key);
    if (appPrivateKey !== null && sameKeyPair(appPrivateKey, key)) {
      problems.push(`${at}.channelPublicKeyFiles.${index} names our own public key; the channel's is needed.`);
    }
  }
  return appPrivateKey === null || problems.length > before ? null : { appPrivateKey, channelPublicKeys };
}

function channelOf(file: ChannelsFile, channelName: string, keys: ChannelKeys): ChannelConfig {
  const settings = file.channels[channelName];
  if (settings === undefined) throw new Error(`channel ${channelName} is not in the file`);
  return {
    protocol: settings.protocol,
    name: channelName,
    gatewayUrl: settings.gatewayUrl,
    appId: settings.appId,
    sellerId: settings.sellerId,
    ...keys,
    timeoutMs: settings.timeout,
    notifyUrl: `${file.notifyBaseUrl.replace(/\/+$/, '')}/v1/callbacks/${channelName}`,
    returnUrl: settings.returnUrl ?? null,
    products: [...new Set(settings.products)],
    queryGapsMs: settings.queryGaps,
    refundGapsMs: settings.refundGaps,
    closeMarginMs: settings.closeMargin,
  };
}

interface Policies {
  default: ProductPolicy;
  get(productCode: string): ProductPolicy | undefined;
}

function policiesOf(file: ChannelsFile, problems: string[]): Policies {
  const read = (at: string, settings: z.infer<typeof policy>, base: ProductPolicy): ProductPolicy => {
    const result = {
      latePayment: settings.latePayment ?? base.latePayment,
      issueDeadlineMs: settings.issueDeadline ?? base.issueDeadlineMs,
      paymentTtlMs: settings.paymentTtl ?? base.paymentTtlMs,
      paymentTtlMaxMs: settings.paymentTtlMax ?? base.paymentTtlMaxMs,
    };
    if (result.paymentTtlMs > result.paymentTtlMaxMs) problems.push(`${at}.paymentTtl is longer than paymentTtlMax.`);
    return result;
  };
  const fallback = read('policies.default', file.policies.default, builtInPolicy);
  const byProduct = new Map(
    Object.entries(file.policies.products).map(([code, settings]) => [
      code,
      read(`policies.products.${code}`, settings, fallback),
    ]),
  );
  return { default: fallback, get: (productCode) => byProduct.get(productCode) };
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
}
