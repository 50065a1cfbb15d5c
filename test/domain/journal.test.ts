import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RefundSource } from '../../src/domain/book/account.js';
import {
  lateMoneyReceived,
  paymentRevived,
  policyIssued,
  premiumReceived,
  premiumReturned,
  refundOwed,
  refundSettledOutside,
} from '../../src/domain/book/entries.js';
import { assertBalanced, type JournalEntry } from '../../src/domain/book/journal.js';
import { fen, toSignedFen, type Fen, type SignedFen } from '../../src/domain/money.js';

const paymentId = 'P2026112200000001';
const outTradeNo = `${paymentId}C1`;
const refundNo = `${outTradeNo}R1`;
const at = '2026-11-22T06:00:00.000Z';
const charge = { paymentId, outTradeNo, channel: 'alipay', at };
const refund = { paymentId, outTradeNo, refundNo, at };

const everyEntry = (amountFen: Fen): JournalEntry[] => [
  premiumReceived({ ...charge, amountFen }),
  lateMoneyReceived({ ...charge, amountFen }),
  paymentRevived({ paymentId, outTradeNo, at, amountFen }),
  policyIssued({ coinsurance: null, paymentId, outTradeNo, at, amountFen, policyNo: 'PL1' }),
  refundOwed({ shared: null, ...refund, refundFen: amountFen, refundId: 'undo-C1', source: 'premiumInAdvance' }),
  premiumReturned({ ...refund, refundFen: amountFen, channel: 'alipay' }),
  refundSettledOutside({ ...refund, refundFen: amountFen }),
];

/** What each account holds after these journals; accounts at zero are left out. */
function balances(entries: readonly JournalEntry[]): Record<string, number> {
  const held = new Map<string, number>();
  for (const { account, amountFen } of entries.flatMap(({ lines }) => lines)) {
    held.set(account, (held.get(account) ?? 0) + amountFen);
  }
  return Object.fromEntries([...held].filter(([, amountFen]) => amountFen !== 0));
}

describe('a journal', () => {
  it('sums to zero for every business event and every amount', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }).map(fen), (amountFen) => {
        for (const entry of everyEntry(amountFen)) {
          expect(() => {
            assertBalanced(entry.lines);
          }).not.toThrow();
        }
      }),
    );
  });

  it('has a key of its own for the refunds of each payment of a cart, whose ids are unique within their payment only', () => {
    const owed = (item: string, refundId: string) => {
      const back = { ...refund, paymentId: item, outTradeNo: 'K2026112200000001K1', refundFen: fen(1), refundId };
      return refundOwed({ ...back, shared: null, source: 'premiumIncome' }).key;
    };
    const keys = ['E1', 'undo-K1'].flatMap((refundId) => [owed('P2026112200000001', refundId), owed('P2', refundId)]);
    expect(new Set(keys).size).toBe(4);
  });

  it('has a key of its own for every event of a payment, but one for money that came, in time or late', () => {
    const entries = everyEntry(fen(1_280_00));
    const keys = new Set(entries.map(({ key }) => key));
    expect(premiumReceived({ ...charge, amountFen: fen(1) }).key).toBe(
      lateMoneyReceived({ ...charge, amountFen: fen(1) }).key,
    );
    expect(keys.size).toBe(entries.length - 1);
  });

  it('is refused when it is off by a single fen', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 1_000_000 }), fc.constantFrom(-1, 1), (amountFen, off) => {
        const lines = [
          { account: 'bank' as const, amountFen: fen(amountFen) },
          { account: 'refundPayable' as const, amountFen: toSignedFen(-amountFen + off) },
        ];
        expect(() => {
          assertBalanced(lines);
        }).toThrow(`journal lines sum to ${off} fen`);
      }),
    );
  });

  it.each([
    ['has no lines', []],
    ['has one line', [{ account: 'bank' as const, amountFen: fen(0) }]],
    ['moves nothing', everyEntry(fen(1))[0]?.lines.map((line) => ({ ...line, amountFen: fen(0) })) ?? []],
    [
      'holds part of a fen',
      [
        { account: 'bank' as const, amountFen: 0.5 as SignedFen },
        { account: 'refundPayable' as const, amountFen: -0.5 as SignedFen },
      ],
    ],
  ])('is refused when it %s', (_, lines) => {
    expect(() => {
      assertBalanced(lines);
    }).toThrow(RangeError);
  });
});

