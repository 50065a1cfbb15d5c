import { conclusionOf, ownCodes } from './channel.js';
import type { Channel, ChannelCall, CombinedReading } from './channel.js';
import { withCalls, withCombinedCalls } from './withCalls.js';

/** Hears of every call to a channel. Only ever counts and tells; nothing is decided on it. */
export interface ChannelObserver {
  called(call: { channel: string; call: ChannelCall; result: string; seconds: number }): void;
  /** A code of the channel's that no table lists: somebody should look it up. */
  unlisted(found: { channel: string; call: ChannelCall; code: string }): void;
}

/** A channel whose calls are counted and timed. */
export function observedChannel(channel: Channel, observer: ChannelObserver, nowMs: () => number): Channel {
  const { name } = channel;
  const watched = async <Result>(
    call: ChannelCall,
    make: () => Promise<Result>,
    read: (result: Result) => { kind: string } | { kind: string; code: string },
  ): Promise<Result> => {
    const startedMs = nowMs();
    const result = await make();
    const outcome = read(result);
    observer.called({ channel: name, call, result: outcome.kind, seconds: (nowMs() - startedMs) / 1_000 });
    if (outcome.kind === 'unknown' && 'code' in outcome && isUnlisted(channel, call, outcome.code)) {
      observer.unlisted({ channel: name, call, code: printable(outcome.code) });
    }
    return result;
  };
  const itself = <Result>(result: Result): Result => result;
  return withCalls(channel, {
    combining: withCombinedCalls(channel.combining, {
      open: (_order, call) => watched('open', call, itself),
      query: (_order, call) => watched('query', call, leastKnown),
      close: (_order, call) => watched('close', call, itself),
    }),
    open: (order) => watched('open', () => channel.open(order), itself),
    query: (charge) =>
      watched(
        'query',
        () => channel.query(charge),
        ({ outcome }) => outcome,
      ),
    close: (charge) => watched('close', () => channel.close(charge), itself),
    refund: (order) => watched('refund', () => channel.refund(order), itself),
    queryRefund: (order) => watched('queryRefund', () => channel.queryRefund(order), itself),
  });
}

/** One call is one result: what is unknown of a child where anything is, else what is said of the first. */
function leastKnown({ facts }: CombinedReading): { kind: string } | { kind: string; code: string } {
  const outcomes = facts.map(({ outcome }) => outcome);
  return outcomes.find(({ kind }) => kind === 'unknown') ?? outcomes[0] ?? { kind: 'unknown' };
}

const ours: readonly string[] = Object.values(ownCodes);

function isUnlisted({ codes }: Channel, call: ChannelCall, code: string): boolean {
  if (ours.includes(code) || code.startsWith(ownCodes.http)) return false;
  return conclusionOf<string>(codes[call], code) === null;
}

/** It comes from outside and goes into a log. */
const printable = (code: string): string => code.replaceAll(/[^\w.:-]/g, '?').slice(0, 64);
