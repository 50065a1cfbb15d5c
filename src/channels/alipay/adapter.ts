import type { z } from 'zod';
import { assertNever } from '../../domain/assertNever.js';
import type { ChargeOutcome } from '../../domain/evidence.js';
import { toYuan } from '../../domain/money.js';
import type { Fen } from '../../domain/money.js';
import type { AlipayChannelConfig } from '../../platform/channelsConfig.js';
import type {
  Acknowledgement,
  Channel,
  ChannelReading,
  ChargeOrder,
  ChargeRef,
  CloseResult,
  NotificationReading,
  OpenResult,
  RawNotification,
  RefundOrder,
  RefundResult,
} from '../channel.js';
import { toBeijingTime } from './beijingTime.js';
import { closeOutcomes, precreateOutcomes, queryOutcomes, refundOutcomes } from './codes.js';
import { alipayGateway } from './gateway.js';
import type { BusinessParameters, Gateway } from './gateway.js';
import { readNotification } from './notification.js';
import { readReply } from './reply.js';
import type { Reply } from './reply.js';
import { channelSignature } from './signature.js';
import type { ChannelSignature } from './signature.js';
import {
  closeAnswer,
  precreateAnswer,
  queryAnswer,
  refundAnswer,
  refundQueryAnswer,
  shortText,
  subjectFor,
} from './wire.js';
import type { QueryAnswer } from './wire.js';

/** Alipay OpenAPI v2 behind the channel port. `now` stamps requests and nothing else. */
export function alipayChannel(config: AlipayChannelConfig, { now }: { now: () => Date }): Channel {
  const appPrivateKey = config.appPrivateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const signature = channelSignature({ ...config, appPrivateKey });
  return new AlipayChannel(config, alipayGateway({ config, appPrivateKey, now }), signature);
}

/** `qr` is a server call; the other two are signed pages the payer's browser opens. */
const pageCalls = {
  page: { method: 'alipay.trade.page.pay', productCode: 'FAST_INSTANT_TRADE_PAY' },
  wap: { method: 'alipay.trade.wap.pay', productCode: 'QUICK_WAP_WAY' },
} as const;

class AlipayChannel implements Channel {
  readonly name: string;
  readonly products: readonly string[];
  readonly merchantId: string;
  readonly timeoutMs: number;
  readonly #config: AlipayChannelConfig;
  readonly #gateway: Gateway;
  readonly #signature: ChannelSignature;

  constructor(config: AlipayChannelConfig, gateway: Gateway, signature: ChannelSignature) {
    this.name = config.name;
    this.products = config.products;
    this.merchantId = config.sellerId;
    this.timeoutMs = config.timeoutMs;
    this.#config = config;
    this.#gateway = gateway;
    this.#signature = signature;
  }

  /**
   * alipay.trade.precreate, or a signed page URL. A refusal is final even after an attempt that timed out: a QR code whose
   * answer was lost was never shown to anyone, so nobody can pay it.
   */
  async open(order: ChargeOrder): Promise<OpenResult> {
    const product = this.#config.products.find((each) => each === order.product);
    if (product === undefined) {
      return { kind: 'refused', code: 'PRODUCT_NOT_OFFERED', message: `${this.name} does not offer ${order.product}` };
    }
    return product === 'qr' ? this.#openQr(order) : this.#openPage(order, pageCalls[product]);
  }

