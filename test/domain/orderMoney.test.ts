import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide, newCharge, verdictOf, type ChargeState } from '../../src/domain/charge.js';
import { sharesOf, wholeBp, type Coinsurance } from '../../src/domain/book/coinsurance.js';
import type { ChargeOutcome, Evidence } from '../../src/domain/evidence.js';
import { childTradeNoFor, outTradeNoFor, partRecordId } from '../../src/domain/ids.js';
import type { RefundSource } from '../../src/domain/book/account.js';
import {
  itemReceived,
  lateMoneyReceived,
  policyIssued,
  premiumReceived,
  premiumReturned,
  refundOwed,
} from '../../src/domain/book/entries.js';
import type { JournalEntry } from '../../src/domain/book/journal.js';
import { fen, type Fen } from '../../src/domain/money.js';
import { splitRuling, type PartState } from '../../src/domain/split.js';

/*
 * Orders of payments without Temporal: the rules of the domain alone decide, over random parts, items and shares, random
 * failures, and evidence in random order and number. Whatever comes, the money that came in is the premiums of policies
 * in force, what went back, and what is still held.
 */

const merchantId = 'M';
const at = '2026-11-25T06:00:00.000Z';
const paymentId = 'P2026112500000001';

const anyAmount = fc.oneof(fc.integer({ min: 1, max: 99 }), fc.integer({ min: 1, max: 200_000_00 }));

const anyCoinsurance: fc.Arbitrary<Coinsurance | null> = fc.option(
  fc
    .record({
      weights: fc.array(fc.integer({ min: 1, max: 5_000 }), { minLength: 2, maxLength: 5 }),
      leadFeeBp: fc.integer({ min: 0, max: 3_000 }),
    })
    .map(({ weights, leadFeeBp }) => {
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      const followers = weights.slice(1).map((weight, index) => ({
        insurer: `F${index}`,
        shareBp: Math.max(1, Math.floor((weight * wholeBp) / total) - 1),
      }));
      const leadBp = wholeBp - followers.reduce((sum, { shareBp }) => sum + shareBp, 0);
      return { lead: { insurer: 'LEAD', shareBp: leadBp }, followers, leadFeeBp };
    }),
);

/** The book of one order, with what each of its charges holds at its channel. */
class Book {
  private readonly keys = new Set<string>();
  private readonly accounts = new Map<string, number>();
  readonly inFen = new Map<string, number>();
  readonly backFen = new Map<string, number>();

  /** Once per key, as the ledger does it; every journal sums to zero. */
  post(entry: JournalEntry): void {
    if (this.keys.has(entry.key)) return;
    this.keys.add(entry.key);
    expect(entry.lines.reduce((sum, { amountFen }) => sum + amountFen, 0)).toBe(0);
    for (const { account, amountFen } of entry.lines)
      this.accounts.set(account, (this.accounts.get(account) ?? 0) + amountFen);
  }

  receives(outTradeNo: string, amountFen: number): void {
    this.inFen.set(outTradeNo, (this.inFen.get(outTradeNo) ?? 0) + amountFen);
  }

  givesBack(of: {
    paymentId: string;
    outTradeNo: string;
    refundNo: string;
    refundId: string;
    refundFen: Fen;
    source: RefundSource;
    shared?: { coinsurance: Coinsurance | null; taxBp?: number; beforeFen: Fen } | null;
  }): void {
    this.post(refundOwed({ shared: null, at, ...of }));
    this.post(premiumReturned({ channel: 'alipay', at, ...of }));
    this.backFen.set(of.outTradeNo, (this.backFen.get(of.outTradeNo) ?? 0) + of.refundFen);
    expect(this.backFen.get(of.outTradeNo)).toBeLessThanOrEqual(this.inFen.get(of.outTradeNo) ?? 0);
  }

  stands(account: string): number {
    return this.accounts.get(account) ?? 0;
  }

  /** What policies have earned, whichever insurers share it. */
  get earnedFen(): number {
    let sumFen = 0;
    for (const [account, amountFen] of this.accounts)
      if (/^(premiumIncome|outputTax|leadFeeIncome|coinsurancePayable:.*)$/.test(account)) sumFen -= amountFen;
    return sumFen;
  }

  /** In = premiums of policies in force + back + held, to the fen. */
  assertComplete(premiumFen: number): void {
    const sum = (amounts: Iterable<number>): number => [...amounts].reduce((total, each) => total + each, 0);
    const [inFen, backFen] = [sum(this.inFen.values()), sum(this.backFen.values())];
    const heldFen = 0 - this.stands('premiumInAdvance') - this.stands('unidentifiedReceipts');
    expect(inFen).toBe(premiumFen + backFen + heldFen);
    expect(this.stands('channelReceivable:alipay')).toBe(inFen - backFen);
    expect(this.stands('refundPayable')).toBe(0);
    expect(this.earnedFen).toBe(premiumFen);
    expect(heldFen).toBeGreaterThanOrEqual(0);
  }
}

