import type { z } from 'zod';
import { assertNever } from '../../domain/assertNever.js';
import type { ChargeOutcome } from '../../domain/evidence.js';
import { toYuan } from '../../domain/money.js';
import type { Fen } from '../../domain/money.js';
import { conclusionOf, noAnswer, notOffered, ownCodes } from '../channel.js';
import type {
  Acknowledgement,
  CashierNeed,
  Channel,
  ChannelNumbers,
  ChannelReading,
  ChargeOrder,
  ChargeRef,
  CloseResult,
  Combining,
  KeptMessage,
  NotificationReading,
  OpenResult,
  RawNotification,
  RefundOrder,
  RefundResult,
  SignatureCheck,
  Statements,
} from '../channel.js';
import type { Clock } from '../protocol.js';
import { toBeijingTime } from './beijingTime.js';
import { alipayCodes } from './codes.js';
import { alipayCombining } from './combining.js';
import { alipayGateway } from './gateway.js';
import type { BusinessParameters, Gateway } from './gateway.js';
import { readNotification } from './notification.js';
import { checkAnswer, readReply } from './reply.js';
import type { Reply } from './reply.js';
import { channelSignature } from './signature.js';
import type { AlipaySettings } from './settings.js';
import type { ChannelSignature } from './signature.js';
import { alipayStatements } from './statement.js';
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

