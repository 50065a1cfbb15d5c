import type { Order } from './orders.js';
import type { Platform } from './platform.js';

/** WeChat Pay API v3: trade_state. An order that waited beyond its time is closed. */
export function stateOf({ now }: Platform, { payment, refunds, closedAt, expiresAt }: Order) {
  if (payment !== undefined) return refunds.some(({ status }) => status === 'SUCCESS') ? 'REFUND' : 'SUCCESS';
  return closedAt !== undefined || now() >= expiresAt ? 'CLOSED' : 'NOTPAY';
}