describe('the book of a payment', () => {
  const amountFen = fen(1_280_00);

  it('ends as income that the channel owes, when the policy was issued', () => {
    const entries = [
      premiumReceived({ ...charge, amountFen }),
      policyIssued({ coinsurance: null, paymentId, outTradeNo, at, amountFen, policyNo: 'PL1' }),
    ];
    expect(balances(entries)).toEqual({ 'channelReceivable:alipay': amountFen, premiumIncome: -Number(amountFen) });
  });

  it('ends empty, when the core refused and the channel gave the money back', () => {
    const entries = [
      premiumReceived({ ...charge, amountFen }),
      refundOwed({ shared: null, ...refund, refundFen: amountFen, refundId: 'undo-C1', source: 'premiumInAdvance' }),
      premiumReturned({ ...refund, refundFen: amountFen, channel: 'alipay' }),
    ];
    expect(balances(entries)).toEqual({});
  });

  it('ends empty, when money came late and was given back', () => {
    const entries = [
      lateMoneyReceived({ ...charge, amountFen }),
      refundOwed({
        shared: null,
        ...refund,
        refundFen: amountFen,
        refundId: 'late-C1',
        source: 'unidentifiedReceipts',
      }),
      premiumReturned({ ...refund, refundFen: amountFen, channel: 'alipay' }),
    ];
    expect(balances(entries)).toEqual({});
  });

  it('ends as if it had come in time, when late money revived the payment', () => {
    const revived = [
      lateMoneyReceived({ ...charge, amountFen }),
      paymentRevived({ paymentId, outTradeNo, at, amountFen }),
    ];
    expect(balances(revived)).toEqual(balances([premiumReceived({ ...charge, amountFen })]));
  });

  it.each<RefundSource>(['premiumInAdvance', 'premiumIncome', 'unidentifiedReceipts'])(
    'takes a refund from %s and pays it from the bank, when the channel refused it for good',
    (source) => {
      const entries = [
        refundOwed({ shared: null, ...refund, refundFen: amountFen, refundId: 'R1', source }),
        refundSettledOutside({ ...refund, refundFen: amountFen }),
      ];
      expect(balances(entries)).toEqual({ [source]: amountFen, bank: -Number(amountFen) });
    },
  );

  it('keeps the tax within a premium apart, and takes back exactly as much of it', () => {
    const event = { coinsurance: null, taxBp: 600, paymentId, outTradeNo, at, policyNo: 'PL1' };
    expect(policyIssued({ ...event, amountFen: fen(1_060_00) }).lines).toEqual([
      { account: 'premiumInAdvance', amountFen: 1_060_00 },
      { account: 'premiumIncome', amountFen: -1_000_00 },
      { account: 'outputTax', amountFen: -60_00 },
    ]);
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10_000_000_000 }),
        fc.integer({ min: 0, max: 9_999 }),
        fc.array(fc.integer({ min: 1, max: 1_000 }), { maxLength: 8 }),
        (amount, taxBp, perMilles) => {
          const entries = [policyIssued({ ...event, taxBp, amountFen: fen(amount) })];
          let beforeFen = 0;
          for (const [index, perMille] of [...perMilles, 1_000].entries()) {
            const refundFen = Math.ceil(((amount - beforeFen) * perMille) / 1_000);
            if (refundFen === 0) break;
            const shared = { coinsurance: null, taxBp, beforeFen: fen(beforeFen) };
            const owed = { ...refund, shared, refundId: `E${index}`, refundFen: fen(refundFen) };
            entries.push(refundOwed({ ...owed, source: 'premiumIncome' }));
            beforeFen += refundFen;
          }
          expect(beforeFen).toBe(amount);
          const { premiumIncome = 0, outputTax = 0 } = balances(entries);
          expect([premiumIncome, outputTax]).toEqual([0, 0]);
        },
      ),
    );
  });
});
