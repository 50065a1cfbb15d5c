import { checked, sumFen, type Check } from './check.js';
import { followers, type Audited } from './gather.js';
import { askedFor, holdersOf, type PaymentRow } from './shapes.js';

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
    standings(audited),
    trialBalance(audited),
    moneyIn(audited),
    expectedSettlements(audited),
    followerStatements(audited),
  ];
}

function standings(audited: Audited): Check {
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

/** What finance reads: debits and credits agree, and each account stands as its journals say. */
function trialBalance(audited: Audited): Check {
  const { accounts, debitFen, creditFen, balanced } = audited.trialBalance;
  const balances = balancesOf(audited);
  const read = new Map(accounts.map((each) => [each.account, each.debitFen - each.creditFen]));
  return checked(
    'the trial balance balances, and reads as the journals do',
    { accounts: accounts.length, debitFen, creditFen },
    [
      ...(balanced && debitFen === creditFen ? [] : [`debits are ${debitFen} fen, and credits ${creditFen}`]),
      ...[...new Set([...read.keys(), ...balances.keys()])]
        .map((account) => ({ account, readFen: read.get(account) ?? 0, isFen: balances.get(account) ?? 0 }))
        .filter(({ readFen, isFen }) => readFen !== isFen)
        .map(({ account, readFen, isFen }) => `${account} reads ${readFen} fen, and its journals say ${isFen}`),
    ],
  );
}

/** Three sides that know nothing of one another: the channels have the money, the core the policies, finance the book. */
function moneyIn(audited: Audited): Check {
  const { orders, refunds, policies, trialBalance: read } = audited;
  const inDoubt = new Set(doubtful(audited));
  const waiting = new Set(undecided(audited).map(({ _id }) => _id));
  const paidFen = sumFen(
    orders.filter(({ outTradeNo }) => !inDoubt.has(outTradeNo)),
    (order) => order.paidFen,
  );
  const inForce = policies.filter(({ paymentId, cancelled }) => !cancelled && !waiting.has(paymentId));
  const premiumFen = sumFen(inForce, (policy) => policy.premiumFen);
  const ofCore = refunds.filter(({ origin }) => origin === 'core');
  const keptFen = premiumFen - sumFen(ofCore, ({ amountFen }) => amountFen);
  const refundedFen = sumFen(
    refunds.filter(({ status }) => status === 'refunded' || status === 'settledOutside'),
    ({ amountFen }) => amountFen,
  );
  const heldFen = sumFen(
    read.accounts.filter(({ account }) => heldAccounts.includes(account)),
    ({ creditFen, debitFen }) => creditFen - debitFen,
  );
  return checked(
    'money in = premiums kept + refunds + what is held',
    { paidFen, keptFen, refundedFen, heldFen },
    paidFen === keptFen + refundedFen + heldFen
      ? []
      : [`${paidFen} fen came in, but ${keptFen} are kept, ${refundedFen} refunded and ${heldFen} held`],
  );
}

/** Money that has come and is nobody's premium yet, or not any more. */
const heldAccounts = ['premiumInAdvance', 'unidentifiedReceipts', 'refundPayable'];

/** Orders whose money is not booked before a person has settled what it is. */
function doubtful({ reviews, charges }: Audited): string[] {
  const waiting = new Set(reviews.map(({ paymentId }) => paymentId));
  return charges.filter(({ paymentId, paidFen }) => waiting.has(paymentId) && paidFen === 0).map(({ _id }) => _id);
}

/** What the core asked for that has no end yet: its money is held, and nobody may know whether it has a policy. */
function undecided(audited: Audited): PaymentRow[] {
  return askedFor(audited).filter(({ status }) => status === 'needsAttention');
}

/** What a policy has earned is one sum here, whichever insurers share it, its tax included. */
function earnedTogether(balances: ReadonlyMap<string, number>): Map<string, number> {
  const together = new Map<string, number>();
  for (const [account, amountFen] of balances) {
    const isEarned = account.startsWith(followers) || account === 'leadFeeIncome' || account === 'outputTax';
    const name = isEarned ? 'premiumIncome' : account;
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
function impliedBy(audited: Audited): Map<string, number> {
  const { payments, refunds, orders, charges } = audited;
  const issued = askedFor(audited).filter(({ status }) => status === 'issued');
  const holding = undecided(audited).flatMap((payment) => holdersOf(payment, audited));
  const waiting = new Set(holding.map(({ _id }) => _id));
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
