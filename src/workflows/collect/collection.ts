import type { Cashier } from '../../domain/cashier.js';
import { decide, newCharge, verdictOf, type ChargeDoubt, type ChargeState, type Receipt } from '../../domain/charge.js';
import type { ChargeOutcome, Evidence } from '../../domain/evidence.js';
import type { Fen } from '../../domain/money.js';
import { outTradeNoFor } from '../../domain/ids.js';
import { chargeTermsOf, type ChargeTerms } from '../../domain/terms.js';
import { nowIso, nowMs } from '../saga/clock.js';
import type { MethodChange, PaymentMethod } from './messages.js';

/** One charge as its payment's workflow sees it: the facts, and what was done to learn or end them. */
export interface Charge {
  outTradeNo: string;
  orderedAt: string;
  /** ISO-8601 UTC. */
  expiresAt: string;
  method: PaymentMethod;
  merchantId: string;
  terms: ChargeTerms;
  cashier: Cashier | null;
  /** Of a child of a combined order: how all of it is asked about and closed; null for a charge that stands alone. */
  combined: CombinedOrder | null;
  state: ChargeState;
  /** The evidence that speaks of money, one piece per fact, to be passed on if it turns out late. */
  moneyEvidence: Evidence[];
  /** Trade numbers whose money has found its place: as the premium, given back, or handed on as late money. */
  placed: readonly string[];
  queries: number;
  lastAskedMs: number;
  /** What first proved the money: `callback`, `query`. */
  knownBy: string | null;
  /**
   * `absent`: the channel had no order to close, so it may still appear and be paid until it expires. `runsOut`: the
   * channel closes nothing; the order ends by itself when it expires.
   */
  ending: 'open' | 'absent' | 'runsOut' | 'closed';
}

/** One order over several payees, each child a charge of its own. Plain JSON, as the steps take it. */
export interface CombinedOrder {
  combineNo: string;
  /** The configured channel at which it is opened. */
  channel: string;
  merchantId: string;
  orderedAt: string;
  expiresAt: string;
  children: readonly CombinedChild[];
}

interface CombinedChild {
  /** The payment it pays. */
  paymentId: string;
  outTradeNo: string;
  channel: string;
  merchantId: string;
  amountFen: Fen;
  subject: string;
}

interface NewCharge extends Required<MethodChange> {
  expiresAt: string;
  outTradeNo: string;
  askedFen: Fen;
  combined: CombinedOrder | null;
}

/** What all charges of a payment together amount to. */
export type Ruling =
  | { kind: 'open' }
  | { kind: 'paid'; charge: Charge; receipt: Receipt }
  | { kind: 'doubtful'; charge: Charge; reason: ChargeDoubt }
  /** The live charge ended without money. */
  | { kind: 'ended'; why: string };

/** The charges of one payment: at most one of them live, all of them listened to. */
export class Collection {
  readonly charges: Charge[] = [];
  /** Evidence that came before its charge was made here, as after a reset. */
  private early: Evidence[] = [];
  private readonly payment: { paymentId: string; amountFen: Fen };

  constructor(payment: { paymentId: string; amountFen: Fen }) {
    this.payment = payment;
  }

  /** The charge a payer can pay now. */
  get live(): Charge {
    const charge = this.charges.at(-1);
    if (charge === undefined) throw new Error('no charge was made yet');
    return charge;
  }

  add(made: Required<MethodChange> & { expiresAt: string }): Charge {
    const outTradeNo = outTradeNoFor({ paymentId: this.payment.paymentId, attempt: this.charges.length + 1 });
    return this.listenTo({ ...made, outTradeNo, askedFen: this.payment.amountFen, combined: null });
  }

