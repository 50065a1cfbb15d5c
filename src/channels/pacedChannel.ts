import { eachChild, noAnswer, ownCodes } from './channel.js';
import type { Channel, CombinedReading } from './channel.js';
import { Pace } from './pace.js';
import type { PaceClock } from './pace.js';
import { withCalls, withCombinedCalls } from './withCalls.js';

/** Told of each pause that begins or grows, ms. */
type OnPause = (pause: { channel: string; pauseMs: number }) => void;

/**
 * A channel that is left alone when it asks us to slow down. What is not sent meanwhile is `unknown`, and a refund
 * `notExecuted`: surely not sent, so the same number again is right. What the channel answers is passed on as it is.
 */
export function pacedChannel(channel: Channel, clock: PaceClock, onPause: OnPause): Channel {
  const pace = new Pace(clock);
  const code = ownCodes.slowedDown;
  const unknown = { kind: 'unknown', code } as const;

  const inPace = async <Result>(
    call: () => Promise<Result>,
    codeOf: (result: Result) => string | null,
    notSent: Result,
  ): Promise<Result> => {
    const leave = await pace.leave();
    if (leave === null) return notSent;
    const before = pace.pauseMs;
    try {
      const result = await call();
      const said = codeOf(result);
      leave.ended(howEnded(channel, said));
      return result;
    } catch (error) {
      leave.ended('unheard');
      throw error;
    } finally {
      if (pace.pauseMs > before) onPause({ channel: channel.name, pauseMs: pace.pauseMs });
    }
  };
  return withCalls(channel, {
    combining: withCombinedCalls(channel.combining, {
      open: (_order, call) => inPace(call, said, unknown),
      query: (order, call) => inPace(call, saidOfChildren, eachChild(order, { outcome: unknown, raw: noAnswer })),
      close: (_order, call) => inPace(call, said, unknown),
    }),
    open: (order) => inPace(() => channel.open(order), said, unknown),
    query: (asked) =>
      inPace(
        () => channel.query(asked),
        ({ outcome }) => said(outcome),
        { outcome: unknown, merchantId: '', raw: noAnswer },
      ),
    close: (asked) => inPace(() => channel.close(asked), said, unknown),
    refund: (order) => inPace(() => channel.refund(order), said, { kind: 'notExecuted', code, raw: null }),
    queryRefund: (order) => inPace(() => channel.queryRefund(order), said, { ...unknown, raw: null }),
  });
}

const said = (result: { kind: string } | { kind: string; code: string }): string | null =>
  'code' in result ? result.code : null;

/** An answer that says nothing of any child says the same of all; one that is doubted for some children was heard. */
const saidOfChildren = ({ facts }: CombinedReading): string | null =>
  facts.map(({ outcome }) => said(outcome)).find((code) => code !== null) ?? null;

const silences: readonly string[] = [ownCodes.timeout, ownCodes.connectionFailed];

function howEnded({ codes }: Channel, code: string | null): 'answered' | 'slowDown' | 'unheard' {
  if (code === null) return 'answered';
  if (codes.slowDown.includes(code)) return 'slowDown';
  // Silence and a proxy's page say nothing about what the channel wants.
  return silences.includes(code) || code.startsWith(ownCodes.http) ? 'unheard' : 'answered';
}
