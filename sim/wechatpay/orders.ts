import { randomInt, randomUUID } from 'node:crypto';
import type { Verb, VerbCounts } from '../shared/verbs.js';
import type { Occasion } from './faults.js';
import type { Merchant } from './merchant.js';
import type { Notification } from './notification.js';

type RefundStatus = 'PROCESSING' | 'SUCCESS' | 'ABNORMAL' | 'CLOSED';

export type Refund = {
  readonly refundId: string;
  readonly outRefundNo: string;
  readonly amountFen: number;
  readonly createdAt: Date;
  readonly notifyUrl: string | undefined;
  status: RefundStatus;
  succeededAt?: Date;
};

export type Payment = { readonly transactionId: string; readonly paidFen: number; readonly at: Date };

export type OrderTerms = {
  /** Whom the payer pays. */
  readonly merchant: Merchant;
  readonly outTradeNo: string;
  readonly tradeType: 'NATIVE' | 'JSAPI' | 'MWEB';
  readonly amountFen: number;
  readonly description: string;
  readonly attach: string | undefined;
  readonly openid: string;
  readonly notifyUrl: string;
  readonly expiresAt: Date;
  /** The request as one text; a repeat with another text is another order under the same number. */
  readonly content: string;
};

/** What one combined order is beside its children. */
export type CombinationTerms = {
  /** Who asks for it, queries and closes it; each child is another matter of its own merchant. */
  readonly merchant: Merchant;
  readonly combineNo: string;
  /** The request as one text, as of a plain order. */
  readonly content: string;
};

/** A combined order (合单): its children are paid together, and each goes to its own merchant. */
export type Combination = CombinationTerms & {
  readonly orders: readonly [Order, ...Order[]];
  /** Of the one payment; each child has a number of its own beside it. */
  transactionId?: string;
};

export type Order = OrderTerms & {
  readonly cashierToken: string;
  /** What the order is a child of. */
  combination?: Combination;
  payment?: Payment;
  closedAt?: Date;
  readonly refunds: Refund[];
  readonly notifications: Notification[];
  /** Calls seen: what the merchant really asked, and how often. */
  readonly verbs: VerbCounts;
};

export class OrderBook {
  /** By number alone, over all merchants: what people and tests ask for names no merchant. */
  readonly #orders = new Map<string, Order>();
  readonly #combinations = new Map<string, Combination>();
  /** Not from one: numbers must not come again when the platform is restarted and its memory is gone. */
  #lastNumber = randomInt(10 ** 12);

  register(terms: OrderTerms, cashierToken: string = randomUUID()): Order {
    const verbs = { open: 0, query: 0, close: 0, refund: 0, queryRefund: 0 };
    const order: Order = { ...terms, cashierToken, refunds: [], notifications: [], verbs };
    this.#orders.set(order.outTradeNo, order);
    return order;
  }

  /** The children share one way to the cashier. */
  combine(terms: CombinationTerms, [first, ...others]: readonly [OrderTerms, ...OrderTerms[]]): Combination {
    const head = this.register(first);
    const orders = [head, ...others.map((each) => this.register(each, head.cashierToken))] as const;
    const combination: Combination = { ...terms, orders };
    for (const order of orders) order.combination = combination;
    this.#combinations.set(terms.combineNo, combination);
    return combination;
  }

  findCombination(combineNo: string): Combination | undefined {
    return this.#combinations.get(combineNo);
  }

  find(outTradeNo: string): Order | undefined {
    return this.#orders.get(outTradeNo);
  }

  findByTransactionId(transactionId: string): Order | undefined {
    return this.all().find(({ payment }) => payment?.transactionId === transactionId);
  }

  findByCashierToken(token: string): Order | undefined {
    return this.all().find(({ cashierToken }) => cashierToken === token);
  }

  /** A merchant's refund numbers are its own: another may use the same. */
  findRefund(merchant: Merchant, outRefundNo: string): { order: Order; refund: Refund } | undefined {
    for (const order of this.#orders.values()) {
      if (order.merchant !== merchant) continue;
      const refund = order.refunds.find((each) => each.outRefundNo === outRefundNo);
      if (refund !== undefined) return { order, refund };
    }
    return undefined;
  }

  /** The order a refund number of the merchant's is about: it begins with the number of its order. */
  findByNumberOf(outRefundNo: string): Order | undefined {
    return this.all().find(({ outTradeNo }) => outRefundNo.startsWith(outTradeNo));
  }

  all(): Order[] {
    return [...this.#orders.values()];
  }

  clear(): void {
    this.#orders.clear();
    this.#combinations.clear();
  }

  /** Numbers as the platform's own: payments begin with 42, refunds with 50. */
  nextNumber(kind: '42' | '50', at: Date): string {
    this.#lastNumber += 1;
    const day = at.toISOString().slice(0, 10).replaceAll('-', '');
    return `${kind}000000${day}${String(this.#lastNumber).padStart(12, '0')}`;
  }
}

/** What one payment pays: the order, and with a child of a combined order all of that. */
export function paidTogether(order: Order): readonly [Order, ...Order[]] {
  return order.combination?.orders ?? [order];
}

/** An order as faults know it: a child by its own number and by that of the whole. */
export function occasionOf({ outTradeNo, combination }: Order, method?: Verb): Occasion {
  const numbers = combination === undefined ? [outTradeNo] : [outTradeNo, combination.combineNo];
  return { numbers, ...(method !== undefined && { method }) };
}

/** The one payment of an order, by all its numbers. */
export function paymentOccasionOf(order: Order): Occasion {
  return { numbers: [...new Set(paidTogether(order).flatMap((each) => occasionOf(each).numbers))] };
}

/** Refunds that moved money. */
export function refundedFen({ refunds }: Order): number {
  return sumFen(refunds.filter(({ status }) => status === 'SUCCESS'));
}

/** Refunds that moved money or may still: what counts against the limit. */
export function claimedByRefundsFen({ refunds }: Order): number {
  return sumFen(refunds.filter(({ status }) => status === 'SUCCESS' || status === 'PROCESSING'));
}

function sumFen(refunds: readonly Refund[]): number {
  return refunds.reduce((totalFen, { amountFen }) => totalFen + amountFen, 0);
}
