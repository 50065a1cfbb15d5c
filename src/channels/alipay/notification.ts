import { assertNever } from '../../domain/assertNever.js';
import type { NotificationReading, RawNotification, SignatureCheck } from '../channel.js';
import type { ChannelSignature } from './signature.js';
import { notificationHead, tradeNotification } from './wire.js';
import type { TradeNotification } from './wire.js';

/** Reads an asynchronous notification (Alipay OpenAPI: 异步通知说明). Never throws, whatever a stranger sends. */
export function readNotification(
  request: RawNotification,
  us: { appId: string; sellerId: string; signature: ChannelSignature },
): NotificationReading {
  const parameters = readForm(request.body);
  if (parameters === null) {
    return { kind: 'rejected', reason: 'malformed', outTradeNo: null, signature: 'absent', keyId: null };
  }
  const outTradeNo = claimedOrder(parameters);
  const keyId = us.signature.keyOfNotification({ parameters, at: request.receivedAt });
  const check: SignatureCheck = keyId === null ? { signature: 'invalid', keyId } : { signature: 'valid', keyId };
  const rejected = (reason: Extract<NotificationReading, { kind: 'rejected' }>['reason']): NotificationReading => ({
    kind: 'rejected',
    reason,
    outTradeNo,
    ...check,
  });

  if (keyId === null) return rejected('badSignature');
  const fields = Object.fromEntries(parameters);
  const head = notificationHead.safeParse(fields);
  if (!head.success) return rejected('malformed');
  if (head.data.app_id !== us.appId) return rejected('wrongApp');
  if (head.data.notify_type !== 'trade_status_sync') {
    const why = `notify_type ${head.data.notify_type.slice(0, 64)} is not about a trade`;
    return { kind: 'ignored', notificationId: head.data.notify_id, outTradeNo, why, ...check };
  }
  const trade = tradeNotification.safeParse(fields);
  if (!trade.success) return rejected('malformed');
  if (trade.data.seller_id !== us.sellerId) return rejected('wrongMerchant');
  return readTrade(trade.data, check) ?? rejected('malformed');
}

/** Null when a payment notice does not say when the money came. */
function readTrade(trade: TradeNotification, check: SignatureCheck): NotificationReading | null {
  const { notify_id: notificationId, out_trade_no: outTradeNo } = trade;
  const charge = { kind: 'charge', notificationId, outTradeNo, merchantId: trade.seller_id, ...check } as const;
  const paidAt = trade.gmt_payment;
  const topic = topicOf(trade);
  switch (topic) {
    case 'refund':
      return { kind: 'refund', notificationId, outTradeNo, refundNo: trade.out_biz_no ?? null, ...check };
    case 'payment':
      if (paidAt === undefined) return null;
      return { ...charge, outcome: { kind: 'paid', paidFen: trade.total_amount, tradeNo: trade.trade_no, paidAt } };
    case 'closing':
      // Closed after payment without a word about a refund: the query tells what it was.
      return paidAt === undefined
        ? { ...charge, outcome: { kind: 'closed' } }
        : { kind: 'ignored', notificationId, outTradeNo, why: 'closing of a paid trade, no refund named', ...check };
    case 'waiting':
      return { ...charge, outcome: { kind: 'waiting' } };
    case 'unlisted':
      return { ...charge, outcome: { kind: 'unknown', code: trade.trade_status.slice(0, 64) } };
    default:
      return assertNever(topic);
  }
}

/**
 * A refund is announced with the trade's status: TRADE_SUCCESS for a part, TRADE_CLOSED for the whole. Only the refund
 * fields tell it from a payment, so they are looked at first. Some payment notices carry `refund_fee=0.00`.
 */
function topicOf(trade: TradeNotification): 'payment' | 'refund' | 'closing' | 'waiting' | 'unlisted' {
  const refundNamed = trade.gmt_refund !== undefined || trade.out_biz_no !== undefined || (trade.refund_fee ?? 0) > 0;
  switch (trade.trade_status) {
    case 'TRADE_SUCCESS':
    case 'TRADE_FINISHED':
      return refundNamed ? 'refund' : 'payment';
    case 'TRADE_CLOSED':
      return refundNamed ? 'refund' : 'closing';
    case 'WAIT_BUYER_PAY':
      return 'waiting';
    default:
      return 'unlisted';
  }
}

/**
 * A form, decoded exactly once so that a `%` in a value survives. Null when it is no well-formed UTF-8 form or repeats a
 * name: what is verified and what is read must be the same value.
 */
function readForm(body: Buffer): ReadonlyMap<string, string> | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
    const parameters = new Map<string, string>();
    for (const pair of text.split('&')) {
      const split = pair.indexOf('=');
      if (split < 1) return null;
      const name = decodeFormText(pair.slice(0, split));
      if (parameters.has(name)) return null;
      parameters.set(name, decodeFormText(pair.slice(split + 1)));
    }
    return parameters;
  } catch {
    return null;
  }
}

function decodeFormText(encoded: string): string {
  return decodeURIComponent(encoded.replaceAll('+', ' '));
}

/** The order a message claims to be about, for the record of the attempt: only text that could be an order number. */
function claimedOrder(parameters: ReadonlyMap<string, string>): string | null {
  const claimed = parameters.get('out_trade_no') ?? '';
  return /^\w{1,64}$/.test(claimed) ? claimed : null;
}
