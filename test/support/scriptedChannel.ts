import type {
  Channel,
  ChannelReading,
  ChargeOrder,
  ChargeRef,
  CloseResult,
  Combining,
  OpenResult,
  RawAnswer,
  RefundOrder,
  RefundResult,
} from '../../src/channels/channel.js';
import type { ChargeOutcome } from '../../src/domain/evidence.js';
import { fen } from '../../src/domain/money.js';
import type { TestClock } from './testClock.js';
import { Twists } from './twists.js';

/** One time somebody paid an order. */
export interface Payment {
  tradeNo: string;
  paidFen: number;
  paidAtMs: number;
  merchantId: string;
}

type Refund = { refundFen: number } & ({ state: 'accepted'; doneAtMs: number } | { state: 'refused'; code: string });

interface Order {
  order: ChargeOrder;
  /** A QR order exists for the channel only when somebody has scanned it. */
  visible: boolean;
  closed: boolean;
  payments: Payment[];
  refunds: Map<string, Refund>;
  /** The channel gave the money back by itself. */
  returned: boolean;
}

export const ourMerchant = '2088000000000001';

/**
 * A payment channel at its port, with a channel's own rules: numbers are idempotent, a QR order is absent until
 * scanned, a paid order cannot be closed, a closed or expired one cannot be paid, more than was paid is never refunded.
 * Faults are told through the `on…` twists; callbacks are the test's business.
 */
export class ScriptedChannel implements Channel {
  readonly name: string;
  readonly products = ['qr', 'page'];
  readonly merchantId: string;
  /** False: this channel closes nothing. */
  closes = true;
  readonly timeoutMs = 1_000;
  readonly numbers = { charge: { field: 'no', pattern: /^\w+$/ }, refund: { field: 'no', pattern: /^\w+$/ } };
  readonly codes = { open: {}, query: {}, close: {}, refund: {}, queryRefund: {}, fetchStatement: {}, slowDown: [] };
  readonly statements = null;
  /** Set by `combinesWith`. */
  combining: Combining | null = null;
  private readonly calls: { call: string; no: string }[] = [];
  readonly onOpen = new Twists<OpenResult>();
  readonly onQuery = new Twists<ChannelReading>();
  readonly onClose = new Twists<CloseResult>();
  readonly onRefund = new Twists<RefundResult>();
  readonly onQueryRefund = new Twists<RefundResult>();
  private readonly orders = new Map<string, Order>();
  /** Refunds as they were asked for, repeats included. */
  readonly refundOrders: RefundOrder[] = [];
  private refundsDoneMs = 0;
  private readonly clock: TestClock;

  constructor(clock: TestClock, name = 'alipay') {
    this.clock = clock;
    this.name = name;
    this.merchantId = name === 'alipay' ? ourMerchant : `merchant-of-${name}`;
  }

  /**
   * Somebody pays. Raises `Error` where a real channel would not let them: unknown, closed or expired order. `anyway`
   * is money that raced the end of its order.
   */
  pay(outTradeNo: string, how: Partial<Payment> & { anyway?: true } = {}): Payment {
    const order = this.orderOf(outTradeNo);
    const { anyway, ...changes } = how;
    const payment = {
      tradeNo: `2026${outTradeNo}${order.payments.length + 1}`,
      paidFen: order.order.amountFen,
      paidAtMs: this.clock.nowMs,
      merchantId: this.merchantId,
      ...changes,
    };
    if (anyway === undefined && (order.closed || payment.paidAtMs >= Date.parse(order.order.expiresAt)))
      throw new Error(`${outTradeNo} cannot be paid any more`);
    order.visible = true;
    order.payments.push(payment);
    return payment;
  }

  /** What was asked to be paid under a number, fen. */
  askedFen(outTradeNo: string): number {
    return this.orderOf(outTradeNo).order.amountFen;
  }

  scan(outTradeNo: string): void {
    this.orderOf(outTradeNo).visible = true;
  }

  /** All twists are over, and refunds are executed at once. */
  calm(): void {
    for (const twists of [this.onOpen, this.onQuery, this.onClose, this.onRefund, this.onQueryRefund]) twists.clear();
    this.refundsDoneMs = 0;
    this.closes = true;
  }

