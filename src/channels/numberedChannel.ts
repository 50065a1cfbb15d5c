import { eachChild, noAnswer, ownCodes } from './channel.js';
import type { Channel, CombinedRef, Combining } from './channel.js';
import { withCalls, withCombinedCalls } from './withCalls.js';

/**
 * A channel that is never sent a number it would not take, nor one that it might read as another: what cannot be said
 * cannot be misunderstood. Surely not sent is refused; about such a number nothing can be asked, so nothing is known.
 */
export function numberedChannel(channel: Channel): Channel {
  const { charge, refund } = channel.numbers;
  const code = ownCodes.numberNotAccepted;
  const unknown = { kind: 'unknown', code } as const;
  const isCharge = ({ outTradeNo }: { outTradeNo: string }): boolean => charge.pattern.test(outTradeNo);
  const isRefund = ({ refundNo }: { refundNo: string }): boolean => refund.pattern.test(refundNo);
  return withCalls(channel, {
    combining: channel.combining === null ? null : numberedCombining(channel, channel.combining),
    async open(order) {
      if (isCharge(order)) return channel.open(order);
      return { kind: 'refused', code, message: `${channel.name} takes no ${charge.field} such as ${order.outTradeNo}` };
    },
    async query(asked) {
      if (isCharge(asked)) return channel.query(asked);
      return { outcome: unknown, merchantId: '', raw: noAnswer };
    },
    async close(asked) {
      return isCharge(asked) ? channel.close(asked) : unknown;
    },
    async refund(order) {
      if (isRefund(order) && isCharge(order.charge)) return channel.refund(order);
      const message = `${channel.name} takes no ${refund.field} such as ${order.refundNo}`;
      return { kind: 'refused', code, message, raw: null };
    },
    async queryRefund(order) {
      return isRefund(order) && isCharge(order.charge) ? channel.queryRefund(order) : { ...unknown, raw: null };
    },
  });
}

/** The same for a combined order: its own number, the number of each child, and that no child can be taken for another. */
function numberedCombining(channel: Channel, combining: Combining): Combining | null {
  const { number, childrenMax } = combining;
  const { charge } = channel.numbers;
  const wrongWith = ({ combineNo, children }: CombinedRef): { code: string; message: string } | null => {
    const code = ownCodes.numberNotAccepted;
    if (!number.pattern.test(combineNo)) {
      return { code, message: `${channel.name} takes no ${number.field} such as ${combineNo}` };
    }
    const wrong = children.find(({ outTradeNo }) => !charge.pattern.test(outTradeNo));
    if (wrong !== undefined) {
      return { code, message: `${channel.name} takes no ${charge.field} such as ${wrong.outTradeNo}` };
    }
    const numbers = new Set(children.map(({ outTradeNo }) => outTradeNo));
    if (numbers.size === children.length && numbers.size >= 1 && numbers.size <= childrenMax) return null;
    const message = `${channel.name} takes 1 to ${childrenMax} children, each under a number of its own`;
    return { code: ownCodes.childrenNotAccepted, message };
  };
  return withCombinedCalls(combining, {
    async open(order, call) {
      const wrong = wrongWith(order);
      return wrong === null ? call() : { kind: 'refused', ...wrong };
    },
    async query(order, call) {
      const wrong = wrongWith(order);
      if (wrong === null) return call();
      return eachChild(order, { outcome: { kind: 'unknown', code: wrong.code }, raw: noAnswer });
    },
    async close(order, call) {
      const wrong = wrongWith(order);
      return wrong === null ? call() : { kind: 'unknown', code: wrong.code };
    },
  });
}
