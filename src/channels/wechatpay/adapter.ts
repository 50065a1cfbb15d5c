import { z } from 'zod';
import { assertNever } from '../../domain/assertNever.js';
import type { ChargeOutcome } from '../../domain/evidence.js';
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
import { readClosed } from './readClosed.js';
import { wechatpayCodes } from './codes.js';
import { wechatpayCombining } from './combining.js';
import { callPlatform } from './gateway.js';
import type { GatewaySettings } from './gateway.js';
import { readNotification } from './notification.js';
import { productPaths, readOpened, sceneOf } from './opening.js';
import type { Product } from './opening.js';
import { readOrder } from './readOrder.js';
import { readReply } from './reply.js';
import type { Reply } from './reply.js';
import type { WechatpaySettings } from './settings.js';
import { checkPlatform } from './signature.js';
import { wechatpayStatements } from './statement.js';
import { atMost, order, refund, toBeijingTime } from './wire.js';
import type { Order, Refund } from './wire.js';

/** WeChat Pay API v3 behind the channel port, by a client of our own (decisions/0010). */
export function wechatpayChannel(settings: WechatpaySettings, clock: Clock): Channel {
  return new WechatpayChannel(settings, clock);
}

const productNeeds: Record<Product, readonly CashierNeed[]> = {
  qr: [],
  jsapi: ['payer.openid'],
  h5: ['payer.clientIp'],
};

class WechatpayChannel implements Channel {
  readonly name: string;
  readonly products: readonly Product[];
  readonly merchantId: string;
  readonly timeoutMs: number;
  readonly codes = wechatpayCodes;
  readonly combining: Combining;
  readonly statements: Statements;
  readonly numbers: ChannelNumbers = {
    charge: { field: 'out_trade_no', pattern: /^[0-9A-Za-z_\-|*]{6,32}$/ },
    refund: { field: 'out_refund_no', pattern: /^[0-9A-Za-z_\-|*@]{1,64}$/ },
  };
  readonly #settings: WechatpaySettings;
  readonly #clock: Clock;

