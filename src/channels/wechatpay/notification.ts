import type { NotificationReading, RawNotification, SignatureCheck } from '../channel.js';
import type { TrustedKey } from '../trustedKeys.js';
import { decrypt } from './decrypt.js';
import { readOrder } from './readOrder.js';
import { checkPlatform } from './signature.js';
import { combinedNotice, envelope, isCombined, order, refundNotice } from './wire.js';

export interface NotificationSettings {
  mchId: string;
  appId: string;
  apiV3Key: Buffer;
  platformKeys: readonly TrustedKey[];
}

/** Reads a notification (WeChat Pay API v3: 支付通知, 退款通知). Never throws, whatever a stranger sends. */
export function readNotification(request: RawNotification, us: NotificationSettings): NotificationReading {
  const check = checkPlatform(us.platformKeys, request);
  const rejected: Rejected = (reason, outTradeNo = null) => ({ kind: 'rejected', reason, outTradeNo, ...check });

  // The platform sends false signatures on purpose (探测流量): they fail here like anybody else's.
  if (check.signature !== 'valid') return rejected(check.signature === 'absent' ? 'malformed' : 'badSignature');
  const sealed = envelope.safeParse(parseJson(request.body.toString('utf8')));
  if (!sealed.success) return rejected('malformed');
  const { id: notificationId, event_type: eventType, resource } = sealed.data;
  const { ciphertext, nonce, associated_data: associatedData } = resource;
  const opened = decrypt(us.apiV3Key, { ciphertext, nonce, associatedData });
  const content: unknown = opened === null ? undefined : parseJson(opened);

  switch (eventType) {
    case 'TRANSACTION.SUCCESS': {
      if (isCombined(content)) return readCombined(content, { notificationId, us, check, rejected });
      const paid = order.safeParse(content);
      if (!paid.success) return rejected('malformed');
      const { out_trade_no: outTradeNo, mchid: merchantId, appid } = paid.data;
      if (merchantId !== us.mchId) return rejected('wrongMerchant', outTradeNo);
      if (appid !== us.appId) return rejected('wrongApp', outTradeNo);
      return { kind: 'charge', notificationId, outTradeNo, merchantId, outcome: readOrder(paid.data), ...check };
    }
    case 'REFUND.SUCCESS':
    case 'REFUND.ABNORMAL':
    case 'REFUND.CLOSED': {
      const notice = refundNotice.safeParse(content);
      if (!notice.success) return rejected('malformed');
      const { mchid, out_trade_no: outTradeNo, out_refund_no: refundNo } = notice.data;
      if (mchid !== us.mchId) return rejected('wrongMerchant', outTradeNo);
      return { kind: 'refund', notificationId, outTradeNo, refundNo, ...check };
    }
    default:
      return { kind: 'ignored', notificationId, outTradeNo: null, why: `event ${eventType} is not ours`, ...check };
  }
}

type Rejected = (
  reason: Extract<NotificationReading, { kind: 'rejected' }>['reason'],
  outTradeNo?: string | null,
) => NotificationReading;

/**
 * A combined order (合单支付通知), announced to the merchant that made it: it must be ours, while its sub orders are other
 * merchants' too. A sub order that cannot be read makes all of it unreadable; the query tells the others.
 */
function readCombined(
  content: unknown,
  context: { notificationId: string; us: NotificationSettings; check: SignatureCheck; rejected: Rejected },
): NotificationReading {
  const { notificationId, us, check, rejected } = context;
  const paid = combinedNotice.safeParse(content);
  if (!paid.success) return rejected('malformed');
  const { combine_out_trade_no: combineNo, combine_mchid: mchId, combine_appid: appId, sub_orders: orders } = paid.data;
  if (mchId !== us.mchId) return rejected('wrongMerchant', combineNo);
  if (appId !== us.appId) return rejected('wrongApp', combineNo);
  const numbers = new Set(orders.map(({ out_trade_no: outTradeNo }) => outTradeNo));
  if (numbers.size < orders.length) return rejected('malformed', combineNo);
  const facts = orders.map((order) => ({
    outTradeNo: order.out_trade_no,
    merchantId: order.mchid,
    outcome: readOrder(order),
  }));
  return { kind: 'combined', notificationId, combineNo, facts, ...check };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
