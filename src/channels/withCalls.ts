import type {
  Channel,
  ChannelCall,
  CloseResult,
  CombinedOrder,
  CombinedReading,
  CombinedRef,
  Combining,
  OpenResult,
} from './channel.js';

/** A channel whose calls are made otherwise, those of combined payment among them, and which is the same in everything else. */
export function withCalls(channel: Channel, calls: Pick<Channel, ChannelCall | 'combining'>): Channel {
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

/** What stands around a call: it makes the call, or answers in its place. */
type Around<Order, Result> = (order: Order, call: () => Promise<Result>) => Promise<Result>;

/** Combined payment whose calls are made otherwise; null where the channel has none. */
export function withCombinedCalls(
  combining: Combining | null,
  around: {
    open: Around<CombinedOrder, OpenResult>;
    query: Around<CombinedRef, CombinedReading>;
    close: Around<CombinedRef, CloseResult>;
  },
): Combining | null {
  if (combining === null) return null;
  const { products, childrenMax, number, account, together } = combining;
  return {
    ...{ products, childrenMax, number, account },
    open: (order) => around.open(order, () => combining.open(order)),
    together:
      together === null
        ? null
        : {
            query: (order) => around.query(order, () => together.query(order)),
            close: (order) => around.close(order, () => together.close(order)),
          },
  };
}
