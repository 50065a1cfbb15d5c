import { randomInt, randomUUID } from 'node:crypto';
import type { VerbCounts } from '../shared/verbs.js';
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

export type Order = OrderTerms & {
  readonly cashierToken: string;
  payment?: Payment;
  closedAt?: Date;
  readonly refunds: Refund[];
  readonly notifications: Notification[];
  /** Calls seen: what the merchant really asked, and how often. */
  readonly verbs: VerbCounts;
};

export class OrderBook {
  readonly #orders = new Map<string, Order>();
  /** Not from one: numbers must not come again when the platform is restarted and its memory is gone. */
  #lastNumber = randomInt(10 ** 12);

  register(terms: OrderTerms): Order {
    const verbs = { open: 0, query: 0, close: 0, refund: 0, queryRefund: 0 };
    const order: Order = { ...terms, cashierToken: randomUUID(), refunds: [], notifications: [], verbs };
    this.#orders.set(order.outTradeNo, order);
    return order;
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

  findRefund(outRefundNo: string): { order: Order; refund: Refund } | undefined {
    for (const order of this.#orders.values()) {
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
  }

  /** Numbers as the platform's own: payments begin with 42, refunds with 50. */
  nextNumber(kind: '42' | '50', at: Date): string {
    this.#lastNumber += 1;
    const day = at.toISOString().slice(0, 10).replaceAll('-', '');
    return `${kind}000000${day}${String(this.#lastNumber).padStart(12, '0')}`;
  }
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
