/** Every kind of account, once; the chart gives each a code and names. What each holds: docs/glossary.md. */
const postedKinds = [
  /** 银行存款: used when a customer was paid outside the channel. */
  'bank',
  /** 应收渠道款: what a channel owes us. */
  'channelReceivable',
  /** 预收保费: premium received before the policy. */
  'premiumInAdvance',
  /** 应付退费: money that must go back to a customer. */
  'refundPayable',
  /** 其他应付款-待查: money that came without a place yet. */
  'unidentifiedReceipts',
  /** 保费收入: premium of policies in force. */
  'premiumIncome',
  /** 应交税费-销项税: the tax within premiums of policies in force. */
  'outputTax',
  /** 应付共保款: what the lead owes a follower of a shared policy. */
  'coinsurancePayable',
  /** 其他业务收入-出单费: what the lead keeps for issuing. */
  'leadFeeIncome',
] as const;

export const accountKinds = [
  ...postedKinds,
  // Of what settlement, payouts and other entities' books bring; finance has them in its chart from the beginning.
  'channelFees',
  'coinsuranceReceivable',
  'claimsPayable',
  'paymentsInTransit',
  'unidentifiedPayments',
  'intercompany',
] as const;
export type AccountKind = (typeof accountKinds)[number];

/** Kinds with an account for each channel or insurer, named after the colon. */
type DividedKind = 'channelReceivable' | 'coinsurancePayable';

/** What a journal may post to. */
export type Account = Exclude<(typeof postedKinds)[number], DividedKind> | `${DividedKind}:${string}`;

export const channelReceivable = (channel: string): Account => `channelReceivable:${channel}`;
export const coinsurancePayable = (insurer: string): Account => `coinsurancePayable:${insurer}`;

/** The channel that owes us what stands on an account; null where none does. */
export function owingChannelOf(account: Account): string | null {
  const prefix = channelReceivable('');
  return account.startsWith(prefix) ? account.slice(prefix.length) : null;
}

/** The kind an account is of; an account without a kind of ours is null. */
export function accountKindOf(account: string): AccountKind | null {
  const [name] = account.split(':');
  return accountKinds.find((kind) => kind === name) ?? null;
}

/** Which account a refund takes its money from: what the money had become by then. */
export type RefundSource = 'premiumInAdvance' | 'premiumIncome' | 'unidentifiedReceipts';
