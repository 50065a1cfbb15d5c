import { paysSeveral } from '../ids.js';

/**
 * A journal's key is made from its business event, so that the same event can be recorded once only. Keys are stored: a form
 * that changed would let an event be recorded again.
 */
export const journalKeys = {
  /** The money of a charge: in time or late, once. */
  received: (outTradeNo: string): string => `${outTradeNo}:received`,

  /** The premium of one payment that is paid by a charge together with others. */
  itemReceived: (item: { paymentId: string; outTradeNo: string }): string =>
    `${item.outTradeNo}:${item.paymentId}:received`,

  /** Money once more for a charge that has had its money. */
  strandedReceived: (money: { outTradeNo: string; tradeNo: string }): string =>
    `${money.outTradeNo}:${money.tradeNo}:received`,

  revived: (outTradeNo: string): string => `${outTradeNo}:revived`,

  /** The premium of a payment becomes income, once. */
  issued: (paymentId: string): string => `${paymentId}:issued`,

  /** A refund id is unique within its payment only, so where a charge pays several payments, its refunds say whose they are. */
  owed({ paymentId, outTradeNo, refundId }: { paymentId: string; outTradeNo: string; refundId: string }): string {
    const whose = paysSeveral(outTradeNo) ? `${paymentId}:` : '';
    return `${outTradeNo}:${whose}${refundId}:owed`;
  },
  isOwed: (key: string): boolean => key.endsWith(':owed'),

  returned: (refundNo: string): string => `${refundNo}:returned`,
  settledOutside: (refundNo: string): string => `${refundNo}:settledOutside`,

  /** Of the journal that takes another one back. */
  reversed: (key: string): string => `${key}:reversed`,
};
