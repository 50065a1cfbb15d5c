import { collectingCalls, combiningCalls, statementCalls, togetherCalls } from '../calls.js';
import type { CallRules, CallsOf, CallTable, NotSent, Outcome } from '../calls.js';
import type { Channel, ChannelCall } from '../channel.js';

/** A call that is about to be sent. */
interface Call<Answer> {
  /** By which it is counted, and its codes are listed. Those of a combined order are those of a charge. */
  readonly name: ChannelCall;
  send(): Promise<Answer>;
  /** What keeps it from ever being sent; null when nothing does. */
  problem(): NotSent | null;
  outcome(answer: Answer): Outcome;
  /** The answer that stands for it when it was not sent. */
  notSent(why: NotSent): Answer;
}

/** What stands around every call: it sends it, or answers in its place. */
type Around = <Answer>(call: Call<Answer>) => Promise<Answer>;

/** A channel whose calls, whatever its abilities are, all go through `around`; the same in everything else. */
export function guard(channel: Channel, around: Around): Channel {
  const { name, products, merchantId, timeoutMs, numbers, codes, combining, statements } = channel;
  return {
    ...{ name, products, merchantId, timeoutMs, numbers, codes },
    needs: (product) => channel.needs(product),
    readNotification: (request) => channel.readNotification(request),
    acknowledgement: (result) => channel.acknowledgement(result),
    verify: (message) => channel.verify(message),
    ...guarded(channel, collectingCalls, channel, around),
    combining: combining && {
      ...combining,
      ...guarded(combining, combiningCalls, { name, numbers, ...combining }, around),
      together:
        combining.together && guarded(combining.together, togetherCalls, { name, numbers, ...combining }, around),
    },
    statements: statements && guarded(statements, statementCalls, channel, around),
  };
}

function guarded<Ability extends object, Place>(
  ability: Ability,
  table: CallTable<Ability, Place>,
  place: Place,
  around: Around,
): Pick<Ability, CallsOf<Ability>> {
  // Each call has rules of its own types, which the table proves; of all of them together the compiler knows no more.
  type Send = (argument: unknown) => Promise<unknown>;
  const rulesOf = Object.entries(table) as [ChannelCall & keyof Ability, CallRules<unknown, unknown, Place>][];
  const calls = rulesOf.map(([name, { problem, outcome, notSent }]): [string, Send] => [
    name,
    (argument) =>
      around({
        name,
        send: () => (ability[name] as Send)(argument),
        problem: () => problem(argument, place),
        outcome,
        notSent: (why) => notSent(why, argument),
      }),
  ]);
  return Object.fromEntries(calls) as unknown as Pick<Ability, CallsOf<Ability>>;
}
