import type { Channel } from '../channel.js';
import { guard } from './guard.js';

/**
 * A channel that is never sent a number it would not take, nor one that it might read as another: what cannot be said
 * cannot be misunderstood. Surely not sent is refused; about such a number nothing can be asked, so nothing is known.
 */
export function numberedChannel(channel: Channel): Channel {
  return guard(channel, async (call) => {
    const problem = call.problem();
    return problem === null ? call.send() : call.notSent(problem);
  });
}
