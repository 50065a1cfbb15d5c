import type { ChannelCodes } from './codes.js';
import type { Collecting } from './collecting.js';
import type { Combining } from './combining.js';
import type { Callbacks } from './notification.js';
import type { ChannelNumbers } from './numbers.js';
import type { Statements } from './statements.js';

export * from './codes.js';
export * from './collecting.js';
export * from './combining.js';
export * from './notification.js';
export * from './numbers.js';
export * from './statements.js';

/**
 * The port every payment channel implements. Adapters translate; they decide nothing. Three things stay different in
 * every answer: the channel refused, the channel did it, and nobody knows.
 *
 * Adapters never retry by themselves: repeating is the workflow's business, always with the same number. None compiles
 * without saying how its numbers look, what each of its codes lets us conclude, how a charge and a refund are asked
 * about, and which abilities it has.
 */
export interface Channel extends Collecting, Callbacks {
  /** As in `method.channel` and in `/v1/callbacks/{name}`. */
  readonly name: string;
  /** Products this channel offers, e.g. `qr`, `page`, `wap`. */
  readonly products: readonly string[];
  /** What a charge of this product needs beside its amount; empty for most. */
  needs(product: string): readonly CashierNeed[];
  /** The merchant that is paid; evidence naming another is a mismatch. */
  readonly merchantId: string;
  /** Longest time one call may take before it is given up as unknown, ms. Shorter than any activity timeout. */
  readonly timeoutMs: number;
  /** The numbers that make a repeated call the same call, and what the channel accepts in them. */
  readonly numbers: ChannelNumbers;
  /** What each documented code lets us conclude. */
  readonly codes: ChannelCodes;
  /** How one order of this channel is paid to several merchants at once; null where the channel has no such thing. */
  readonly combining: Combining | null;
  /** Where the statement of a day comes from; null where the channel makes none. */
  readonly statements: Statements | null;
}

/** Something only the caller knows; the name is its place in the request of the API. */
export type CashierNeed = 'payer.openid' | 'payer.clientIp' | 'method.terminalId';

/** The configured channels, by name. */
export type Channels = ReadonlyMap<string, Channel>;
