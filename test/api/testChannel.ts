import { createHash } from 'node:crypto';
import { fen } from '../../src/domain/money.js';
import type { ChargeOutcome } from '../../src/domain/evidence.js';
import type {
  CashierNeed,
  Channel,
  CloseResult,
  CombinedOrder,
  CombinedReading,
  CombinedRef,
  Combining,
  NotificationReading,
  RawAnswer,
  SignatureCheck,
} from '../../src/channels/channel.js';

const ourMerchant = 'M0001';
const valid = { signature: 'valid', keyId: 'test-key' } as const;
const raw = (): RawAnswer => ({ body: Buffer.from('{}'), headers: {}, ...valid });

/** What a callback of a test channel says; `sign` is over everything else. */
export interface TestNotice {
  id: string;
  kind: 'charge' | 'combined' | 'refund' | 'ignored';
  outTradeNo: string;
  merchantId: string;
  tradeNo: string;
  paidFen: number;
  refundNo: string;
  /** Of a combined one, whose `outTradeNo` is that of the whole. */
  children: readonly TestChild[];
}

export type TestChild = Pick<TestNotice, 'outTradeNo' | 'merchantId' | 'paidFen'>;

/** Signed for the application of one channel: the others do not believe it. */
export const signed = (notice: Partial<TestNotice> & Pick<TestNotice, 'outTradeNo'>, channel = 'testpay'): string => {
  const { outTradeNo } = notice;
  const content: TestNotice = {
    id: `N-${outTradeNo}`,
    kind: 'charge',
    merchantId: ourMerchant,
    tradeNo: `T-${outTradeNo}`,
    paidFen: 1_280_00,
    refundNo: `${outTradeNo}R1`,
    children: [],
    ...notice,
  };
  return JSON.stringify({ content, sign: signatureOf(content, channel) });
};

/** How a test channel has combined payment: asked of and closed in one, each child by itself, or not at all. */
type Combines = 'together' | 'oneByOne' | 'not';

/** A channel in memory: it opens, closes and refunds what it is told to, and its callbacks are signed with a hash. */
export class TestChannel implements Channel {
  readonly name: string;
  readonly products = ['qr', 'page', 'counter'];
  readonly merchantId: string;
  readonly timeoutMs = 1_000;
  readonly numbers = { charge: { field: 'no', pattern: /^\w+$/ }, refund: { field: 'no', pattern: /^\w+$/ } };
  readonly codes = { open: {}, query: {}, close: {}, refund: {}, queryRefund: {}, fetchStatement: {}, slowDown: [] };
  readonly statements = { fetchStatement: () => Promise.resolve({ kind: 'nothing', code: 'NO_TRADES' } as const) };
  readonly combining: Combining | null;
  /** Every order it was asked to open, its own and combined ones, and every call about children together. */
  readonly calls: string[] = [];
  /** Numbers of orders that the channel refuses to open. */
  readonly refuses = new Set<string>();
  /** What a query finds; an order it has never seen is waiting. */
  readonly outcomes = new Map<string, ChargeOutcome>();
  /** Refunds that the channel refuses for good, by refund number. */
  readonly refusedRefunds = new Set<string>();

  constructor(has: { name?: string; merchantId?: string; combines?: Combines } = {}) {
    const { combines = 'not' } = has;
    this.name = has.name ?? 'testpay';
    this.merchantId = has.merchantId ?? ourMerchant;
    this.combining = combines === 'not' ? null : this.#combining(combines);
  }

