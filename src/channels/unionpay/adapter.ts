import { assertNever } from '../../domain/assertNever.js';
import type { Cashier } from '../../domain/cashier.js';
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
  KeptMessage,
  NotificationReading,
  OpenResult,
  RawAnswer,
  RawNotification,
  RefundOrder,
  RefundResult,
  SignatureCheck,
  Statements,
} from '../channel.js';
import type { Clock } from '../protocol.js';
import { isSameDay, toBeijingTime } from './beijingTime.js';
import { transactionCodes, unionpayCodes } from './codes.js';
import { callGateway, messageHead } from './gateway.js';
import type { Reply } from './gateway.js';
import { readNotification, undoMark } from './notification.js';
import type { UnionpayProduct, UnionpaySettings } from './settings.js';
import { checkMessage, signed } from './signature.js';
import { unionpayStatements } from './statement.js';
import { foundTransaction, isAbout, parseAnswer, parseForm, transaction } from './wire.js';
import type { Fields, TransactionName } from './wire.js';

/** UnionPay's gateway 5.1.0 and its terminals behind the channel port (decisions/0011). */
export function unionpayChannel(settings: UnionpaySettings, clock: Clock): Channel {
  return new UnionpayChannel(settings, clock);
}

/** Where the payer is: `bizType` and `channelType` of everything about a payment. */
const places: Record<UnionpayProduct, Fields> = {
  page: { bizType: '000201', channelType: '07' },
  wap: { bizType: '000201', channelType: '08' },
  pos: { bizType: '000000', channelType: '08' },
};

class UnionpayChannel implements Channel {
  readonly name: string;
  readonly products: readonly UnionpayProduct[];
  readonly merchantId: string;
  readonly timeoutMs: number;
  readonly codes = unionpayCodes;
  readonly combining = null;
  readonly statements: Statements;
  readonly numbers: ChannelNumbers = {
    charge: { field: 'orderId', pattern: /^[0-9A-Za-z]{8,40}$/ },
    /** An undo has one character more. */
    refund: { field: 'orderId', pattern: /^[0-9A-Za-z]{8,39}$/ },
  };
  readonly #settings: UnionpaySettings;
  readonly #clock: Clock;

  constructor(settings: UnionpaySettings, clock: Clock) {
    this.name = settings.name;
    this.products = settings.products;
    this.merchantId = settings.merId;
    this.timeoutMs = settings.timeoutMs;
    this.#settings = settings;
    this.#clock = clock;
    this.statements = unionpayStatements(settings, clock);
  }

  needs(product: string): readonly CashierNeed[] {
    return product === 'pos' && this.products.includes('pos') ? ['method.terminalId'] : [];
  }

  #call(path: 'backTransReq.do' | 'queryTrans.do', fields: Fields): Promise<Reply> {
    return callGateway(this.#settings, this.#clock, { url: `${this.#settings.gatewayUrl}${path}`, fields });
  }

  /**
   * A page is a signed form for the payer's browser: nothing is called, and the gateway has no order before the browser
   * brings it. A terminal's order is made by a call.
   */
  async open(order: ChargeOrder): Promise<OpenResult> {
    const product = this.products.find((each) => each === order.product);
    if (product === undefined) return notOffered(this.name, order.product);
    if (product === 'pos') return this.#openAtTerminal(order, order.terminalId ?? '');
    const { gatewayUrl, privateKey, returnUrl: frontUrl } = this.#settings;
    const fields = { ...messageHead(this.#settings), ...this.#payment(product, order), frontUrl };
    return {
      kind: 'opened',
      cashier: { kind: 'form', action: `${gatewayUrl}frontTransReq.do`, fields: signed(fields, privateKey) },
    };
  }

  /** From the order alone, so that a repeat is the same to the letter. */
  #payment(product: UnionpayProduct, { outTradeNo, orderedAt, expiresAt, amountFen }: ChargeOrder): Fields {
    return {
      txnType: '01',
      txnSubType: '01',
      ...places[product],
      orderId: outTradeNo,
      txnTime: toBeijingTime(orderedAt),
      txnAmt: String(amountFen),
      currencyCode: '156',
      backUrl: this.#settings.notifyUrl,
      payTimeout: toBeijingTime(expiresAt),
    };
  }

  async #openAtTerminal(order: ChargeOrder, terminalId: string): Promise<OpenResult> {
    const cashier: Cashier = { kind: 'terminal', terminalId, orderNo: order.outTradeNo };
    const reply = await this.#call('backTransReq.do', { ...this.#payment('pos', order), termId: terminalId });
    switch (reply.kind) {
      case 'accepted':
        return { kind: 'opened', cashier };
      case 'unknown':
        return { kind: 'unknown', code: reply.code };
      case 'answered':
        break;
      default:
        return assertNever(reply);
    }
    const { code, message } = reply;
    // The number is in use: if by this very order, which may be paid, an earlier call was heard.
    if (code === '12') {
      const { outcome } = await this.query(order);
      const stands = outcome.kind === 'waiting' || outcome.kind === 'paid';
      return stands ? { kind: 'opened', cashier } : { kind: 'unknown', code };
    }
    const refused = conclusionOf(unionpayCodes.open, code) === 'refused';
    return refused ? { kind: 'refused', code, message } : { kind: 'unknown', code };
  }

