import type { Collecting, OpenResult } from './collecting.js';
import type { Statements } from './statements.js';

/** The calls of a channel that have an outcome. */
export type ChannelCall = keyof Collecting | keyof Statements;

/**
 * What the channel's codes let us conclude, call by call. A code that ends in `*` stands for all that begin so. A code
 * that is not listed concludes nothing: `unknown`, and it is counted, so that somebody looks it up.
 */
export interface ChannelCodes extends Record<ChannelCall, CodeTable<string>> {
  /** `refused`: not open, and never payable under this number. */
  open: CodeTable<'refused'>;
  query: CodeTable<'absent'>;
  close: CodeTable<'absent' | 'notClosable'>;
  /** `refused`: this number never moves money. `notExecuted`: this call surely did nothing; the same number again is right. */
  refund: CodeTable<'refused' | 'notExecuted'>;
  queryRefund: CodeTable<'refused' | 'notExecuted'>;
  fetchStatement: CodeTable<'nothing' | 'notReady'>;
  /** Codes that ask us to slow down, whatever else they mean. */
  slowDown: readonly string[];
}

export type CodeTable<Conclusion extends string> = Readonly<Record<string, Conclusion | 'unknown'>>;

/** What a code concludes by its table; null when the table does not list it. */
export function conclusionOf<Conclusion extends string>(
  table: CodeTable<Conclusion>,
  code: string,
): Conclusion | 'unknown' | null {
  if (Object.hasOwn(table, code)) return table[code] ?? null;
  const family = Object.keys(table).find((listed) => listed.endsWith('*') && code.startsWith(listed.slice(0, -1)));
  return family === undefined ? null : (table[family] ?? null);
}

/** Codes that every adapter gives for what is no answer of the channel. All of them are `unknown`. */
export const ownCodes = {
  timeout: 'TIMEOUT',
  connectionFailed: 'CONNECTION_FAILED',
  /** HTTP 5xx and whatever else has no business content; the status follows. */
  http: 'HTTP_',
  unreadable: 'UNREADABLE_ANSWER',
  malformed: 'MALFORMED_ANSWER',
  badSignature: 'BAD_ANSWER_SIGNATURE',
  unsigned: 'UNSIGNED_ANSWER',
  /** Well signed, about another order or refund than the one asked about. */
  otherOrder: 'ANSWER_ABOUT_ANOTHER_ORDER',
  /** A refund the channel does not show: not received, or not executed so far. */
  notVisible: 'NOT_VISIBLE',
  /** Refused here, before the channel was called. */
  productNotOffered: 'PRODUCT_NOT_OFFERED',
  numberNotAccepted: 'NUMBER_NOT_ACCEPTED',
  /** Too many children for one combined order, none, or two of one number. */
  childrenNotAccepted: 'CHILDREN_NOT_ACCEPTED',
  /** A statement that is not where, not what, or not named as a statement of the channel's is. */
  statementElsewhere: 'BILL_AT_ANOTHER_HOST',
  statementDiffers: 'BILL_HASH_DIFFERS',
  statementName: 'BILL_NAME',
  statementUnreadable: 'BILL_UNREADABLE',
  /** Not sent, because the channel has asked us to slow down. */
  slowedDown: 'SLOWED_DOWN',
} as const;

/** Refused here: the channel is not asked for what it does not have, or was not set up for. */
export const notOffered = (channel: string, product: string): OpenResult => ({
  kind: 'refused',
  code: ownCodes.productNotOffered,
  message: `${channel} does not offer ${product}`,
});
