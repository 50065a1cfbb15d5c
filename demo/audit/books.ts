import { checked, sumFen, type Check } from './check.js';
import { followers, type Audited } from './gather.js';

/** The journals balance, and what they amount to is what the payments, refunds and the channel imply. */
export function books(audited: Audited): Check[] {
  const { journals } = audited;
  const unbalanced = journals.filter(({ lines }) => sumFen(lines, ({ amountFen }) => amountFen) !== 0);
  return [
    checked(
      'every journal sums to zero',
      { journals: journals.length, lines: sumFen(journals, ({ lines }) => lines.length) },
      unbalanced.map(({ _id }) => `journal ${_id} does not sum to zero`),
    ),
    trialBalance(audited),
    expectedSettlements(audited),
    followerStatements(audited),
  ];
}

function trialBalance(audited: Audited): Check {
  const balances = earnedTogether(balancesOf(audited));
  const implied = impliedBy(audited);
  const accounts = [...new Set([...balances.keys(), ...implied.keys()])].sort();
  return checked(
    'each account stands where payments, refunds and channel put it',
    Object.fromEntries(accounts.map((account) => [account, balances.get(account) ?? 0])),
    accounts
      .map((account) => ({ account, isFen: balances.get(account) ?? 0, mustBeFen: implied.get(account) ?? 0 }))
      .filter(({ isFen, mustBeFen }) => isFen !== mustBeFen)
      .map(({ account, isFen, mustBeFen }) => `${account} stands at ${isFen} fen instead of ${mustBeFen}`),
  );
}

/** What a policy has earned is one sum here, whichever insurers share it. */
function earnedTogether(balances: ReadonlyMap<string, number>): Map<string, number> {
  const together = new Map<string, number>();
  for (const [account, amountFen] of balances) {
    const name = account.startsWith(followers) || account === 'leadFeeIncome' ? 'premiumIncome' : account;
    together.set(name, (together.get(name) ?? 0) + amountFen);
  }
  return together;
}

/** What a follower reads is what the journals owe it. */
function followerStatements(audited: Audited): Check {
  const balances = balancesOf(audited);
  const { statements } = audited;
  const owing = [...balances.keys()].filter((account) => account.startsWith(followers));
  const read = new Set(statements.map(({ insurer }) => `${followers}${insurer}`));
  return checked(
    'each follower’s statement is what the journals owe it',
    { followers: statements.length, netFen: sumFen(statements, ({ totals }) => totals.netFen) },
    [
      ...owing.filter((account) => !read.has(account)).map((account) => `${account} has no statement`),
      ...statements
        .map(({ insurer, totals }) => ({ insurer, totals, owedFen: 0 - (balances.get(`${followers}${insurer}`) ?? 0) }))
        .filter(({ totals, owedFen }) => totals.netFen !== owedFen)
        .map(({ insurer, totals, owedFen }) => `${insurer} reads ${totals.netFen} fen, and is owed ${owedFen}`),
    ],
  );
}

const receivable = 'channelReceivable:';

/** What the channels owe us is what is expected to arrive from them, sooner or later. */
function expectedSettlements(audited: Audited): Check {
  const { settlements } = audited;
  const balances = balancesOf(audited);
  const owing = [...balances.keys()].filter((account) => account.startsWith(receivable));
  const channels = [
    ...new Set([...settlements.map(({ channel }) => channel), ...owing.map((each) => each.slice(receivable.length))]),
  ].sort();
  const expectedFen = (channel: string): number =>
    sumFen(
      settlements.filter((each) => each.channel === channel),
      ({ amountFen }) => amountFen,
    );
  return checked(
    'what channels owe is expected to arrive, to the fen',
    Object.fromEntries(channels.map((channel) => [channel, expectedFen(channel)])),
    channels
      .map((channel) => ({ channel, owedFen: balances.get(`${receivable}${channel}`) ?? 0 }))
      .filter(({ channel, owedFen }) => owedFen !== expectedFen(channel))
      .map(({ channel, owedFen }) => `${channel} owes ${owedFen} fen, and ${expectedFen(channel)} are expected`),
  );
}

function balancesOf({ journals }: Audited): Map<string, number> {
  const balances = new Map<string, number>();
  for (const { account, amountFen } of journals.flatMap(({ lines }) => lines)) {
    balances.set(account, (balances.get(account) ?? 0) + amountFen);
  }
  return balances;
}

/** Debit is positive. Money held in advance or without a place is there only while a payment waits for a person. */
function impliedBy({ payments, refunds, orders, charges }: Audited): Map<string, number> {
  const issued = payments.filter(({ status }) => status === 'issued');
  const waiting = new Set(payments.filter(({ status }) => status === 'needsAttention').map(({ _id }) => _id));
  const promised = (ofWaiting: boolean) => refunds.filter(({ paymentId }) => waiting.has(paymentId) === ofWaiting);
  const heldAt = (channel: string): number =>
    sumFen(
      orders.filter(({ outTradeNo }) =>
        charges.some((charge) => charge._id === outTradeNo && charge.channel === channel && charge.paidFen > 0),
      ),
      (order) => order.paidFen - order.refundedFen,
    );
  const channels = [...new Set(charges.map(({ channel }) => channel))];
  const withStatus = (status: string) => refunds.filter((refund) => refund.status === status);
  const amount = ({ amountFen }: { amountFen: number }): number => amountFen;
  const paid = ({ paidFen }: { paidFen: number }): number => paidFen;
  return new Map([
    ...channels.map((channel) => [`channelReceivable:${channel}`, heldAt(channel)] as const),
    [
      'premiumIncome',
      sumFen(
        refunds.filter(({ origin }) => origin === 'core'),
        amount,
      ) - sumFen(issued, amount),
    ],
    [
      'premiumInAdvance',
      sumFen(promised(true), amount) -
        sumFen(
          payments.filter(({ _id }) => waiting.has(_id)),
          paid,
        ),
    ],
    ['unidentifiedReceipts', 0],
    [
      'refundPayable',
      sumFen(withStatus('refunded'), amount) + sumFen(withStatus('settledOutside'), amount) - sumFen(refunds, amount),
    ],
    ['bank', 0 - sumFen(withStatus('settledOutside'), amount)],
  ]);
}
