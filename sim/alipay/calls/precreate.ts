import { success } from '../answers.js';
import { HOUR_MS, timeoutMs } from '../content.js';
import { call } from './call.js';
import { orderContent, placeOrder } from './placeOrder.js';

const ORDER_LIFE_MS = 3 * HOUR_MS;
/** A QR code lives no longer than this, whatever the order's own timeout. */
const QR_LIFE_MAX_MS = 2 * HOUR_MS;

const precreateContent = orderContent.extend({ qr_code_timeout_express: timeoutMs.optional() });

/** alipay.trade.precreate: an order to be paid by QR code. No trade exists until the payer scans. */
export const precreate = call(precreateContent, (channel, content, request) => {
  const qrLifeMs = Math.min(content.qr_code_timeout_express ?? QR_LIFE_MAX_MS, QR_LIFE_MAX_MS);
  const placed = placeOrder(channel, content, request, { defaultTimeoutMs: ORDER_LIFE_MS, qrLifeMs });
  if (placed.kind === 'refused') return placed.answer;
  const { outTradeNo, cashierToken } = placed.order;
  return success({ out_trade_no: outTradeNo, qr_code: `${channel.baseUrl}/qr/${cashierToken}` });
});
