import type { Channel } from './channel.js';
import { ownCodes } from './codes.js';
import type { ChannelCall } from './codes.js';
import { noAnswer } from './collecting.js';
import type { ChargeRef, Collecting, RefundOrder } from './collecting.js';
import { eachChild } from './combining.js';
import type { CombinedCalls, CombinedReading, CombinedRef, Combining } from './combining.js';
import type { NumberRule } from './numbers.js';
import type { Statements } from './statements.js';

/** What an answer comes to: one kind, and the code it was read from where it has one. */
export interface Outcome {
  kind: string;
  code?: string;
}

/** Why a call was surely not sent: the channel would not take its numbers, now or ever, or it is to be left alone for now. */
export type NotSent = { when: 'never'; code: string; message: string } | { when: 'later'; code: string };

/** What stands between a step and a channel must know of a call. `Place` says what the channel accepts in numbers. */
export interface CallRules<Argument, Answer, Place> {
  /** Null when the channel takes every number in it. */
  problem: (argument: Argument, place: Place) => NotSent | null;
  outcome: (answer: Answer) => Outcome;
  /** The answer that stands for a call that was not sent. */
  notSent: (why: NotSent, argument: Argument) => Answer;
}

/** The calls among what an ability has. */
export type CallsOf<Ability> = {
  [Name in keyof Ability]: Ability[Name] extends (argument: never) => Promise<unknown> ? Name : never;
}[keyof Ability];

/** Rules for every call of an ability. A call without rules, or by a name without a table of codes, does not compile. */
export type CallTable<Ability, Place> = {
  readonly [Name in CallsOf<Ability>]: Ability[Name] extends (argument: infer Argument) => Promise<infer Answer>
    ? Name extends ChannelCall
      ? CallRules<Argument, Answer, Place>
      : never
    : never;
};

type ChargePlace = Pick<Channel, 'name' | 'numbers'>;
type CombinedPlace = ChargePlace & Pick<Combining, 'number' | 'childrenMax'>;

const itself = (answer: Outcome): Outcome => answer;
const unknown = ({ code }: NotSent) => ({ kind: 'unknown', code }) as const;
/** What never reaches the channel is not open and never will be. */
const notOpened = (why: NotSent) =>
  why.when === 'never' ? ({ kind: 'refused', code: why.code, message: why.message } as const) : unknown(why);

const charge = { problem: problemOfCharge, outcome: itself, notSent: unknown };

export const collectingCalls: CallTable<Collecting, ChargePlace> = {
  open: { ...charge, notSent: notOpened },
  query: {
    ...charge,
    outcome: ({ outcome }) => outcome,
    notSent: (why) => ({ outcome: unknown(why), merchantId: '', raw: noAnswer }),
  },
  close: charge,
  refund: {
    problem: problemOfRefund,
    outcome: itself,
    /** Surely not sent now: the same number again is right. */
    notSent: (why) =>
      why.when === 'never' ? { ...notOpened(why), raw: null } : { kind: 'notExecuted', code: why.code, raw: null },
  },
  queryRefund: { problem: problemOfRefund, outcome: itself, notSent: (why) => ({ ...unknown(why), raw: null }) },
};

const combined = { problem: problemOfCombined, outcome: itself, notSent: unknown };

export const combiningCalls: CallTable<Combining, CombinedPlace> = { open: { ...combined, notSent: notOpened } };

export const togetherCalls: CallTable<CombinedCalls, CombinedPlace> = {
  query: {
    ...combined,
    outcome: leastCertain,
    notSent: (why, order) => eachChild(order, { outcome: unknown(why), raw: noAnswer }),
  },
  close: combined,
};

export const statementCalls: CallTable<Statements, ChargePlace> = {
  fetchStatement: { problem: () => null, outcome: itself, notSent: unknown },
};

/** One call is one outcome: what is unknown of a child where anything is, else what is said of the first. */
function leastCertain({ facts }: CombinedReading): Outcome {
  const outcomes = facts.map(({ outcome }) => outcome);
  return outcomes.find(({ kind }) => kind === 'unknown') ?? outcomes[0] ?? { kind: 'unknown' };
}

function problemOfCharge(
  { outTradeNo }: Pick<ChargeRef, 'outTradeNo'>,
  { name, numbers }: ChargePlace,
): NotSent | null {
  return problemOfNumber(name, numbers.charge, outTradeNo);
}

function problemOfRefund({ refundNo, charge }: RefundOrder, place: ChargePlace): NotSent | null {
  return problemOfNumber(place.name, place.numbers.refund, refundNo) ?? problemOfCharge(charge, place);
}

/** Its own number, the number of each child, and that no child can be taken for another. */
function problemOfCombined({ combineNo, children }: CombinedRef, place: CombinedPlace): NotSent | null {
  const { name, number, childrenMax } = place;
  const problem = problemOfNumber(name, number, combineNo);
  if (problem !== null) return problem;
  for (const child of children) {
    const problemOfChild = problemOfCharge(child, place);
    if (problemOfChild !== null) return problemOfChild;
  }
  const numbers = new Set(children.map(({ outTradeNo }) => outTradeNo));
  if (numbers.size === children.length && numbers.size >= 1 && numbers.size <= childrenMax) return null;
  const message = `${name} takes 1 to ${childrenMax} children, each under a number of its own`;
  return { when: 'never', code: ownCodes.childrenNotAccepted, message };
}

function problemOfNumber(name: string, { field, pattern }: NumberRule, no: string): NotSent | null {
  if (pattern.test(no)) return null;
  return { when: 'never', code: ownCodes.numberNotAccepted, message: `${name} takes no ${field} such as ${no}` };
}