  async query(charge: ChargeRef): Promise<ChannelReading> {
    const reply = await this.#queryTransaction({ orderId: charge.outTradeNo, at: charge.orderedAt });
    const merchantId = reply.kind === 'accepted' ? (reply.fields['merId'] ?? '') : '';
    return { outcome: this.#readQuery(reply, charge), merchantId, raw: reply.raw ?? noAnswer };
  }

  #queryTransaction({ orderId, at }: TransactionName): Promise<Reply> {
    const kind = { txnType: '00', txnSubType: '00', bizType: '000000' };
    return this.#call('queryTrans.do', { ...kind, orderId, txnTime: toBeijingTime(at) });
  }

  /** "No such order" and "failed" may be followed by a payment until the time to pay is over, and are final after it. */
  #readQuery(reply: Reply, charge: ChargeRef): ChargeOutcome {
    if (reply.kind === 'unknown') return { kind: 'unknown', code: reply.code };
    const isOver = this.#clock.now().getTime() > Date.parse(charge.expiresAt) + this.#settings.closeMarginMs;
    if (reply.kind === 'answered') {
      if (conclusionOf(unionpayCodes.query, reply.code) !== 'absent') return { kind: 'unknown', code: reply.code };
      return { kind: isOver ? 'closed' : 'absent' };
    }
    const found = this.#found(reply.fields, { orderId: charge.outTradeNo, at: charge.orderedAt });
    if (typeof found === 'string') return { kind: 'unknown', code: found };
    switch (conclusionOf(transactionCodes, found.origRespCode)) {
      case 'done': {
        const paid = transaction.safeParse(reply.fields);
        if (!paid.success) return { kind: 'unknown', code: ownCodes.malformed };
        const { txnAmt: paidFen, queryId: tradeNo, at: paidAt } = paid.data;
        return { kind: 'paid', paidFen, tradeNo, paidAt };
      }
      case 'underWay':
        return { kind: 'waiting' };
      case 'failed':
        return { kind: isOver ? 'closed' : 'waiting' };
      case 'unknown':
      case null:
        return { kind: 'unknown', code: found.origRespCode };
    }
  }

  /** What a query found, if it is about the transaction asked about; otherwise why it proves nothing. */
  #found(fields: Fields, asked: TransactionName) {
    const found = foundTransaction.safeParse(fields);
    if (!found.success) return ownCodes.malformed;
    return isAbout(found.data, { ...asked, merId: this.merchantId }) ? found.data : ownCodes.otherOrder;
  }

  /** Nothing is called: the gateway closes no order before its time. */
  close(): Promise<CloseResult> {
    return Promise.resolve({ kind: 'notOffered' });
  }

  /**
   * Until the evening a payment of the same day is undone, whole; anything else is refunded. The undo has a number of its
   * own, made from the refund's. Which way a refund went is always asked before another is taken, and a refusal is believed
   * only when neither number is known: both ways at once would pay back twice.
   */
  async refund(wanted: RefundOrder): Promise<RefundResult> {
    if (this.#mayBeUndone(wanted)) {
      const known = await this.#queryEither(wanted);
      if (known.kind !== 'neither') return known.result;
      if (known.undo === 'notSent') {
        const undone = readAccepted(await this.#call('backTransReq.do', this.#undo(wanted)));
        if (undone.kind === 'notExecuted') return undone;
        if (undone.kind === 'unknown') return this.#settle(undone, wanted);
        if (undone.kind !== 'refused') return undone;
      }
    }
    const sent = readAccepted(await this.#call('backTransReq.do', this.#refund(wanted)));
    return sent.kind === 'refused' || sent.kind === 'unknown' ? this.#settle(sent, wanted) : sent;
  }

  /** A number in use, and a refusal, may come of an earlier call that was heard: what that one did counts. */
  async #settle(sent: RefundResult & { kind: 'refused' | 'unknown' }, wanted: RefundOrder): Promise<RefundResult> {
    if (sent.kind === 'unknown' && sent.code !== '12') return sent;
    const known = await this.#queryEither(wanted);
    return known.kind === 'known' ? known.result : sent;
  }

  async queryRefund(wanted: RefundOrder): Promise<RefundResult> {
    const known = await this.#queryEither(wanted);
    return known.kind === 'known' ? known.result : { kind: 'notExecuted', code: '34', raw: known.raw };
  }

  /** What became of a refund, whichever way it went. A failed undo is no end: the refund may still be made. */
  async #queryEither(
    wanted: RefundOrder,
  ): Promise<
    | { kind: 'known'; result: RefundResult }
    | { kind: 'neither'; undo: 'notSent' | 'failed' | 'notAllowed'; raw: RawAnswer | null }
  > {
    const refunded = await this.#queryGivingBack({ orderId: wanted.refundNo, at: wanted.requestedAt }, wanted);
    if (refunded.kind !== 'notExecuted') return { kind: 'known', result: refunded };
    if (!this.#mayBeUndone(wanted)) return { kind: 'neither', undo: 'notAllowed', raw: refunded.raw };
    const undone = await this.#queryGivingBack({ orderId: undoNoOf(wanted), at: wanted.requestedAt }, wanted);
    if (undone.kind === 'notExecuted') return { kind: 'neither', undo: 'notSent', raw: undone.raw };
    if (undone.kind === 'refused') return { kind: 'neither', undo: 'failed', raw: undone.raw };
    return { kind: 'known', result: undone };
  }

  async #queryGivingBack(asked: TransactionName, { refundFen }: RefundOrder): Promise<RefundResult> {
    const reply = await this.#queryTransaction(asked);
    const { raw } = reply;
    if (reply.kind === 'unknown') return { kind: 'unknown', code: reply.code, raw };
    if (reply.kind === 'answered') {
      const isAbsent = conclusionOf(unionpayCodes.queryRefund, reply.code) === 'notExecuted';
      return { kind: isAbsent ? 'notExecuted' : 'unknown', code: reply.code, raw };
    }
    const found = this.#found(reply.fields, asked);
    if (typeof found === 'string') return { kind: 'unknown', code: found, raw };
    const { origRespCode: code, origRespMsg } = found;
    if (reply.fields['txnAmt'] !== String(refundFen)) return { kind: 'unknown', code: ownCodes.otherOrder, raw };
    switch (conclusionOf(transactionCodes, code)) {
      case 'done': {
        const made = transaction.safeParse(reply.fields);
        if (!made.success) return { kind: 'unknown', code: ownCodes.malformed, raw };
        return { kind: 'refunded', refundedAt: made.data.at, raw: reply.raw };
      }
      case 'underWay':
        return { kind: 'pending', raw };
      case 'failed':
        return { kind: 'refused', code, message: origRespMsg.slice(0, 200), raw: reply.raw };
      case 'unknown':
      case null:
        return { kind: 'unknown', code, raw };
    }
  }

  /** The moment a refund was first asked for decides, so that every repeat goes the same way. */
  #mayBeUndone({ refundFen, chargedFen, paidAt, requestedAt }: RefundOrder): boolean {
    if (refundFen !== chargedFen || !isSameDay(paidAt, requestedAt)) return false;
    return toBeijingTime(requestedAt).slice(8, 12) < this.#settings.undoUntil.replace(':', '');
  }

  #undo(wanted: RefundOrder): Fields {
    return { txnType: '31', txnSubType: '00', ...this.#givingBack(wanted), orderId: undoNoOf(wanted) };
  }

  #refund(wanted: RefundOrder): Fields {
    return { txnType: '04', txnSubType: '00', ...this.#givingBack(wanted), orderId: wanted.refundNo };
  }

  #givingBack({ charge, tradeNo, requestedAt, refundFen }: RefundOrder): Fields {
    const [product = 'page'] = this.products;
    return {
      ...places[product],
      txnTime: toBeijingTime(requestedAt),
      txnAmt: String(refundFen),
      currencyCode: '156',
      origQryId: tradeNo,
      backUrl: this.#settings.notifyUrl,
      // Echoed in notification, query and settlement file: says whose refund it is.
      reqReserved: charge.outTradeNo,
    };
  }

  readNotification(request: RawNotification): NotificationReading {
    return readNotification(request, this.#settings);
  }

  /** 5.1.0, 后台通知: 200 within ten seconds; anything else is sent again, five times in all. */
  acknowledgement(result: 'received' | 'failed'): Acknowledgement {
    const contentType = 'text/plain';
    return result === 'received'
      ? { status: 200, contentType, body: 'ok' }
      : { status: 400, contentType, body: 'fail' };
  }

  verify({ kind, body, receivedAt }: KeptMessage): SignatureCheck {
    const fields = kind === 'callback' ? parseForm(body) : parseAnswer(body);
    return checkMessage(this.#settings.trust, fields, receivedAt);
  }
}

const undoNoOf = ({ refundNo }: RefundOrder): string => `${refundNo}${undoMark}`;

/** What the answer to a refund or an undo says: accepted is not done, the query tells. */
function readAccepted(reply: Reply): RefundResult {
  const { raw } = reply;
  switch (reply.kind) {
    case 'accepted':
      return { kind: 'pending', raw };
    case 'unknown':
      return { kind: 'unknown', code: reply.code, raw };
    case 'answered': {
      const { code, message } = reply;
      if (code === '05') return { kind: 'pending', raw };
      const outcome = conclusionOf(unionpayCodes.refund, code) ?? 'unknown';
      return outcome === 'refused' ? { kind: outcome, code, message, raw: reply.raw } : { kind: outcome, code, raw };
    }
    default:
      return assertNever(reply);
  }
}
