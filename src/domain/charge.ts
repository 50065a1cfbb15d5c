import type { ChargeOutcome, Evidence } from './evidence.js';
import type { Fen } from './money.js';

/** Money the channel says arrived under one of its own trade numbers. */
export interface Receipt {
  tradeNo: string;
  paidFen: Fen;
  /** The channel's time, ISO-8601 UTC; the earliest where sources differ. */
  paidAt: string;
}

/**
 * Everything proven about one charge. It only grows: facts are added, never taken away, so the same evidence in any
 * order and any number of copies ends in the same state.
 */
export interface ChargeState {
  outTradeNo: string;
  askedFen: Fen;
  merchantId: string;
  /** Distinct by trade number and amount, sorted. */
  receipts: readonly Receipt[];
  /** Other merchants that were named as paid under our number, sorted. */
  foreignMerchants: readonly string[];
  returned: boolean;
  closed: boolean;
  refusedCode: string | null;
}

/** Why a charge waits for a person. */
export type ChargeDoubt = 'amountMismatch' | 'merchantMismatch' | 'contradictoryEvidence' | 'returnedOutside';

/** What the facts about a charge amount to. */
export type Verdict =
  | { kind: 'open' }
  | { kind: 'paid'; receipt: Receipt }
  | { kind: 'closed' }
  | { kind: 'refused'; code: string }
  | { kind: 'doubtful'; reason: ChargeDoubt };

export function newCharge(charge: { outTradeNo: string; askedFen: Fen; merchantId: string }): ChargeState {
  return { ...charge, receipts: [], foreignMerchants: [], returned: false, closed: false, refusedCode: null };
}

/**
 * The one place where evidence changes what we believe of a charge; callback, query, statement and operator all end
 * here. Pure, total, and a join: the order and number of deliveries do not matter. Evidence about another order
 * changes nothing.
 */
export function decide(
  charge: ChargeState,
  evidence: Pick<Evidence, 'outTradeNo' | 'merchantId' | 'outcome'>,
): ChargeState {
  if (evidence.outTradeNo !== charge.outTradeNo) return charge;
  const { outcome } = evidence;
  switch (outcome.kind) {
    case 'paid':
    case 'returned':
      return {
        ...charge,
        receipts: withReceipt(charge.receipts, outcome),
        foreignMerchants: withMerchant(charge, evidence.merchantId),
        returned: charge.returned || outcome.kind === 'returned',
      };
    case 'closed':
      return { ...charge, closed: true };
    case 'refused':
      return { ...charge, refusedCode: smaller(charge.refusedCode, outcome.code) };
    case 'waiting':
    case 'absent':
    case 'unknown':
      return charge;
  }
}

/**
 * Reads the facts. Doubt outranks money and money outranks closing: a payment seen as paid is never unpaid again,
 * and money that arrived around a close is money.
 */
export function verdictOf(charge: ChargeState): Verdict {
  const [receipt, ...furtherReceipts] = charge.receipts;
  if (receipt === undefined) {
    if (charge.refusedCode !== null) return { kind: 'refused', code: charge.refusedCode };
    return charge.closed ? { kind: 'closed' } : { kind: 'open' };
  }
  if (charge.foreignMerchants.length > 0) return { kind: 'doubtful', reason: 'merchantMismatch' };
  if (charge.receipts.some(({ paidFen }) => paidFen !== charge.askedFen))
    return { kind: 'doubtful', reason: 'amountMismatch' };
  if (furtherReceipts.length > 0 || charge.refusedCode !== null)
    return { kind: 'doubtful', reason: 'contradictoryEvidence' };
  if (charge.returned) return { kind: 'doubtful', reason: 'returnedOutside' };
  return { kind: 'paid', receipt };
}

/** Whether an outcome settles anything; the rest means "ask again". */
export function isConclusive(outcome: ChargeOutcome): boolean {
  return outcome.kind !== 'waiting' && outcome.kind !== 'absent' && outcome.kind !== 'unknown';
}

function withReceipt(receipts: readonly Receipt[], seen: Receipt): readonly Receipt[] {
  const sameMoney = (receipt: Receipt): boolean => receipt.tradeNo === seen.tradeNo && receipt.paidFen === seen.paidFen;
  const known = receipts.find(sameMoney);
  const paidAt = known !== undefined && known.paidAt < seen.paidAt ? known.paidAt : seen.paidAt;
  return [
    ...receipts.filter((receipt) => !sameMoney(receipt)),
    { tradeNo: seen.tradeNo, paidFen: seen.paidFen, paidAt },
  ].sort((one, other) => compare(one.tradeNo, other.tradeNo) || one.paidFen - other.paidFen);
}

function withMerchant(charge: ChargeState, merchantId: string): readonly string[] {
  if (merchantId === '' || merchantId === charge.merchantId || charge.foreignMerchants.includes(merchantId)) {
    return charge.foreignMerchants;
  }
  return [...charge.foreignMerchants, merchantId].sort(compare);
}

function smaller(one: string | null, other: string): string {
  return one === null || other < one ? other : one;
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
