import { noAnswer, ownCodes } from './channel.js';
import type { Channel } from './channel.js';
import { withCalls } from './withCalls.js';

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
