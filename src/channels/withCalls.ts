import type { Channel, ChannelCall } from './channel.js';

/** A channel whose calls are made otherwise, and which is the same in everything else. */
export function withCalls(channel: Channel, calls: Pick<Channel, ChannelCall>): Channel {
  const { name, products, merchantId, timeoutMs, numbers, codes } = channel;
  return {
    ...{ name, products, merchantId, timeoutMs, numbers, codes },
    needs: (product) => channel.needs(product),
    readNotification: (request) => channel.readNotification(request),
    acknowledgement: (result) => channel.acknowledgement(result),
    verify: (message) => channel.verify(message),
    fetchStatement: (day) => channel.fetchStatement(day),
    ...calls,
  };
}