type Saying = 'paid' | 'closed' | 'refused' | 'waiting' | 'absent' | 'unknown';
const anySaying = fc.constantFrom<Saying>('paid', 'paid', 'paid', 'closed', 'refused', 'waiting', 'absent', 'unknown');

function outcomeOf(saying: Saying, paidFen: Fen): ChargeOutcome {
  switch (saying) {
    case 'paid':
      return { kind: 'paid', paidFen, tradeNo: 'T', paidAt: at };
    case 'refused':
    case 'unknown':
      return { kind: saying, code: 'X' };
    case 'closed':
    case 'waiting':
    case 'absent':
      return { kind: saying };
  }
}

/** A part or child, with its charge as evidence has it, and whether its money is booked and where it went. */
class Collected {
  state: ChargeState;
  isBooked = false;
  isBack = false;
  readonly outTradeNo: string;
  readonly amountFen: Fen;

  constructor(outTradeNo: string, amountFen: Fen) {
    this.outTradeNo = outTradeNo;
    this.amountFen = amountFen;
    this.state = newCharge({ outTradeNo, askedFen: amountFen, merchantId });
  }

  hears(saying: Saying): void {
    const evidence: Evidence = {
      ...{ evidenceId: saying, source: 'query', merchantId, observedAt: at },
      outTradeNo: this.outTradeNo,
      outcome: outcomeOf(saying, this.amountFen),
    };
    this.state = decide(this.state, evidence);
  }

  get standing(): PartState {
    const verdict = verdictOf(this.state);
    if (this.isBack) return { status: 'refunded', paidFen: this.amountFen };
    switch (verdict.kind) {
      case 'paid':
        return { status: 'paid', paidFen: this.amountFen };
      case 'doubtful':
        return { status: 'needsAttention', paidFen: fen(0) };
      case 'closed':
      case 'refused':
        return { status: 'closed', paidFen: fen(0) };
      case 'open':
        return { status: 'awaitingPayment', paidFen: fen(0) };
    }
  }
}

const anySplit = fc.record({
  amounts: fc.array(anyAmount, { minLength: 1, maxLength: 8 }),
  coinsurance: anyCoinsurance,
  holds: fc.boolean(),
  serial: fc.boolean(),
  coreRefuses: fc.boolean(),
  cancelledAt: fc.option(fc.nat({ max: 30 })),
  heard: fc.array(fc.record({ part: fc.nat({ max: 7 }), saying: anySaying }), { maxLength: 40 }),
  /** What the person says who is asked when parts are missing. */
  givesBack: fc.boolean(),
});

/** Plays an order of parts to where the evidence leads; answers the book and what is insured. */
function playSplit({
  amounts,
  coinsurance,
  holds,
  serial,
  coreRefuses,
  cancelledAt,
  heard,
  givesBack,
}: typeof anySplit extends fc.Arbitrary<infer T> ? T : never) {
  const book = new Book();
  const wholeFen = fen(amounts.reduce((sum, amount) => sum + amount, 0));
  const parts = amounts.map(
    (amount, index) =>
      new Collected(
        outTradeNoFor({ paymentId: partRecordId({ paymentId, partNo: index + 1 }), attempt: 1 }),
        fen(amount),
      ),
  );
  const rule = holds ? 'allOrHold' : 'allOrRefund';
  let premiumFen = 0;
  let isOver = false;
  const back = (part: Collected, source: RefundSource): void => {
    const { outTradeNo, amountFen } = part;
    const refundId = source === 'unidentifiedReceipts' ? 'late' : 'undo';
    book.givesBack({
      paymentId,
      outTradeNo,
      refundNo: `${outTradeNo}${refundId}`,
      refundId,
      refundFen: amountFen,
      source,
    });
    part.isBack = true;
  };
  const look = (cancelled: boolean): void => {
    for (const part of parts) {
      // Booked as soon as it is believed: as the premium while the order lives, as nobody's money afterwards.
      const { outTradeNo, amountFen, state } = part;
      if (part.isBooked || verdictOf(state).kind !== 'paid') continue;
      part.isBooked = true;
      book.receives(outTradeNo, amountFen);
      const event = { paymentId, outTradeNo, channel: 'alipay', amountFen, at };
      book.post(isOver ? lateMoneyReceived(event) : premiumReceived(event));
      if (isOver) back(part, 'unidentifiedReceipts');
    }
    if (isOver) return;
    const ruling = splitRuling(
      { rule, serial },
      parts.map(({ standing }) => standing),
      cancelled,
    );
    const isPaid = (part: Collected): boolean => part.standing.status === 'paid';
    switch (ruling.kind) {
      case 'issue':
        isOver = true;
        if (coreRefuses)
          parts.forEach((part) => {
            back(part, 'premiumInAdvance');
          });
        else {
          premiumFen = wholeFen;
          const { outTradeNo } = parts[0] ?? { outTradeNo: '' };
          book.post(policyIssued({ paymentId, outTradeNo, policyNo: 'PL', amountFen: wholeFen, coinsurance, at }));
        }
        break;
      case 'giveBack':
        isOver = true;
        for (const part of parts.filter(isPaid)) back(part, 'premiumInAdvance');
        break;
      case 'hold':
        if (!givesBack) break;
        isOver = true;
        for (const part of parts.filter(isPaid)) back(part, 'premiumInAdvance');
        break;
      case 'close':
        // The close races nothing here: what can still be paid says so itself, later.
        break;
      case 'closed':
        isOver = true;
        break;
      case 'open':
      case 'wait':
        break;
    }
  };
  for (const [index, { part, saying }] of heard.entries()) {
    parts[part % parts.length]?.hears(saying);
    look(cancelledAt !== null && index >= cancelledAt);
    book.assertComplete(premiumFen);
  }
  return { book, parts, premiumFen, wholeFen, coinsurance };
}

