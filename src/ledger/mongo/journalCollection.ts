import type { Journal, JournalKind, JournalLine } from '../../domain/book/journal.js';
import type { CollectionContract } from '../../platform/migration.js';
import { readSignedFen, readTime, type StoredFen } from '../../platform/stored.js';
import {
  allOf,
  anyText,
  count,
  listOf,
  oneOf,
  orNull,
  record,
  sha256,
  signedFen,
  text,
  time,
} from '../../platform/validator.js';

export type JournalDocument = Omit<Journal, 'key' | 'at' | 'lines' | 'chain'> & {
  /** The journal's key: the database itself lets a business event be recorded once only. */
  _id: string;
  at: Date;
  lines: LineDocument[];
  /** Of what was asked to be recorded: the same key with other content is refused. */
  contentSha256: string;
  /** Its number in its day, from 1, without gaps. */
  sequence: number;
  previousHash: string;
  hash: string;
};
type LineDocument = Omit<JournalLine, 'amountFen'> & { amountFen: StoredFen };

const kinds = allOf<JournalKind>({
  PremiumReceived: true,
  LateMoneyReceived: true,
  PaymentRevived: true,
  PolicyIssued: true,
  RefundOwed: true,
  PremiumReturned: true,
  RefundSettledOutside: true,
  Reversal: true,
});

export const journalCollection: CollectionContract = {
  name: 'journals',
  schema: record({
    _id: text,
    kind: oneOf(kinds),
    paymentId: text,
    outTradeNo: orNull(text),
    at: time,
    bookDate: { bsonType: 'string', pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' },
    lines: listOf(record({ account: text, amountFen: signedFen }), { minItems: 2 }),
    memo: anyText,
    reverses: orNull(text),
    contentSha256: sha256,
    sequence: count,
    previousHash: sha256,
    hash: sha256,
  }),
  // The ledger checks this before it writes; MongoDB checks it again for everybody else who may write.
  also: { $expr: { $eq: [{ $sum: '$lines.amountFen' }, 0] } },
  indexes: [
    { name: 'byPayment', key: { paymentId: 1, at: 1 } },
    // Two writers cannot both be the next of a day: the later one reads the end again.
    { name: 'onePlaceInTheDay', key: { bookDate: 1, sequence: 1 }, unique: true },
    { name: 'byAccount', key: { 'lines.account': 1, bookDate: 1 } },
  ],
};

export function readJournal(stored: JournalDocument): Journal {
  return {
    key: stored._id,
    kind: stored.kind,
    paymentId: stored.paymentId,
    outTradeNo: stored.outTradeNo,
    at: readTime(stored.at),
    lines: stored.lines.map(({ account, amountFen }) => ({ account, amountFen: readSignedFen(amountFen) })),
    memo: stored.memo,
    bookDate: stored.bookDate,
    reverses: stored.reverses,
    chain: { sequence: stored.sequence, previousHash: stored.previousHash, hash: stored.hash },
  };
}
