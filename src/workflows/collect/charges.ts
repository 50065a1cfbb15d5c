import type { Cashier } from '../../domain/cashier.js';
import { decide, newCharge, type ChargeState, type Receipt } from '../../domain/charge.js';
import type { ChargeOutcome, Evidence } from '../../domain/evidence.js';
import type { Fen } from '../../domain/money.js';
import { outTradeNoFor } from '../../domain/ids.js';
import { chargesRuling, type ChargesRuling } from '../../domain/paymentRuling.js';
import { chargeTermsOf, type ChargeTerms } from '../../domain/terms.js';
import { nowIso, nowMs } from '../saga/clock.js';
import { alone, type ChannelOrder } from './channelOrder.js';
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
  /** How it is opened, asked about and closed, alone or together with others. */
  order: ChannelOrder;
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

interface NewCharge extends Required<MethodChange> {
  outTradeNo: string;
  orderedAt: string;
  expiresAt: string;
  askedFen: Fen;
  order: ChannelOrder;
}

/** The charges of one payment: at most one of them live, all of them listened to. */
export class RunningCharges {
  readonly all: Charge[] = [];
  /** Evidence that came before its charge was made here, as after a reset. */
  private early: Evidence[] = [];
  private readonly payment: { paymentId: string; amountFen: Fen; subject: string };

  constructor(payment: { paymentId: string; amountFen: Fen; subject: string }) {
    this.payment = payment;
  }

  /** The charge a payer can pay now. */
  get live(): Charge {
    const charge = this.all.at(-1);
    if (charge === undefined) throw new Error('no charge was made yet');
    return charge;
  }

  /** The next charge of this payment, alone under a number of its own. */
  add(made: Required<MethodChange> & { expiresAt: string }): Charge {
    const { paymentId, amountFen: askedFen } = this.payment;
    const outTradeNo = outTradeNoFor({ paymentId, attempt: this.all.length + 1 });
    const charge = { ...made, terms: chargeTermsOf(made.terms), outTradeNo, askedFen, orderedAt: nowIso() };
    return this.listenTo({ ...charge, order: alone(charge, this.payment) });
  }

  /** From now on evidence about this charge is heard. */
  listenTo(made: NewCharge): Charge {
    const { method, merchantId, terms, orderedAt, expiresAt, outTradeNo, askedFen, order } = made;
    const charge: Charge = {
      outTradeNo,
      orderedAt,
      expiresAt,
      method,
      merchantId,
      terms: chargeTermsOf(terms),
      cashier: null,
      order,
      state: newCharge({ outTradeNo, askedFen, merchantId }),
      moneyEvidence: [],
      placed: [],
      queries: 0,
      lastAskedMs: nowMs(),
      knownBy: null,
      ending: 'open',
    };
    this.all.push(charge);
    const { early } = this;
    this.early = early.filter(({ outTradeNo: about }) => about !== outTradeNo);
    for (const evidence of early) if (evidence.outTradeNo === outTradeNo) this.learn(evidence);
    return charge;
  }

  /** Callback and query both end here. False for evidence about no charge of this payment so far. */
  learn(evidence: Evidence): boolean {
    const charge = this.all.find(({ outTradeNo }) => outTradeNo === evidence.outTradeNo);
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

  ruling(): ChargesRuling<Charge> {
    return chargesRuling(this.all);
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
