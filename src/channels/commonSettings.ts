import { z } from 'zod';
import type { SettlementTerms } from '../domain/book/settlement.js';
import { durationMs } from '../platform/duration.js';

/** Pieces of the channels file that several channels share. */
export const httpUrl = z.url({ protocol: /^https?$/, error: 'must be an http or https URL' });
export const filePath = z.string().min(1);

/** The name of a channel or a payee: it stands in URLs and in the names of task queues. */
export const placeName = z.string().regex(/^[a-z][a-z0-9-]{0,31}$/, 'must be lower-case letters, digits and hyphens');

/** Digits that YAML would turn into a number when they lose their quotes. */
export const quotedDigits = (pattern: RegExp, error = 'must be digits') =>
  z.string({ error: 'must be text; put the digits in quotes' }).regex(pattern, error);

/** `HH:mm` in Beijing; 24:00 is the end of the day. */
export const hourAndMinute = z
  .string({ error: 'must be text; put the time in quotes' })
  .regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, 'must be a time of day such as 22:30, or 24:00 for the whole day');

const moment = z.iso.datetime({ offset: true, error: 'must be a time such as 2026-12-31T16:00:00Z' });

/**
 * A key or certificate of the channel, by its file. With `validFrom` or `validUntil` it is believed only for what was
 * received between them, so that a key that was replaced still verifies what is kept of its time.
 */
export const trustedFile = z.union([
  filePath.transform((file) => ({ file, validFrom: null, validUntil: null })),
  z
    .strictObject({
      file: filePath,
      validFrom: moment.nullable().default(null),
      validUntil: moment.nullable().default(null),
    })
    .refine(({ validFrom, validUntil }) => validFrom === null || validUntil === null || validFrom < validUntil, {
      error: 'must have validFrom before validUntil',
    }),
]);

/** The same for a channel that names its keys; `named` says how. */
export const trustedKeyFile = <Named extends z.ZodRawShape>(named: Named) =>
  z.strictObject({
    ...named,
    file: filePath,
    validFrom: moment.nullable().default(null),
    validUntil: moment.nullable().default(null),
  });

const ms = z.number().int().positive();
const gaps = (byDefault: readonly string[]) =>
  z
    .array(durationMs)
    .min(1)
    .prefault([...byDefault]);

/** What the calls of one step may take together, ms: a step has 45 s, and ten of them may be spent waiting to send. */
const callsTimeMaxMs = 30_000;

/** What every channel may be told; each has its own defaults. */
export function commonSettings<const Product extends string>(defaults: {
  products: readonly Product[];
  queryGaps: readonly string[];
  refundGaps: readonly string[];
  closeMargin: string;
  callsPerSecond: number;
  /** Calls that one step makes at most, one after the other. */
  callsPerStep: number;
}) {
  // All of them, and the wait of a channel that asked us to slow down, must end before the step that makes them.
  const timeoutMax = Math.floor(callsTimeMaxMs / defaults.callsPerStep / 1_000);
  return {
    timeout: durationMs.pipe(ms.max(timeoutMax * 1_000, `must be at most ${timeoutMax}s`)).prefault('5s'),
    products: z
      .array(z.enum(defaults.products))
      .min(1)
      .default([...defaults.products]),
    queryGaps: gaps(defaults.queryGaps),
    refundGaps: gaps(defaults.refundGaps),
    closeMargin: durationMs.prefault(defaults.closeMargin),
    /** False takes the channel out of offer: no new charges; those that are open keep running. */
    inOffer: z.boolean().default(true),
    settlement: z
      .strictObject({
        afterDays: z.int().min(0).max(30).default(1),
        on: z.enum(['workingDays', 'everyDay']).default('workingDays'),
        cutoff: hourAndMinute.default('24:00'),
        account: z.string().min(1).max(64).default('main'),
      })
      .prefault({}),
    limits: z
      .strictObject({
        /** Of all workers together. */
        callsPerSecond: z.number().positive().max(1_000).default(defaults.callsPerSecond),
        /** Of each worker. */
        callsAtOnce: z.int().min(1).max(1_000).default(50),
      })
      .prefault({}),
  };
}

/** As `commonSettings` reads it: durations in ms. */
export interface CommonSettings {
  timeout: number;
  products: string[];
  queryGaps: number[];
  refundGaps: number[];
  closeMargin: number;
  inOffer: boolean;
  settlement: SettlementTerms;
  limits: ChannelLimits;
}

/** How hard we may press a channel. */
export interface ChannelLimits {
  callsPerSecond: number;
  callsAtOnce: number;
}
