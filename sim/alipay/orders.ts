import { randomInt, randomUUID } from 'node:crypto';
import { toBeijingTime } from './beijingTime.js';
import type { Occasion } from './faults.js';
import type { Merchant } from './merchant.js';
import type { Notification } from './notification.js';

export type TradeStatus = 'WAIT_BUYER_PAY' | 'TRADE_SUCCESS' | 'TRADE_FINISHED' | 'TRADE_CLOSED';

export type Refund = {
  readonly outRequestNo: string;
  readonly amountFen: number;
  readonly requestedAt: Date;
  /** `stuck`: accepted, nothing moved yet. */
  status: 'stuck' | 'succeeded';
  succeededAt?: Date;
};

/** Exists from the moment the payer scans the code or signs in at the cashier, not from the merchant's order. */
export type Trade = {
  readonly tradeNo: string;
  readonly createdAt: Date;
  status: TradeStatus;
  /** What the channel says the trade amounts to: the order's amount, unless a fault let the payer pay another one. */
  totalFen: number;
  paidAt?: Date;
  closedAt?: Date;
};

export type OrderTerms = {
  /** Whom the payer pays. */
  readonly merchant: Merchant;
  readonly outTradeNo: string;
  readonly method: string;
  readonly totalFen: number;
  readonly subject: string;
  readonly body?: string | undefined;
  readonly passbackParams?: string | undefined;
  readonly notifyUrl?: string | undefined;
  readonly returnUrl?: string | undefined;
  readonly expiresAt: Date;
  /** Only a QR code has a life of its own, shorter than the order's. */
  readonly qrExpiresAt?: Date | undefined;
  /** The business parameters as one text; a repeat with another text is another order under the same number. */
  readonly content: string;
};

/** What one merged payment is beside its children. */
export type CombinationTerms = {
  /** Who asks for it and brings the payer; each child is another matter of its own merchant. */
  readonly merchant: Merchant;
  readonly combineNo: string;
  /** The business parameters as one text, as of a plain order. */
  readonly content: string;
};

/** A merged payment (合并支付): its children are paid together and are ordinary trades of their merchants otherwise. */
export type Combination = CombinationTerms & {
  readonly preOrderNo: string;
  readonly orders: readonly [Order, ...Order[]];
};

export type Order = OrderTerms & {
  readonly cashierToken: string;
  /** What the order is a child of. */
  combination?: Combination;
  trade?: Trade;
  readonly refunds: Refund[];
  readonly notifications: Notification[];
  /** Gateway calls seen, by method: what the merchant really asked, and how often. */
  readonly calls: Record<string, number>;
};

export class OrderBook {
  /** By number alone, over all merchants: what people and tests ask for names no merchant. */
  readonly #orders = new Map<string, Order>();
  readonly #combinations = new Map<string, Combination>();
  /** Not from one: numbers must not come again when the channel is restarted and its memory is gone. */
  #lastNumber = randomInt(10 ** 14);

  register(terms: OrderTerms, cashierToken: string = randomUUID()): Order {
    const order: Order = { ...terms, cashierToken, refunds: [], notifications: [], calls: {} };
    this.#orders.set(order.outTradeNo, order);
    return order;
  }

  /** The children share one way to the cashier. */
  combine(terms: CombinationTerms, [first, ...others]: readonly [OrderTerms, ...OrderTerms[]]): Combination {
    const head = this.register(first);
    const orders = [head, ...others.map((each) => this.register(each, head.cashierToken))] as const;
    const combination: Combination = { ...terms, preOrderNo: randomUUID().replaceAll('-', ''), orders };
    for (const order of orders) order.combination = combination;
    this.#combinations.set(terms.combineNo, combination);
    return combination;
  }

  findCombination(combineNo: string): Combination | undefined {
    return this.#combinations.get(combineNo);
  }

  findByPreOrderNo(preOrderNo: string): Combination | undefined {
    return [...this.#combinations.values()].find((each) => each.preOrderNo === preOrderNo);
  }

  find(outTradeNo: string): Order | undefined {
    return this.#orders.get(outTradeNo);
  }

  findByTradeNo(tradeNo: string): Order | undefined {
    return this.all().find(({ trade }) => trade?.tradeNo === tradeNo);
  }

  findByCashierToken(token: string): Order | undefined {
    return this.all().find(({ cashierToken }) => cashierToken === token);
  }

  all(): Order[] {
    return [...this.#orders.values()];
  }

  clear(): void {
    this.#orders.clear();
    this.#combinations.clear();
  }

  /** 28 digits beginning with the day, as Alipay's own. */
  nextTradeNo(now: Date): string {
    this.#lastNumber += 1;
    return `${toBeijingTime(now).slice(0, 10).replaceAll('-', '')}22001${String(this.#lastNumber).padStart(15, '0')}`;
  }
}

/** When the payer can no longer begin or finish paying. A dead QR code does not stop who has scanned it in time. */
export function payableUntil(order: Order): Date {
  const { expiresAt, qrExpiresAt } = order;
  return order.trade === undefined && qrExpiresAt !== undefined && qrExpiresAt < expiresAt ? qrExpiresAt : expiresAt;
}

/** What one payment pays: the order, and with a child of a merged payment all of that. */
export function paidTogether(order: Order): readonly [Order, ...Order[]] {
  return order.combination?.orders ?? [order];
}

/** An order as faults know it: a child by its own number and by that of the whole. */
export function occasionOf({ outTradeNo, combination }: Order): Occasion {
  return { numbers: combination === undefined ? [outTradeNo] : [outTradeNo, combination.combineNo] };
}

export function isPaid(trade: Trade | undefined): trade is Trade & { paidAt: Date } {
  return trade?.paidAt !== undefined;
}

/** Refunds that moved money. */
export function refundedFen(order: Order): number {
  return sumFen(order.refunds.filter(({ status }) => status === 'succeeded'));
}

/** Refunds that moved money or may still: what counts against the limit. */
export function claimedByRefundsFen(order: Order): number {
  return sumFen(order.refunds);
}

function sumFen(refunds: readonly Refund[]): number {
  return refunds.reduce((totalFen, { amountFen }) => totalFen + amountFen, 0);
}