  /**
   * From now on one order may pay several of these channels' merchants. The children are orders of their own channels;
   * `together`: they are asked about and closed here only, all at once.
   */
  combinesWith(others: readonly ScriptedChannel[], { together }: { together: boolean }): void {
    const channelOf = ({ payee }: { payee: { merchantId: string } }): ScriptedChannel => {
      const found = others.find(({ merchantId }) => merchantId === payee.merchantId);
      if (found === undefined) throw new Error(`no channel pays ${payee.merchantId}`);
      return found;
    };
    this.combining = {
      products: this.products,
      childrenMax: 50,
      number: this.numbers.charge,
      account: { merchantId: this.merchantId, appId: `app-of-${this.name}` },
      open: (order) => {
        this.calls.push({ call: 'openCombined', no: order.combineNo });
        return this.onOpen.run(this.clock.nowMs, () => {
          for (const child of order.children) {
            const { outTradeNo, amountFen, subject } = child;
            const { orderedAt, expiresAt, product, payer } = order;
            channelOf(child).place({
              outTradeNo,
              amountFen,
              subject,
              orderedAt,
              expiresAt,
              product,
              payer,
              terminalId: null,
            });
          }
          return { kind: 'opened', cashier: { kind: 'qr', code: `https://qr.example.com/${order.combineNo}` } };
        });
      },
      together: together
        ? {
            query: async (order) => {
              this.calls.push({ call: 'queryCombined', no: order.combineNo });
              const readings = await Promise.all(
                order.children.map((child) =>
                  this.onQuery.run(this.clock.nowMs, () => readingOf(channelOf(child).outcomeOf(child.outTradeNo))),
                ),
              );
              const facts = readings.map(({ outcome, merchantId }, index) => ({
                outTradeNo: order.children[index]?.outTradeNo ?? '',
                outcome,
                merchantId,
              }));
              return { facts, raw: rawOf(facts) };
            },
            close: (order) => {
              this.calls.push({ call: 'closeCombined', no: order.combineNo });
              return this.onClose.run(this.clock.nowMs, () => {
                const results = order.children.map((child) => channelOf(child).closeNow(child.outTradeNo));
                return results.find(({ kind }) => kind !== 'closed') ?? { kind: 'closed' };
              });
            },
          }
        : null,
    };
  }

  /** Gives all money of an order back without being asked by us. */
  returnMoney(outTradeNo: string): void {
    this.orderOf(outTradeNo).returned = true;
  }

  /** Money of an order that is at our merchant now, fen: paid, less what went back. */
  heldFen(outTradeNo: string): number {
    const order = this.orders.get(outTradeNo);
    if (order === undefined || order.returned) return 0;
    const ours = this.paid(order).filter(({ merchantId }) => merchantId === this.merchantId);
    return sum(ours.map(({ paidFen }) => paidFen)) - this.refundedFen(order);
  }

  /** What a query would say now, and so what a callback would. */
  outcomeOf(outTradeNo: string): { outcome: ChargeOutcome; merchantId: string } {
    const order = this.orders.get(outTradeNo);
    if (order?.visible !== true) return { outcome: { kind: 'absent' }, merchantId: '' };
    const [payment] = this.paid(order);
    if (payment !== undefined) {
      const allBack = order.returned || this.refundedFen(order) >= sum(this.paid(order).map(({ paidFen }) => paidFen));
      const { tradeNo, paidFen, paidAtMs, merchantId } = payment;
      const paidAt = new Date(paidAtMs).toISOString();
      return { outcome: { kind: allBack ? 'returned' : 'paid', tradeNo, paidFen: fen(paidFen), paidAt }, merchantId };
    }
    const over = order.closed || this.clock.nowMs >= Date.parse(order.order.expiresAt);
    return { outcome: { kind: over ? 'closed' : 'waiting' }, merchantId: this.merchantId };
  }

  /** Every call for a payment, in order: `open C1`, `refund C1R1`. */
  callsFor(paymentId: string): string[] {
    return this.calls
      .filter(({ no }) => no.startsWith(paymentId))
      .map(({ call, no }) => `${call} ${no.slice(paymentId.length)}`);
  }

  open(order: ChargeOrder): Promise<OpenResult> {
    const { outTradeNo } = order;
    this.calls.push({ call: 'open', no: outTradeNo });
    return this.onOpen.run(this.clock.nowMs, () => {
      this.place(order);
      return { kind: 'opened', cashier: { kind: 'qr', code: `https://qr.example.com/${outTradeNo}` } };
    });
  }

  query({ outTradeNo }: ChargeRef): Promise<ChannelReading> {
    this.calls.push({ call: 'query', no: outTradeNo });
    return this.onQuery.run(this.clock.nowMs, () => readingOf(this.outcomeOf(outTradeNo)));
  }

  close({ outTradeNo }: ChargeRef): Promise<CloseResult> {
    this.calls.push({ call: 'close', no: outTradeNo });
    return this.onClose.run(this.clock.nowMs, () => {
      if (!this.closes) return { kind: 'notOffered' };
      return this.closeNow(outTradeNo);
    });
  }