/** Alipay OpenAPI v2 behind the channel port. The clock stamps requests and says which keys are believed. */
export function alipayChannel(config: AlipaySettings, clock: Clock): Channel {
  const appPrivateKey = config.appPrivateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const signature = channelSignature({ ...config, appPrivateKey });
  return new AlipayChannel(config, alipayGateway({ config, appPrivateKey, now: clock.now }), signature, clock);
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
  readonly codes = alipayCodes;
  readonly combining: Combining;
  readonly statements: Statements;
  readonly numbers: ChannelNumbers = {
    charge: { field: 'out_trade_no', pattern: /^\w{1,64}$/ },
    refund: { field: 'out_request_no', pattern: /^\w{1,64}$/ },
  };
  readonly #config: AlipaySettings;
  readonly #gateway: Gateway;
  readonly #signature: ChannelSignature;
  readonly #clock: Clock;

  constructor(config: AlipaySettings, gateway: Gateway, signature: ChannelSignature, clock: Clock) {
    this.name = config.name;
    this.products = config.products;
    this.merchantId = config.sellerId;
    this.timeoutMs = config.timeoutMs;
    this.#config = config;
    this.#gateway = gateway;
    this.#signature = signature;
    this.#clock = clock;
    this.combining = alipayCombining(config, {
      ask: (call, parameters) => this.#ask(call, parameters),
      pageUrl: (method, parameters) => gateway.pageUrl(method, parameters),
    });
    this.statements = alipayStatements(config, clock, (call, parameters) => this.#ask(call, parameters));
  }

  needs(): readonly CashierNeed[] {
    return [];
  }

  async #ask<T>(
    { method, schema, notify = false }: { method: string; schema: z.ZodType<T>; notify?: boolean },
    parameters: BusinessParameters,
  ): Promise<Reply<T>> {
    const exchange = await this.#gateway.call(method, parameters, { notify });
    const at = this.#clock.now().toISOString();
    return readReply(exchange, { method, schema, signature: this.#signature, at });
  }

  /**
   * alipay.trade.precreate, or a signed page URL. A refusal is final even after an attempt that timed out: a QR code whose
   * answer was lost was never shown to anyone, so nobody can pay it.
   */
  async open(order: ChargeOrder): Promise<OpenResult> {
    const product = this.#config.products.find((each) => each === order.product);
    if (product === undefined) return notOffered(this.name, order.product);
    return product === 'qr' ? this.#openQr(order) : this.#openPage(order, pageCalls[product]);
  }

  #openPage(order: ChargeOrder, { method, productCode }: (typeof pageCalls)['page' | 'wap']): OpenResult {
    const parameters = { ...this.#orderParameters(order), product_code: productCode };
    return { kind: 'opened', cashier: { kind: 'redirect', url: this.#gateway.pageUrl(method, parameters) } };
  }

  async #openQr(order: ChargeOrder): Promise<OpenResult> {
    const call = { method: 'alipay.trade.precreate', schema: precreateAnswer, notify: true };
    const reply = await this.#ask(call, this.#orderParameters(order));
    switch (reply.kind) {
      case 'done':
        return reply.answer.out_trade_no === order.outTradeNo
          ? { kind: 'opened', cashier: { kind: 'qr', code: reply.answer.qr_code } }
          : { kind: 'unknown', code: ownCodes.otherOrder };
      case 'turnedAway':
        return { kind: 'refused', code: reply.code, message: reply.message };
      case 'businessFailure':
        return conclusionOf(alipayCodes.open, reply.code) === 'refused'
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
    const reply = await this.#ask(
      { method: 'alipay.trade.query', schema: queryAnswer },
      { out_trade_no: charge.outTradeNo },
    );
    const raw = reply.raw ?? noAnswer;
    return { outcome: readQuery(reply, charge.outTradeNo), merchantId: '', raw };
  }

  /** alipay.trade.close, for unpaid trades only. */
  async close(charge: ChargeRef): Promise<CloseResult> {
    const reply = await this.#ask(
      { method: 'alipay.trade.close', schema: closeAnswer },
      { out_trade_no: charge.outTradeNo },
    );
    if (reply.kind === 'done') {
      const ours = reply.answer.out_trade_no === charge.outTradeNo;
      return ours ? { kind: 'closed' } : { kind: 'unknown', code: ownCodes.otherOrder };
    }
    const outcome = reply.kind === 'businessFailure' ? conclusionOf(alipayCodes.close, reply.code) : null;
    if (outcome === 'absent') return { kind: 'absent' };
    return { kind: outcome ?? 'unknown', code: reply.code };
  }

  /** alipay.trade.refund, always with `out_request_no`: without it every repeat would be a new refund. */
  async refund(order: RefundOrder): Promise<RefundResult> {
    const reply = await this.#ask(
      { method: 'alipay.trade.refund', schema: refundAnswer },
      {
        out_trade_no: order.charge.outTradeNo,
        refund_amount: toYuan(order.refundFen),
        out_request_no: order.refundNo,
        // Never empty: see Gateway.
        ...(order.reason === '' ? {} : { refund_reason: shortText(order.reason) }),
      },
    );
    return readRefund(reply, order);
  }

  /** alipay.trade.fastpay.refund.query; the channel asks for ten seconds of patience after the refund. */
  async queryRefund(order: RefundOrder): Promise<RefundResult> {
    const reply = await this.#ask(
      { method: 'alipay.trade.fastpay.refund.query', schema: refundQueryAnswer },
      {
        out_trade_no: order.charge.outTradeNo,
        out_request_no: order.refundNo,
        query_options: ['gmt_refund_pay'],
      },
    );
    return readRefundQuery(reply, order);
  }

  readNotification(request: RawNotification): NotificationReading {
    return readNotification(request, { ...this.#config, signature: this.#signature });
  }

  /** Alipay OpenAPI, 异步通知: exactly `success`, seven bytes; anything else is sent again for 25 hours. */
  acknowledgement(result: 'received' | 'failed'): Acknowledgement {
    return { status: 200, contentType: 'text/plain', body: result === 'received' ? 'success' : 'fail' };
  }

  verify({ kind, body, headers, receivedAt }: KeptMessage): SignatureCheck {
    if (kind === 'callback') {
      const { signature, keyId } = this.readNotification({ body, headers, url: '', receivedAt });
      return { signature, keyId };
    }
    return checkAnswer(body.toString('utf8'), { signature: this.#signature, at: receivedAt });
  }
}

function readQuery(reply: Reply<QueryAnswer>, outTradeNo: string): ChargeOutcome {
  if (reply.kind === 'businessFailure' && conclusionOf(alipayCodes.query, reply.code) === 'absent')
    return { kind: 'absent' };
  // A query that was turned away says nothing about the order.
  if (reply.kind !== 'done') return { kind: 'unknown', code: reply.code };
  const { answer } = reply;
  if (answer.out_trade_no !== outTradeNo) return { kind: 'unknown', code: ownCodes.otherOrder };
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
      if (answer.out_trade_no !== order.charge.outTradeNo) return { kind: 'unknown', code: ownCodes.otherOrder, raw };
      // `N` or nothing: this call moved nothing, because an earlier one did or because none did.
      return answer.fund_change === 'Y'
        ? { kind: 'refunded', refundedAt: answer.gmt_refund_pay ?? null, raw: reply.raw }
        : { kind: 'pending', raw };
    }
    case 'businessFailure': {
      const outcome = conclusionOf(alipayCodes.refund, reply.code);
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
    return { kind: 'unknown', code: ownCodes.otherOrder, raw };
  }
  switch (answer.refund_status) {
    case undefined:
      // Not received, or not successful so far: the same number again is the documented way on.
      return { kind: 'notExecuted', code: ownCodes.notVisible, raw };
    case 'REFUND_SUCCESS': {
      const ours = answer.out_request_no === order.refundNo && answer.refund_amount === order.refundFen;
      return ours
        ? { kind: 'refunded', refundedAt: answer.gmt_refund_pay ?? null, raw: reply.raw }
        : { kind: 'unknown', code: ownCodes.otherOrder, raw };
    }
    default:
      return { kind: 'unknown', code: answer.refund_status.slice(0, 64), raw };
  }
}
