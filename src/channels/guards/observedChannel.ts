import { conclusionOf, ownCodes } from '../channel.js';
import type { Channel, ChannelCall } from '../channel.js';
import { guard } from './guard.js';

/** Hears of every call to a channel. Only ever counts and tells; nothing is decided on it. */
export interface ChannelObserver {
  called(call: { channel: string; call: ChannelCall; result: string; seconds: number }): void;
  /** A code of the channel's that no table lists: somebody should look it up. */
  unlisted(found: { channel: string; call: ChannelCall; code: string }): void;
}

/** A channel whose calls are counted and timed. */
export function observedChannel(channel: Channel, observer: ChannelObserver, nowMs: () => number): Channel {
  return guard(channel, async (call) => {
    const startedMs = nowMs();
    const answer = await call.send();
    const { kind, code } = call.outcome(answer);
    const what = { channel: channel.name, call: call.name };
    observer.called({ ...what, result: kind, seconds: (nowMs() - startedMs) / 1_000 });
    if (kind === 'unknown' && code !== undefined && isUnlisted(channel, call.name, code)) {
      observer.unlisted({ ...what, code: printable(code) });
    }
    return answer;
  });
}

const ours: readonly string[] = Object.values(ownCodes);

function isUnlisted({ codes }: Channel, call: ChannelCall, code: string): boolean {
  if (ours.includes(code) || code.startsWith(ownCodes.http)) return false;
  return conclusionOf<string>(codes[call], code) === null;
}

/** It comes from outside and goes into a log. */
const printable = (code: string): string => code.replaceAll(/[^\w.:-]/g, '?').slice(0, 64);
