import { createHash } from 'node:crypto';
import { fen } from '../../src/domain/money.js';
import type { ChargeOutcome } from '../../src/domain/evidence.js';
import type {
  CashierNeed,
  Channel,
  NotificationReading,
  RawAnswer,
  SignatureCheck,
} from '../../src/channels/channel.js';

const merchantId = 'M0001';
const valid = { signature: 'valid', keyId: 'test-key' } as const;
const raw = (): RawAnswer => ({ body: Buffer.from('{}'), headers: {}, ...valid });

/** What a callback of the test channel says; `sign` is over everything else. */
export interface TestNotice {
  id: string;
  kind: 'charge' | 'refund' | 'ignored';
  outTradeNo: string;
  merchantId: string;
  tradeNo: string;
  paidFen: number;
  refundNo: string;
}

export const signed = (notice: Partial<TestNotice> & Pick<TestNotice, 'outTradeNo'>): string => {
  const { outTradeNo } = notice;
  const content: TestNotice = {
    id: `N-${outTradeNo}`,
    kind: 'charge',
    merchantId,
    tradeNo: `T-${outTradeNo}`,
    paidFen: 1_280_00,
    refundNo: `${outTradeNo}R1`,
    ...notice,
  };
  return JSON.stringify({ content, sign: signatureOf(content) });
};

/** A channel in memory: it opens, closes and refunds what it is told to, and its callbacks are signed with a hash. */
export class TestChannel implements Channel {
  readonly name = 'testpay';
  readonly products = ['qr', 'page', 'counter'];
  readonly merchantId = merchantId;
  readonly timeoutMs = 1_000;
  readonly numbers = { charge: { field: 'no', pattern: /^\w+$/ }, refund: { field: 'no', pattern: /^\w+$/ } };
  readonly codes = { open: {}, query: {}, close: {}, refund: {}, queryRefund: {}, slowDown: [] };
  readonly combining = null;
  /** Payments whose order the channel refuses to open. */
  readonly refuses = new Set<string>();
  /** What a query finds; an order it has never seen is waiting. */
  readonly outcomes = new Map<string, ChargeOutcome>();
  /** Refunds that the channel refuses for good, by refund number. */
  readonly refusedRefunds = new Set<string>();

  open(order: { outTradeNo: string }) {
    return Promise.resolve(
      this.refuses.has(order.outTradeNo)
        ? ({ kind: 'refused', code: 'PRODUCT_NOT_SIGNED', message: 'the merchant has no contract for this' } as const)
        : ({ kind: 'opened', cashier: { kind: 'qr', code: `https://pay.example/${order.outTradeNo}` } } as const),
    );
  }

  query({ outTradeNo }: { outTradeNo: string }) {
    const outcome = this.outcomes.get(outTradeNo) ?? { kind: 'waiting' as const };
    return Promise.resolve({ outcome, merchantId, raw: raw() });
  }

  close({ outTradeNo }: { outTradeNo: string }) {
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
    if (sign !== signatureOf(content)) {
      return { kind: 'rejected', reason: 'badSignature', outTradeNo, signature: 'invalid', keyId: null };
    }
    if (content.kind === 'ignored') return { kind: 'ignored', notificationId, outTradeNo, why: 'test', ...valid };
    if (content.kind === 'refund')
      return { kind: 'refund', notificationId, outTradeNo, refundNo: content.refundNo, ...valid };
    const { tradeNo, paidFen } = content;
    const outcome = { kind: 'paid', paidFen: fen(paidFen), tradeNo, paidAt: '2026-11-22T06:01:00.000Z' } as const;
    return { kind: 'charge', notificationId, outTradeNo, merchantId: content.merchantId, outcome, ...valid };
  }

  verify({ body }: { body: Buffer }): SignatureCheck {
    const { signature, keyId } = this.readNotification({ body });
    return { signature, keyId };
  }

  fetchStatement() {
    return Promise.resolve({ kind: 'nothing', code: 'NO_TRADES' } as const);
  }

  needs(product: string): readonly CashierNeed[] {
    return product === 'counter' ? ['method.terminalId', 'payer.openid'] : [];
  }

  acknowledgement(result: 'received' | 'failed') {
    return { status: 200, contentType: 'text/plain', body: result === 'received' ? 'RECEIVED' : 'AGAIN' };
  }
}

function readNotice(body: Buffer): { content: TestNotice; sign: string } | null {
  try {
    return JSON.parse(body.toString('utf8')) as { content: TestNotice; sign: string };
  } catch {
    return null;
  }
}

function signatureOf(content: TestNotice): string {
  return createHash('sha256')
    .update(`test-secret${JSON.stringify(content)}`)
    .digest('hex');
}
