import { describe, expect, it } from 'vitest';
import {
  policyIssued,
  premiumReceived,
  premiumReturned,
  type Journal,
  type JournalEntry,
} from '../src/domain/journal.js';
import { fen } from '../src/domain/money.js';
import { differences } from '../src/ledgerComparison.js';
import { aCharge, aPayment, aRefund, at, paymentId } from './records/examples.js';

const outTradeNo = `${paymentId}C1`;
const money = { paymentId, outTradeNo, amountFen: fen(1_280_00), at };
const received = premiumReceived({ ...money, channel: 'alipay' });
const issued = policyIssued({ coinsurance: null, ...money, policyNo: 'PL1' });
const returned = premiumReturned({
  paymentId,
  outTradeNo,
  refundNo: `${outTradeNo}R1`,
  refundFen: fen(100_00),
  at,
  channel: 'alipay',
});

const chain = { sequence: 1, previousHash: '', hash: '' };
const inBook = (...entries: (JournalEntry & { reverses?: string })[]): Journal[] =>
  entries.map((entry) => ({ reverses: null, ...entry, bookDate: '2026-11-22', chain }));

type Given = Parameters<typeof differences>[0];
const given = (changes: {
  payment?: Partial<Given['payment']>;
  charge?: Partial<Given['charges'][number]>;
  refund?: Partial<Given['refunds'][number]>;
  journals?: Journal[];
}): Given => ({
  payment: {
    ...aPayment(),
    status: 'issued',
    attention: null,
    ...changes.payment,
  } as Given['payment'],
  charges: [{ ...aCharge(), status: 'paid', paidFen: fen(1_280_00), ...changes.charge } as Given['charges'][number]],
  refunds:
    changes.refund === undefined
      ? []
      : [{ ...aRefund(), refundNo: `${outTradeNo}R1`, ...changes.refund } as Given['refunds'][number]],
  journals: changes.journals ?? inBook(received, issued),
});

describe('the book beside the records', () => {
  it('says the same of a payment that was issued, and of a part that went back', () => {
    expect(differences(given({}))).toEqual([]);
    const back = given({ refund: { status: 'refunded' }, journals: inBook(received, issued, returned) });
    expect(differences(back)).toEqual([]);
  });

  it.each<[string, Given, string]>([
    ['a premium nobody booked', given({ journals: inBook(issued) }), 'is paid 128000 fen, and the book says 0'],
    [
      'a premium booked too low',
      given({ charge: { paidFen: fen(1_280_01) } }),
      'is paid 128001 fen, and the book says 128000',
    ],
    [
      'money in the book that no charge has',
      given({ charge: { paidFen: fen(0) } }),
      'is paid 0 fen, and the book says 128000',
    ],
    ['a policy nobody booked', given({ journals: inBook(received) }), 'is issued, and no journal says so'],
    [
      'a policy in the book only',
      given({ payment: { status: 'closed' } }),
      'is closed, and a journal says it is issued',
    ],
    [
      'a refund nobody booked',
      given({ refund: { status: 'refunded' } }),
      'refund R1 is refunded, and no journal says so',
    ],
    [
      'a refund settled otherwise that nobody booked',
      given({ refund: { status: 'settledOutside' } }),
      'refund R1 is settled outside, and no journal says so',
    ],
    [
      'a refund in the book only',
      given({ refund: { status: 'refunding' }, journals: inBook(received, issued, returned) }),
      'refund R1 is refunding, and a journal says the money is back',
    ],
    [
      'a journal that was taken back',
      given({
        journals: inBook(received, issued, {
          ...issued,
          key: `${issued.key}:reversed`,
          kind: 'Reversal',
          reverses: issued.key,
        }),
      }),
      'is issued, and no journal says so',
    ],
  ])('does not hide %s', (_what, of, difference) => {
    const found = differences(of);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(difference);
  });

  it('waits for a person where the facts are in doubt', () => {
    const attention = { reason: 'amountMismatch', detail: '', since: at, decisions: [], workflowId: 'w' };
    const doubtful = given({ payment: { status: 'needsAttention', attention } as never, journals: [] });
    expect(differences(doubtful)).toEqual([]);
  });
});
