import type { Acknowledgement, Channel, RawNotification } from '../../channels/channel.js';
import type { RecentDeliveries } from '../../delivery/recentDeliveries.js';
import { takeIn, type Taken } from '../../delivery/takeIn.js';
import type { ApiDeps } from '../deps.js';
import { temporalWithin } from '../http/within.js';

/** Channels give up on an answer after five seconds; before that they are told to send again, ms. */
const answerWithinMs = 4_000;

/**
 * Takes a callback in, and answers in the channel's own words: received once it is kept and brought, failed where it is not
 * believed, or has to be sent again. Safe to repeat. Never raises.
 */
export async function takeCallback(
  deps: ApiDeps,
  channel: Channel,
  raw: RawNotification,
  recent: RecentDeliveries,
): Promise<Acknowledgement> {
  const stopTimer = deps.metrics.callbackSeconds.startTimer({ channel: channel.name });
  const result = await resultOf(deps, channel, raw, recent);
  stopTimer();
  deps.metrics.callbacks.inc({ channel: channel.name, result });
  return channel.acknowledgement(result === 'rejected' || result === 'failed' ? 'failed' : 'received');
}

async function resultOf(
  deps: ApiDeps,
  channel: Channel,
  raw: RawNotification,
  recent: RecentDeliveries,
): Promise<Taken['kind'] | 'failed'> {
  try {
    const taken = await temporalWithin(deps.client, answerWithinMs, () => takeIn(deps, channel, raw, { recent }));
    return taken.kind;
  } catch (error) {
    deps.logger.error({ err: error, channel: channel.name }, 'callback not taken; the channel is asked to repeat it');
    return 'failed';
  }
}