  #combining(combines: Combines): Combining {
    const together = {
      query: (ref: CombinedRef) => this.#queryTogether(ref),
      close: (ref: CombinedRef) => this.#closeTogether(ref),
    };
    return {
      products: ['qr'],
      childrenMax: 10,
      number: this.numbers.charge,
      account: { merchantId: this.merchantId, appId: `app-${this.name}` },
      open: ({ combineNo }: CombinedOrder) => this.open({ outTradeNo: combineNo }),
      together: combines === 'together' ? together : null,
    };
  }

  open({ outTradeNo }: { outTradeNo: string }) {
    this.calls.push(`open ${outTradeNo}`);
    return Promise.resolve(
      this.refuses.has(outTradeNo)
        ? ({ kind: 'refused', code: 'PRODUCT_NOT_SIGNED', message: 'the merchant has no contract for this' } as const)
        : ({ kind: 'opened', cashier: { kind: 'qr', code: `https://pay.example/${outTradeNo}` } } as const),
    );
  }

  #queryTogether({ combineNo, children }: CombinedRef): Promise<CombinedReading> {
    this.calls.push(`query ${combineNo}`);
    const facts = children.map(({ outTradeNo, payee }) => ({
      outTradeNo,
      merchantId: payee.merchantId,
      outcome: this.outcomes.get(outTradeNo) ?? ({ kind: 'waiting' } as const),
    }));
    return Promise.resolve({ facts, raw: raw() });
  }

  async #closeTogether({ combineNo, children }: CombinedRef): Promise<CloseResult> {
    this.calls.push(`close ${combineNo}`);
    const results = await Promise.all(children.map((child) => this.close(child)));
    return results.find(({ kind }) => kind === 'notClosable') ?? { kind: 'closed' };
  }

  query({ outTradeNo }: { outTradeNo: string }) {
    const outcome = this.outcomes.get(outTradeNo) ?? { kind: 'waiting' as const };
    this.calls.push(`query ${outTradeNo}`);
    return Promise.resolve({ outcome, merchantId: this.merchantId, raw: raw() });
  }

  close({ outTradeNo }: { outTradeNo: string }) {
    this.calls.push(`close ${outTradeNo}`);
    const paid = this.outcomes.get(outTradeNo)?.kind === 'paid';
    if (!paid) this.outcomes.set(outTradeNo, { kind: 'closed' });
    return Promise.resolve(paid ? ({ kind: 'notClosable', code: 'PAID' } as const) : ({ kind: 'closed' } as const));
  }

  refund({ refundNo }: { refundNo: string }) {
    return Promise.resolve(
      this.refusedRefunds.has(refundNo)
        ? ({ kind: 'refused', code: 'ACCOUNT_CLOSED', message: 'cannot be refunded', raw: raw() } as const)
        : ({ kind: 'refunded', refundedAt: null, raw: raw() } as const),
    );
  }

  queryRefund(order: { refundNo: string }) {
    return this.refund(order);
  }

  readNotification({ body }: { body: Buffer }): NotificationReading {
    const notice = readNotice(body);
    if (notice === null) {
      return { kind: 'rejected', reason: 'malformed', outTradeNo: null, signature: 'absent', keyId: null };
    }
    const { content, sign } = notice;
    const { outTradeNo, id: notificationId } = content;
    if (sign !== signatureOf(content, this.name)) {
      return { kind: 'rejected', reason: 'badSignature', outTradeNo, signature: 'invalid', keyId: null };
    }
    if (content.kind === 'ignored') return { kind: 'ignored', notificationId, outTradeNo, why: 'test', ...valid };
    if (content.kind === 'refund')
      return { kind: 'refund', notificationId, outTradeNo, refundNo: content.refundNo, ...valid };
    if (content.kind === 'combined') {
      const facts = content.children.map((child) => ({ ...child, outcome: paidFor(child) }));
      return { kind: 'combined', notificationId, combineNo: outTradeNo, facts, ...valid };
    }
    const outcome = { ...paidFor(content), tradeNo: content.tradeNo };
    return { kind: 'charge', notificationId, outTradeNo, merchantId: content.merchantId, outcome, ...valid };
  }

  verify({ body }: { body: Buffer }): SignatureCheck {
    const { signature, keyId } = this.readNotification({ body });
    return { signature, keyId };
  }

  needs(product: string): readonly CashierNeed[] {
    return product === 'counter' ? ['method.terminalId', 'payer.openid'] : [];
  }

  acknowledgement(result: 'received' | 'failed') {
    return { status: 200, contentType: 'text/plain', body: result === 'received' ? 'RECEIVED' : 'AGAIN' };
  }
}

const paidFor = ({ outTradeNo, paidFen }: Pick<TestNotice, 'outTradeNo' | 'paidFen'>) =>
  ({
    kind: 'paid',
    paidFen: fen(paidFen),
    tradeNo: `T-${outTradeNo}`,
    paidAt: '2026-11-22T06:01:00.000Z',
  }) as const;

function readNotice(body: Buffer): { content: TestNotice; sign: string } | null {
  try {
    return JSON.parse(body.toString('utf8')) as { content: TestNotice; sign: string };
  } catch {
    return null;
  }
}

function signatureOf(content: TestNotice, channel: string): string {
  return createHash('sha256')
    .update(`secret of ${channel}: ${JSON.stringify(content)}`)
    .digest('hex');
}