describe('the money of a payment in parts', () => {
  it('is always the premium of a policy in force, back with the payer, or held, whatever is heard in whatever order', () => {
    fc.assert(
      fc.property(anySplit, (split) => {
        const { book, premiumFen } = playSplit(split);
        book.assertComplete(premiumFen);
      }),
      { numRuns: 5_000 },
    );
  });

  it('does not depend on how often anything is said', () => {
    fc.assert(
      fc.property(anySplit, fc.integer({ min: 2, max: 4 }), (split, times) => {
        const once = playSplit({ ...split, cancelledAt: null });
        const often = playSplit({
          ...split,
          cancelledAt: null,
          heard: split.heard.flatMap((said) => Array.from({ length: times }, () => said)),
        });
        expect(often.premiumFen).toBe(once.premiumFen);
        expect([...often.book.inFen]).toEqual([...once.book.inFen]);
        expect([...often.book.backFen]).toEqual([...once.book.backFen]);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('the shares of a premium paid in parts', () => {
  const anyRefunds = fc.record({
    amounts: fc.array(anyAmount, { minLength: 1, maxLength: 6 }),
    coinsurance: anyCoinsurance,
    taxBp: fc.constantFrom(0, 600, 1_300),
    /** Which part gives back next, and how much of what it has left. */
    refunds: fc.array(fc.record({ part: fc.nat({ max: 5 }), perMille: fc.integer({ min: 1, max: 1_000 }) }), {
      maxLength: 30,
    }),
  });

  it('never lose or gain a fen under any sequence of partial refunds of any parts, and come to nothing with the last', () => {
    fc.assert(
      fc.property(anyRefunds, ({ amounts, coinsurance, taxBp, refunds }) => {
        const book = new Book();
        const wholeFen = fen(amounts.reduce((sum, amount) => sum + amount, 0));
        let offset = 0;
        const parts = amounts.map((amount, index) => {
          const outTradeNo = outTradeNoFor({ paymentId: partRecordId({ paymentId, partNo: index + 1 }), attempt: 1 });
          const part = { outTradeNo, amountFen: amount, offsetFen: offset, backFen: 0, refunds: 0 };
          offset += amount;
          book.receives(outTradeNo, amount);
          book.post(premiumReceived({ paymentId, outTradeNo, channel: 'alipay', amountFen: fen(amount), at }));
          return part;
        });
        const issued = { paymentId, outTradeNo: 'C', policyNo: 'PL', amountFen: wholeFen, coinsurance, taxBp, at };
        book.post(policyIssued(issued));
        let leftFen: number = wholeFen;
        const giveBack = (part: (typeof parts)[number], refundFen: number): void => {
          if (refundFen === 0) return;
          const { outTradeNo, offsetFen, backFen } = part;
          part.refunds += 1;
          const refundId = `E${part.refunds}`;
          book.givesBack({
            ...{ paymentId, outTradeNo, refundId, refundNo: `${outTradeNo}${refundId}`, refundFen: fen(refundFen) },
            source: 'premiumIncome',
            shared: { coinsurance, taxBp, beforeFen: fen(offsetFen + backFen) },
          });
          part.backFen += refundFen;
          leftFen -= refundFen;
          book.assertComplete(leftFen);
        };
        for (const { part: index, perMille } of refunds) {
          const part = parts[index % parts.length];
          if (part === undefined) continue;
          giveBack(part, Math.ceil(((part.amountFen - part.backFen) * perMille) / 1_000));
          // No insurer is ever more than a fen for each part away from its share of what is left.
          for (const { insurer, grossFen, feeFen } of coinsurance === null
            ? []
            : sharesOf(fen(leftFen), coinsurance).followers) {
            const owedFen = 0 - book.stands(`coinsurancePayable:${insurer}`);
            expect(Math.abs(owedFen - (grossFen - feeFen))).toBeLessThanOrEqual(2 * (parts.length + 1));
          }
        }
        for (const part of parts) giveBack(part, part.amountFen - part.backFen);
        for (const account of [
          'premiumIncome',
          'outputTax',
          'leadFeeIncome',
          ...(coinsurance?.followers ?? []).map(({ insurer }) => `coinsurancePayable:${insurer}`),
        ])
          expect(book.stands(account), account).toBe(0);
      }),
      { numRuns: 3_000 },
    );
  });
});

describe('the money of a cart', () => {
  const anyCart = fc.record({
    items: fc.array(fc.record({ amount: anyAmount, refused: fc.boolean(), coinsurance: anyCoinsurance }), {
      minLength: 1,
      maxLength: 10,
    }),
    allOrNothing: fc.boolean(),
    combined: fc.boolean(),
    paid: fc.array(fc.boolean(), { minLength: 10, maxLength: 10 }),
    refunds: fc.array(fc.record({ item: fc.nat({ max: 9 }), perMille: fc.integer({ min: 1, max: 1_000 }) }), {
      maxLength: 20,
    }),
  });

  it('is the premiums of the items issued, and back for the others, item by item', () => {
    fc.assert(
      fc.property(anyCart, ({ items, allOrNothing, combined, paid, refunds }) => {
        const book = new Book();
        const combineNo = outTradeNoFor({ paymentId: 'K2026112500000001-K', attempt: 1 });
        const all = items.map(({ amount, refused, coinsurance }, index) => ({
          ...{ paymentId: `P20261125${String(index).padStart(8, '0')}`, amountFen: fen(amount), refused, coinsurance },
          outTradeNo: combined ? childTradeNoFor({ combineNo, childNo: index + 1 }) : combineNo,
          isPaid: combined ? paid[index] === true : paid[0] === true,
          backFen: 0,
        }));
        const received = all.filter(({ isPaid }) => isPaid);
        for (const item of received) {
          const { outTradeNo, amountFen } = item;
          book.receives(outTradeNo, amountFen);
          const event = { paymentId: item.paymentId, outTradeNo, channel: 'alipay', amountFen, at };
          book.post(combined ? premiumReceived(event) : itemReceived(event));
        }
        // All or nothing: one refusal, or one that was not paid, takes all of them back.
        const stands = !allOrNothing || (received.length === all.length && !all.some(({ refused }) => refused));
        let premiumFen = 0;
        const insured = received.filter(({ refused }) => stands && !refused);
        for (const item of received) {
          const { outTradeNo, amountFen, coinsurance } = item;
          const of = { paymentId: item.paymentId, outTradeNo };
          if (insured.includes(item)) {
            premiumFen += amountFen;
            book.post(policyIssued({ ...of, policyNo: 'PL', amountFen, coinsurance, at }));
          } else {
            const refundNo = `${outTradeNo}-${item.paymentId}`;
            book.givesBack({ ...of, refundNo, refundId: 'undo-K1', refundFen: amountFen, source: 'premiumInAdvance' });
          }
        }
        book.assertComplete(premiumFen);
        // Later the core asks for parts of them back, each within its own amount though they share a charge.
        for (const [index, { item: no, perMille }] of refunds.entries()) {
          const item = insured[no % Math.max(1, insured.length)];
          if (item === undefined) continue;
          const refundFen = Math.ceil(((item.amountFen - item.backFen) * perMille) / 1_000);
          if (refundFen === 0) continue;
          const { outTradeNo, coinsurance, backFen } = item;
          book.givesBack({
            ...{ paymentId: item.paymentId, outTradeNo, refundId: `E${index}`, refundNo: `${outTradeNo}R${index}` },
            ...{ refundFen: fen(refundFen), source: 'premiumIncome' },
            shared: coinsurance === null ? null : { coinsurance, beforeFen: fen(backFen) },
          });
          item.backFen += refundFen;
          premiumFen -= refundFen;
          book.assertComplete(premiumFen);
        }
      }),
      { numRuns: 3_000 },
    );
  });
});