  private closeNow(outTradeNo: string): CloseResult {
    const order = this.orders.get(outTradeNo);
    if (order?.visible !== true) return { kind: 'absent' };
    if (order.payments.length > 0) return { kind: 'notClosable', code: 'TRADE_STATUS_ERROR' };
    order.closed = true;
    return { kind: 'closed' };
  }

  /** The same number is the same order. */
  private place(order: ChargeOrder): void {
    const { outTradeNo, product } = order;
    if (this.orders.has(outTradeNo)) return;
    const fresh = { closed: false, payments: [], refunds: new Map<string, Refund>(), returned: false };
    this.orders.set(outTradeNo, { order, visible: product !== 'qr', ...fresh });
  }

  refund(asked: RefundOrder): Promise<RefundResult> {
    this.calls.push({ call: 'refund', no: asked.refundNo });
    this.refundOrders.push(asked);
    return this.onRefund.run(this.clock.nowMs, () => this.refundNow(asked));
  }

  queryRefund(asked: RefundOrder): Promise<RefundResult> {
    const { charge, refundNo } = asked;
    this.calls.push({ call: 'queryRefund', no: refundNo });
    this.refundOrders.push(asked);
    return this.onQueryRefund.run(this.clock.nowMs, () => this.refundResult(this.orderOf(charge.outTradeNo), refundNo));
  }

  /** Refunds are taken from now on, and executed only then. */
  executesRefundsAt(doneAtMs: number): void {
    this.refundsDoneMs = doneAtMs;
  }

  /** A twist: the refund number is refused for good. */
  refusing(code: string): () => RefundResult {
    return () => ({ kind: 'refused', code, message: 'the channel does not refund it', raw: rawOf({ code }) });
  }

  readNotification(): never {
    throw new Error('callbacks are given to the workflows as evidence');
  }

  acknowledgement(): never {
    throw new Error('nobody waits for an acknowledgement');
  }

  verify(): never {
    throw new Error('nothing of this channel is signed');
  }

  needs(): [] {
    return [];
  }

  private refundNow({ charge, refundNo, refundFen }: RefundOrder): RefundResult {
    const order = this.orderOf(charge.outTradeNo);
    if (!order.refunds.has(refundNo)) {
      const paidFen = sum(this.paid(order).map((payment) => payment.paidFen));
      const promisedFen = sum([...order.refunds.values()].map((refund) => refund.refundFen));
      const tooMuch = order.returned || promisedFen + refundFen > paidFen;
      order.refunds.set(
        refundNo,
        tooMuch
          ? { refundFen: 0, state: 'refused', code: 'REFUND_AMT_NOT_EQUAL_TOTAL' }
          : { refundFen, state: 'accepted', doneAtMs: Math.max(this.clock.nowMs, this.refundsDoneMs) },
      );
    }
    return this.refundResult(order, refundNo);
  }

  private refundResult(order: Order, refundNo: string): RefundResult {
    const refund = order.refunds.get(refundNo);
    const raw = rawOf({ refundNo, ...refund });
    if (refund === undefined) return { kind: 'notExecuted', code: 'REFUND_NOT_EXIST', raw };
    if (refund.state === 'refused') return { kind: 'refused', code: refund.code, message: 'not possible', raw };
    if (refund.doneAtMs > this.clock.nowMs) return { kind: 'pending', raw };
    return { kind: 'refunded', refundedAt: new Date(refund.doneAtMs).toISOString(), raw };
  }

  private paid(order: Order): Payment[] {
    return order.payments.filter(({ paidAtMs }) => paidAtMs <= this.clock.nowMs);
  }

  private refundedFen(order: Order): number {
    const done = [...order.refunds.values()].filter(
      (refund) => refund.state === 'accepted' && refund.doneAtMs <= this.clock.nowMs,
    );
    return sum(done.map(({ refundFen }) => refundFen));
  }

  private orderOf(outTradeNo: string): Order {
    const order = this.orders.get(outTradeNo);
    if (order === undefined) throw new Error(`the channel has no order ${outTradeNo}`);
    return order;
  }
}

/** An answer to a query, as a twist may give it. */
function readingOf(answer: { outcome: ChargeOutcome; merchantId?: string }): ChannelReading {
  const { outcome, merchantId = '' } = answer;
  return { outcome, merchantId, raw: rawOf({ outcome, merchantId }) };
}

/** A twist: the channel does not answer the query. */
export const silentQuery = (): ChannelReading => readingOf({ outcome: { kind: 'unknown', code: 'TIMEOUT' } });

function rawOf(content: unknown): RawAnswer {
  return { body: Buffer.from(JSON.stringify(content)), headers: {}, signature: 'valid', keyId: 'scripted' };
}

const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0);
