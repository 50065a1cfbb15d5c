import type { Journal, JournalEntry } from '../../../src/domain/book/journal.js';
import { fen } from '../../../src/domain/money.js';
import type { ChargeRecord } from '../../../src/records/charges.js';
import type { PaymentRecord } from '../../../src/records/payments.js';
import { aCharge, type aPayment } from '../../records/examples.js';

const chain = { sequence: 1, previousHash: '', hash: '' };
export const inBook = (...entries: (JournalEntry & { reverses?: string })[]): Journal[] =>
  entries.map((entry) => ({ reverses: null, ...entry, bookDate: '2026-11-22', chain }));

/** A record as it stands once its workflow has ended. */
export const record = (asked: ReturnType<typeof aPayment>, changes: Partial<PaymentRecord> = {}): PaymentRecord =>
  ({
    ...asked,
    status: 'issued',
    versions: { payment: 3 },
    paidFen: fen(0),
    outTradeNo: null,
    ...changes,
  }) as PaymentRecord;
export const charge = (changes: Partial<ChargeRecord> = {}) =>
  ({ ...aCharge(), status: 'paid', paidFen: fen(1_280_00), ...changes }) as ChargeRecord;
/** Nothing beside the record itself. */
export const alone = {
  charges: [],
  refunds: [],
  journals: [],
  members: [],
  memberJournals: [],
  whole: null,
  waiting: new Set<string>(),
} as const;