  /** From now on evidence about this charge is heard. */
  listenTo(made: NewCharge): Charge {
    const { method, merchantId, terms, expiresAt, outTradeNo, askedFen, combined } = made;
    const charge: Charge = {
      outTradeNo,
      orderedAt: nowIso(),
      expiresAt,
      method,
      merchantId,
      terms: chargeTermsOf(terms),
      cashier: null,
      state: newCharge({ outTradeNo, askedFen, merchantId }),
      combined,
      moneyEvidence: [],
      placed: [],
      queries: 0,
      lastAskedMs: nowMs(),
      knownBy: null,
      ending: 'open',
    };
    this.charges.push(charge);
    const { early } = this;
    this.early = early.filter(({ outTradeNo: about }) => about !== outTradeNo);
    for (const evidence of early) if (evidence.outTradeNo === outTradeNo) this.learn(evidence);
    return charge;
  }

  /** Callback and query both end here. False for evidence about no charge of this payment so far. */
  learn(evidence: Evidence): boolean {
    const charge = this.charges.find(({ outTradeNo }) => outTradeNo === evidence.outTradeNo);
    if (charge === undefined) {
      this.early.push(evidence);
      return false;
    }
    const before = charge.state;
    charge.state = decide(before, evidence);
    if (speaksOfMoney(evidence.outcome) && isNews(before, charge.state)) charge.moneyEvidence.push(evidence);
    if (charge.knownBy === null && hasMoney(charge)) charge.knownBy = evidence.source;
    return true;
  }

  /**
   * Sets aside what was believed of a charge for what the channel says now: an operator asked for it. What spoke of money
   * is only set aside, not forgotten: a trade number that finds no place by the end is passed on as late money. Only what
   * another merchant got is done with: it was never ours, and the operator has seen it.
   */
  believeAfresh(charge: Charge, evidence: Evidence): void {
    const { outTradeNo, askedFen, merchantId } = charge.state;
    charge.state = newCharge({ outTradeNo, askedFen, merchantId });
    charge.moneyEvidence = charge.moneyEvidence.filter((known) => [merchantId, ''].includes(known.merchantId));
    this.learn(evidence);
  }

  /** Doubt before money, money before ends; of several paid charges the one paid first counts. */
  ruling(): Ruling {
    const verdicts = this.charges.map((charge) => ({ charge, verdict: verdictOf(charge.state) }));
    for (const { charge, verdict } of verdicts) {
      if (verdict.kind === 'doubtful') return { kind: 'doubtful', charge, reason: verdict.reason };
    }
    const paid = verdicts
      .flatMap(({ charge, verdict }) => (verdict.kind === 'paid' ? [{ charge, receipt: verdict.receipt }] : []))
      .sort((one, other) => (one.receipt.paidAt < other.receipt.paidAt ? -1 : 1))[0];
    if (paid !== undefined) return { kind: 'paid', ...paid };
    const live = verdicts.at(-1)?.verdict;
    if (live?.kind === 'refused') return { kind: 'ended', why: `refused by the channel: ${live.code}` };
    if (live?.kind === 'closed') return { kind: 'ended', why: 'closed by the channel' };
    return { kind: 'open' };
  }
}

export function hasMoney(charge: Charge): boolean {
  return charge.state.receipts.length > 0;
}

/** What was heard of money under this charge that nobody has dealt with. */
export function unplacedMoney({ moneyEvidence, placed }: Charge): Evidence[] {
  return moneyEvidence.filter(({ outcome }) => speaksOfMoney(outcome) && !placed.includes(outcome.tradeNo));
}

/** From now on the money of these trade numbers is dealt with. */
export function markPlaced(charge: Charge, tradeNos: readonly string[]): void {
  charge.placed = [...charge.placed, ...tradeNos];
}

export const tradeNosOf = (receipts: readonly Receipt[]): string[] => receipts.map(({ tradeNo }) => tradeNo);

function speaksOfMoney(outcome: ChargeOutcome): outcome is Extract<ChargeOutcome, { kind: 'paid' | 'returned' }> {
  return outcome.kind === 'paid' || outcome.kind === 'returned';
}

function isNews(before: ChargeState, after: ChargeState): boolean {
  return (
    after.receipts.length > before.receipts.length ||
    after.foreignMerchants.length > before.foreignMerchants.length ||
    after.returned !== before.returned
  );
}
