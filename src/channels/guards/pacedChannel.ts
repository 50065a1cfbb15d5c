import { ownCodes } from '../channel.js';
import type { Channel } from '../channel.js';
import { guard } from './guard.js';
import { Pace } from './pace.js';
import type { PaceClock } from './pace.js';

/** Told of each pause that begins or grows, ms. */
type OnPause = (pause: { channel: string; pauseMs: number }) => void;

/**
 * A channel that is left alone when it asks us to slow down. What is not sent meanwhile is `unknown`, and a refund
 * `notExecuted`: surely not sent, so the same number again is right. What the channel answers is passed on as it is.
 */
export function pacedChannel(channel: Channel, clock: PaceClock, onPause: OnPause): Channel {
  const pace = new Pace(clock);
  return guard(channel, async (call) => {
    const leave = await pace.leave();
    if (leave === null) return call.notSent({ when: 'later', code: ownCodes.slowedDown });
    const before = pace.pauseMs;
    try {
      const answer = await call.send();
      leave.ended(endOf(channel, call.outcome(answer).code));
      return answer;
    } catch (error) {
      leave.ended('unheard');
      throw error;
    } finally {
      if (pace.pauseMs > before) onPause({ channel: channel.name, pauseMs: pace.pauseMs });
    }
  });
}

const silences: readonly string[] = [ownCodes.timeout, ownCodes.connectionFailed];

function endOf({ codes }: Channel, code?: string): 'answered' | 'slowDown' | 'unheard' {
  if (code === undefined) return 'answered';
  if (codes.slowDown.includes(code)) return 'slowDown';
  // Silence and a proxy's page say nothing about what the channel wants.
  return silences.includes(code) || code.startsWith(ownCodes.http) ? 'unheard' : 'answered';
}