  constructor(settings: WechatpaySettings, clock: Clock) {
    this.name = settings.name;
    this.products = settings.products;
    this.merchantId = settings.mchId;
    this.timeoutMs = settings.timeoutMs;
    this.#settings = settings;
    this.#clock = clock;
    this.combining = wechatpayCombining(settings, clock.now, (request) => this.#call(request));
    this.statements = wechatpayStatements(settings, (request) => this.#call(request));
  }

  needs(product: string): readonly CashierNeed[] {
    const known = this.products.find((each) => each === product);
    return known === undefined ? [] : productNeeds[known];
  }

  #call(request: Parameters<typeof callPlatform>[2]) {
    return callPlatform(this.#settings satisfies GatewaySettings, this.#clock, request);
  }

  /** The same number and parameters while unpaid give a fresh code for the same order. */
  async open(charge: ChargeOrder): Promise<OpenResult> {
    const product = this.products.find((each) => each === charge.product);
    if (product === undefined) return notOffered(this.name, charge.product);
    const content = this.#orderContent(product, charge);
    const pathWithQuery = `/v3/pay/transactions/${productPaths[product]}`;
    const exchange = await this.#call({ method: 'POST', pathWithQuery, content });
    return readOpened(product, exchange, this.#settings, this.#clock.now());
  }

  /** From the order alone, so that a repeat is byte for byte the same. */
  #orderContent(product: Product, { outTradeNo, subject, expiresAt, amountFen, payer }: ChargeOrder): object {
    const { appId, mchId, notifyUrl } = this.#settings;
    return {
      appid: appId,
      mchid: mchId,
      description: atMost(127, subject),
      out_trade_no: outTradeNo,
      time_expire: toBeijingTime(expiresAt),
      notify_url: notifyUrl,
      amount: { total: amountFen, currency: 'CNY' },
      ...(product === 'jsapi' ? { payer: { openid: payer.openid ?? '' } } : {}),
      ...sceneOf(product, payer),
    };
  }

  async query({ outTradeNo }: ChargeRef): Promise<ChannelReading> {
    const pathWithQuery = `${orderPath(outTradeNo)}?mchid=${this.#settings.mchId}`;
    const reply = readReply(await this.#call({ method: 'GET', pathWithQuery }), order);
    const merchantId = reply.kind === 'done' ? reply.answer.mchid : '';
    return { outcome: readQuery(reply, outTradeNo), merchantId, raw: reply.raw ?? noAnswer };
  }

  async close({ outTradeNo }: ChargeRef): Promise<CloseResult> {
    const pathWithQuery = `${orderPath(outTradeNo)}/close`;
    const content = { mchid: this.#settings.mchId };
    return readClosed(readReply(await this.#call({ method: 'POST', pathWithQuery, content }), z.null()));
  }

  /**
   * A refusal is believed only once the refund query says that there is no such refund: the platform has one code for a
   * broken rule and for a number that is in use, and an earlier call of the same number may have been heard.
   */
  async refund(wanted: RefundOrder): Promise<RefundResult> {
    const content = {
      out_trade_no: wanted.charge.outTradeNo,
      out_refund_no: wanted.refundNo,
      ...(wanted.reason === '' ? {} : { reason: atMost(80, wanted.reason) }),
      notify_url: this.#settings.notifyUrl,
      amount: { refund: wanted.refundFen, total: wanted.chargedFen, currency: 'CNY' },
    };
    const exchange = await this.#call({ method: 'POST', pathWithQuery: refundsPath, content });
    const reply = readReply(exchange, refund);
    const result = readRefund(reply, wanted, wechatpayCodes.refund);
    if (result.kind !== 'refused' || reply.kind !== 'failure') return result;
    const known = await this.queryRefund(wanted);
    return known.kind === 'notExecuted' ? result : known;
  }

  async queryRefund(wanted: RefundOrder): Promise<RefundResult> {
    const exchange = await this.#call({ method: 'GET', pathWithQuery: `${refundsPath}/${wanted.refundNo}` });
    return readRefund(readReply(exchange, refund), wanted, wechatpayCodes.queryRefund);
  }

  readNotification(request: RawNotification): NotificationReading {
    return readNotification(request, this.#settings);
  }

  /** WeChat Pay API v3, 支付通知: 200 or 204 within five seconds; anything else is sent again for a day. */
  acknowledgement(result: 'received' | 'failed'): Acknowledgement {
    const contentType = 'application/json';
    return result === 'received'
      ? { status: 200, contentType, body: JSON.stringify({ code: 'SUCCESS' }) }
      : { status: 400, contentType, body: JSON.stringify({ code: 'FAIL', message: 'not accepted' }) };
  }

  verify(message: KeptMessage): SignatureCheck {
    return checkPlatform(this.#settings.platformKeys, message);
  }
}

const refundsPath = '/v3/refund/domestic/refunds';
const orderPath = (outTradeNo: string): string => `/v3/pay/transactions/out-trade-no/${outTradeNo}`;

function readQuery(reply: Reply<Order>, outTradeNo: string): ChargeOutcome {
  switch (reply.kind) {
    case 'done':
      return reply.answer.out_trade_no === outTradeNo
        ? readOrder(reply.answer)
        : { kind: 'unknown', code: ownCodes.otherOrder };
    case 'failure':
      return conclusionOf(wechatpayCodes.query, reply.code) === 'absent'
        ? { kind: 'absent' }
        : { kind: 'unknown', code: reply.code };
    case 'unknown':
      return { kind: 'unknown', code: reply.code };
    default:
      return assertNever(reply);
  }
}

function readRefund(reply: Reply<Refund>, wanted: RefundOrder, codes: typeof wechatpayCodes.refund): RefundResult {
  const { raw } = reply;
  if (reply.kind === 'unknown') return { kind: 'unknown', code: reply.code, raw };
  if (reply.kind === 'failure') {
    const outcome = conclusionOf(codes, reply.code);
    if (outcome === 'refused') return { kind: 'refused', code: reply.code, message: reply.message, raw: reply.raw };
    return { kind: outcome ?? 'unknown', code: reply.code, raw };
  }
  const { answer } = reply;
  const ours =
    answer.out_refund_no === wanted.refundNo &&
    answer.out_trade_no === wanted.charge.outTradeNo &&
    answer.amount.refund === wanted.refundFen;
  if (!ours) return { kind: 'unknown', code: ownCodes.otherOrder, raw };
  switch (answer.status) {
    case 'SUCCESS':
      return { kind: 'refunded', refundedAt: answer.success_time ?? null, raw: reply.raw };
    case 'PROCESSING':
      return { kind: 'pending', raw };
    case 'CLOSED':
      return { kind: 'refused', code: 'REFUND_CLOSED', message: 'the platform closed the refund', raw: reply.raw };
    case 'ABNORMAL': {
      const message = 'the payer’s bank refused it and the money is with the merchant again: pay it out otherwise';
      return { kind: 'refused', code: 'REFUND_ABNORMAL', message, raw: reply.raw };
    }
    default:
      return { kind: 'unknown', code: answer.status, raw };
  }
}
