import type { NotificationReading, RawNotification } from '../channel.js';
import type { UnionpayTrust } from './settings.js';
import { checkMessage, digestOf } from './signature.js';
import { notificationHead, parseForm, transaction } from './wire.js';
import type { Fields } from './wire.js';

/** What an undo's number has behind the number of its refund. */
export const undoMark = 'V';

const transactionTypes = { payment: '01', refund: '04', undo: '31' } as const;

/** Reads a notification (5.1.0, 后台通知). Only successes are notified. Never throws, whatever a stranger sends. */
export function readNotification(
  request: RawNotification,
  us: { merId: string; trust: UnionpayTrust },
): NotificationReading {
  const fields = parseForm(request.body);
  const check = checkMessage(us.trust, fields, request.receivedAt);
  const outTradeNo = claimedOrder(fields);
  const rejected = (reason: Extract<NotificationReading, { kind: 'rejected' }>['reason']): NotificationReading => ({
    kind: 'rejected',
    reason,
    outTradeNo,
    ...check,
  });

  if (check.signature !== 'valid' || fields === null) {
    return rejected(check.signature === 'absent' ? 'malformed' : 'badSignature');
  }
  const head = notificationHead.safeParse(fields);
  if (!head.success) return rejected('malformed');
  const { merId: merchantId, orderId, queryId, txnType, respCode } = head.data;
  if (merchantId !== us.merId) return rejected('wrongMerchant');
  // The gateway gives no number to a notification. Its repeats are alike to the letter; one that says something else about
  // the same transaction is another fact and must not pass for a repeat.
  const notificationId = `${queryId.slice(0, 32)}-${digestOf(fields).slice(0, 16)}`;
  if (txnType === transactionTypes.refund || txnType === transactionTypes.undo) {
    // Our refunds say which order they are about; one made in the gateway's own console does not.
    const about = fields['reqReserved'];
    if (about === undefined || about === '') {
      const why = `${txnType} ${orderId.slice(0, 40)} is none of our refunds`;
      return { kind: 'ignored', notificationId, outTradeNo: null, why, ...check };
    }
    const refundNo =
      txnType === transactionTypes.undo && orderId.endsWith(undoMark) ? orderId.slice(0, -undoMark.length) : orderId;
    return { kind: 'refund', notificationId, outTradeNo: about, refundNo, ...check };
  }
  if (txnType !== transactionTypes.payment) {
    return { kind: 'ignored', notificationId, outTradeNo: orderId, why: `txnType ${txnType} is not ours`, ...check };
  }
  const charge = { kind: 'charge', notificationId, outTradeNo: orderId, merchantId, ...check } as const;
  if (respCode !== '00' && respCode !== 'A6') {
    return { ...charge, outcome: { kind: 'unknown', code: respCode } };
  }
  const paid = transaction.safeParse(fields);
  if (!paid.success) return rejected('malformed');
  return { ...charge, outcome: { kind: 'paid', paidFen: paid.data.txnAmt, tradeNo: queryId, paidAt: paid.data.at } };
}

/** The order a message claims to be about, for the record of the attempt: only text that could be an order number. */
function claimedOrder(fields: Fields | null): string | null {
  const claimed = fields?.['orderId'] ?? '';
  return /^[0-9A-Za-z]{8,40}$/.test(claimed) ? claimed : null;
}
