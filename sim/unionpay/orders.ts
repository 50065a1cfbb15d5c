import { randomInt, randomUUID } from 'node:crypto';
import type { VerbCounts } from '../shared/verbs.js';
import { toBeijing } from './beijingTime.js';
import type { Notification } from './notification.js';

/** What names a transaction: all three together. */
export type TransactionName = { readonly merId: string; readonly orderId: string; readonly txnTime: string };

/** Numbers the gateway gives to whatever has gone through. */
export type Trace = { readonly queryId: string; readonly traceNo: string; readonly at: Date };

/** Money on its way back: a refund (04) or an undo (31). */
export type GivingBack = TransactionName & {
  readonly kind: 'refund' | 'undo';
  readonly amountFen: number;
  readonly backUrl: string;
  readonly reqReserved: string;
  readonly trace: Trace;
  status: 'underWay' | 'done' | 'failed';
  failedCode?: string;
};

export type Payment = Trace & { readonly paidFen: number; readonly pastDeadline: boolean };

export type OrderTerms = TransactionName & {
  readonly amountFen: number;
  readonly bizType: string;
  readonly channelType: string;
  /** Of a terminal's order. */
  readonly termId: string | undefined;
  readonly backUrl: string;
  readonly frontUrl: string | undefined;
  readonly reqReserved: string | undefined;
  readonly payTimeout: Date | undefined;
  /** The request as one text; a repeat with another text is another order under the same number. */
  readonly content: string;
};

export type Order = OrderTerms & {
  readonly cashierToken: string;
  payment?: Payment;
  /** Once its day was closed by hand. */
  settled: boolean;
  readonly givenBack: GivingBack[];
  readonly notifications: Notification[];
  /** Calls seen: what the merchant really asked, and how often. */
  readonly verbs: VerbCounts;
};

export class OrderBook {
  readonly #orders = new Map<string, Order>();
  /** Not from one: numbers must not come again when the gateway is restarted and its memory is gone. */
  #lastNumber = randomInt(10 ** 6);

  register(terms: OrderTerms): Order {
    const verbs = { open: 0, query: 0, close: 0, refund: 0, queryRefund: 0 };
    const order: Order = {
      ...terms,
      cashierToken: randomUUID(),
      settled: false,
      givenBack: [],
      notifications: [],
      verbs,
    };
    this.#orders.set(keyOf(order), order);
    return order;
  }

  find(name: TransactionName): Order | undefined {
    return this.#orders.get(keyOf(name));
  }

  /** The newest under this number, whatever its time: for people and tests, who know numbers only. */
  findByNo(orderId: string): Order | undefined {
    return this.all().findLast((order) => order.orderId === orderId);
  }

  findByCashierToken(token: string): Order | undefined {
    return this.all().find(({ cashierToken }) => cashierToken === token);
  }

  findByQueryId(merId: string, queryId: string): Order | undefined {
    return this.all().find((order) => order.merId === merId && order.payment?.queryId === queryId);
  }

  findGivingBack(name: TransactionName): { order: Order; back: GivingBack } | undefined {
    for (const order of this.#orders.values()) {
      const back = order.givenBack.find((each) => keyOf(each) === keyOf(name));
      if (back !== undefined) return { order, back };
    }
    return undefined;
  }

  /** The order a number is about: the number of a refund begins with the number of its order. */
  findByNumberOf(orderId: string): Order | undefined {
    return this.all().find((order) => orderId.startsWith(order.orderId));
  }

  all(): Order[] {
    return [...this.#orders.values()];
  }

  clear(): void {
    this.#orders.clear();
  }

  /** A `queryId` has twenty-one digits and begins with its time; a `traceNo` has six. */
  trace(at: Date): Trace {
    this.#lastNumber += 1;
    const traceNo = String(this.#lastNumber % 10 ** 6).padStart(6, '0');
    return { queryId: `${toBeijing(at)}${String(this.#lastNumber % 10 ** 7).padStart(7, '0')}`, traceNo, at };
  }
}

const keyOf = ({ merId, orderId, txnTime }: TransactionName): string => [merId, orderId, txnTime].join('/');

/** What moved money back. */
export function givenBackFen({ givenBack }: Order): number {
  return sumFen(givenBack.filter(({ status }) => status === 'done'));
}

/** What moved money back or may still: what counts against the limit. */
export function claimedFen({ givenBack }: Order): number {
  return sumFen(givenBack.filter(({ status }) => status !== 'failed'));
}

function sumFen(givenBack: readonly GivingBack[]): number {
  return givenBack.reduce((totalFen, { amountFen }) => totalFen + amountFen, 0);
}
