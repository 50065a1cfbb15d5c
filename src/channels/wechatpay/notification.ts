import type { NotificationReading, RawNotification } from '../channel.js';
import type { TrustedKey } from '../trustedKeys.js';
import { decrypt } from './aead.js';
import { readOrder } from './outcome.js';
import { checkPlatform } from './signature.js';
import { envelope, order, refundNotice } from './wire.js';

export interface NotificationSettings {
  mchId: string;
  appId: string;
  apiV3Key: Buffer;
  platformKeys: readonly TrustedKey[];
}

/** Reads a notification (WeChat Pay API v3: 支付通知, 退款通知). Never throws, whatever a stranger sends. */
export function readNotification(request: RawNotification, us: NotificationSettings): NotificationReading {
  const check = checkPlatform(us.platformKeys, request);
  const rejected = (
    reason: Extract<NotificationReading, { kind: 'rejected' }>['reason'],
    outTradeNo: string | null = null,
  ): NotificationReading => ({ kind: 'rejected', reason, outTradeNo, ...check });

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
      const told = refundNotice.safeParse(content);
      if (!told.success) return rejected('malformed');
      const { mchid, out_trade_no: outTradeNo, out_refund_no: refundNo } = told.data;
      if (mchid !== us.mchId) return rejected('wrongMerchant', outTradeNo);
      return { kind: 'refund', notificationId, outTradeNo, refundNo, ...check };
    }
    default:
      return { kind: 'ignored', notificationId, outTradeNo: null, why: `event ${eventType} is not ours`, ...check };
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