  #openPage(order: ChargeOrder, { method, productCode }: (typeof pageCalls)['page' | 'wap']): OpenResult {
    const parameters = { ...this.#orderParameters(order), product_code: productCode };
    return { kind: 'opened', cashier: { kind: 'redirect', url: this.#gateway.pageUrl(method, parameters) } };
  }

  async #openQr(order: ChargeOrder): Promise<OpenResult> {
    const method = 'alipay.trade.precreate';
    const exchange = await this.#gateway.call(method, this.#orderParameters(order), { notify: true });
    const reply = readReply(exchange, { method, schema: precreateAnswer, signature: this.#signature });
    switch (reply.kind) {
      case 'done':
        return reply.answer.out_trade_no === order.outTradeNo
          ? { kind: 'opened', cashier: { kind: 'qr', code: reply.answer.qr_code } }
          : { kind: 'unknown', code: otherOrder };
      case 'turnedAway':
        return { kind: 'refused', code: reply.code, message: reply.message };
      case 'businessFailure':
        return precreateOutcomes.get(reply.code) === 'refused'
          ? { kind: 'refused', code: reply.code, message: reply.message }
          : { kind: 'unknown', code: reply.code };
      case 'limited':
      case 'unknown':
        return { kind: 'unknown', code: reply.code };
      default:
        return assertNever(reply);
    }
  }

  /** From the order alone, so that a repeat has the same business parameters byte for byte. */
  #orderParameters(order: ChargeOrder): BusinessParameters {
    return {
      out_trade_no: order.outTradeNo,
      total_amount: toYuan(order.amountFen),
      subject: subjectFor(order.subject),
      seller_id: this.#config.sellerId,
      time_expire: toBeijingTime(order.expiresAt),
    };
  }

  /** alipay.trade.query. Its answer names no merchant: the order number is ours alone, and must come back. */
  async query(charge: ChargeRef): Promise<ChannelReading> {
    const method = 'alipay.trade.query';
    const exchange = await this.#gateway.call(method, { out_trade_no: charge.outTradeNo });
    const reply = readReply(exchange, { method, schema: queryAnswer, signature: this.#signature });
    const raw = reply.raw ?? { body: Buffer.alloc(0), signature: 'absent' };
    return { outcome: readQuery(reply, charge.outTradeNo), merchantId: '', raw };
  }

  /** alipay.trade.close, for unpaid trades only. */
  async close(charge: ChargeRef): Promise<CloseResult> {
    const method = 'alipay.trade.close';
    const exchange = await this.#gateway.call(method, { out_trade_no: charge.outTradeNo });
    const reply = readReply(exchange, { method, schema: closeAnswer, signature: this.#signature });
    if (reply.kind === 'done') {
      const ours = reply.answer.out_trade_no === charge.outTradeNo;
      return ours ? { kind: 'closed' } : { kind: 'unknown', code: otherOrder };
    }
    const outcome = reply.kind === 'businessFailure' ? closeOutcomes.get(reply.code) : undefined;
    if (outcome === 'absent') return { kind: 'absent' };
    return { kind: outcome ?? 'unknown', code: reply.code };
  }

  /** alipay.trade.refund, always with `out_request_no`: without it every repeat would be a new refund. */
  async refund(order: RefundOrder): Promise<RefundResult> {
    const method = 'alipay.trade.refund';
    const exchange = await this.#gateway.call(method, {
      out_trade_no: order.charge.outTradeNo,
      refund_amount: toYuan(order.refundFen),
      out_request_no: order.refundNo,
      // Never empty: see Gateway.
      ...(order.reason === '' ? {} : { refund_reason: shortText(order.reason) }),
    });
    return readRefund(readReply(exchange, { method, schema: refundAnswer, signature: this.#signature }), order);
  }

  /** alipay.trade.fastpay.refund.query; the channel asks for ten seconds of patience after the refund. */
  async queryRefund(order: RefundOrder): Promise<RefundResult> {
    const method = 'alipay.trade.fastpay.refund.query';
    const exchange = await this.#gateway.call(method, {
      out_trade_no: order.charge.outTradeNo,
      out_request_no: order.refundNo,
      query_options: ['gmt_refund_pay'],
    });
    return readRefundQuery(
      readReply(exchange, { method, schema: refundQueryAnswer, signature: this.#signature }),
      order,
    );
  }

  readNotification(request: RawNotification): NotificationReading {
    return readNotification(request, { ...this.#config, signature: this.#signature });
  }

  /** Alipay OpenAPI, 异步通知: exactly `success`, seven bytes; anything else is sent again for 25 hours. */
  acknowledgement(result: 'received' | 'failed'): Acknowledgement {
    return { status: 200, contentType: 'text/plain', body: result === 'received' ? 'success' : 'fail' };
  }
}

/** Code for an answer, well signed, about another order or refund than the one asked about. */
const otherOrder = 'ANSWER_ABOUT_ANOTHER_ORDER';

function readQuery(reply: Reply<QueryAnswer>, outTradeNo: string): ChargeOutcome {
  if (reply.kind === 'businessFailure' && queryOutcomes.get(reply.code) === 'absent') return { kind: 'absent' };
  // A query that was turned away says nothing about the order.
  if (reply.kind !== 'done') return { kind: 'unknown', code: reply.code };
  const { answer } = reply;
  if (answer.out_trade_no !== outTradeNo) return { kind: 'unknown', code: otherOrder };
  switch (answer.trade_status) {
    case 'TRADE_SUCCESS':
    case 'TRADE_FINISHED':
      return { kind: 'paid', ...receiptOf(answer, answer.send_pay_date) };
    case 'WAIT_BUYER_PAY':
      return { kind: 'waiting' };
    case 'TRADE_CLOSED':
      // Both an unpaid trade that was closed and a trade refunded in full; only the second was ever paid.
      return answer.send_pay_date === undefined
        ? { kind: 'closed' }
        : { kind: 'returned', ...receiptOf(answer, answer.send_pay_date) };
    default:
      return assertNever(answer);
  }
}

function receiptOf(trade: { total_amount: Fen; trade_no: string }, paidAt: string) {
  return { paidFen: trade.total_amount, tradeNo: trade.trade_no, paidAt };
}

function readRefund(reply: Reply<z.infer<typeof refundAnswer>>, order: RefundOrder): RefundResult {
  const { raw } = reply;
  switch (reply.kind) {
    case 'done': {
      const { answer } = reply;
      if (answer.out_trade_no !== order.charge.outTradeNo) return { kind: 'unknown', code: otherOrder, raw };
      // `N` or nothing: this call moved nothing, because an earlier one did or because none did.
      return answer.fund_change === 'Y'
        ? { kind: 'refunded', refundedAt: answer.gmt_refund_pay ?? null, raw: reply.raw }
        : { kind: 'pending', raw };
    }
    case 'businessFailure': {
      const outcome = refundOutcomes.get(reply.code);
      if (outcome === 'refused') return { kind: 'refused', code: reply.code, message: reply.message, raw: reply.raw };
      return { kind: outcome ?? 'unknown', code: reply.code, raw };
    }
    case 'turnedAway':
    case 'limited':
      // This call did nothing, but an earlier one of the same number may have: not `refused`, which would allow a new
      // number and a second refund. Sending the same number again is right in both cases.
      return { kind: 'notExecuted', code: reply.code, raw };
    case 'unknown':
      return { kind: 'unknown', code: reply.code, raw };
    default:
      return assertNever(reply);
  }
}

function readRefundQuery(reply: Reply<z.infer<typeof refundQueryAnswer>>, order: RefundOrder): RefundResult {
  const { raw } = reply;
  if (reply.kind !== 'done') return { kind: 'unknown', code: reply.code, raw };
  const { answer } = reply;
  if (answer.out_trade_no !== undefined && answer.out_trade_no !== order.charge.outTradeNo) {
    return { kind: 'unknown', code: otherOrder, raw };
  }
  switch (answer.refund_status) {
    case undefined:
      // Not received, or not successful so far: the same number again is the documented way on.
      return { kind: 'notExecuted', code: 'NOT_VISIBLE', raw };
    case 'REFUND_SUCCESS': {
      const ours = answer.out_request_no === order.refundNo && answer.refund_amount === order.refundFen;
      return ours
        ? { kind: 'refunded', refundedAt: answer.gmt_refund_pay ?? null, raw: reply.raw }
        : { kind: 'unknown', code: otherOrder, raw };
    }
    default:
      return { kind: 'unknown', code: answer.refund_status.slice(0, 64), raw };
  }
}
