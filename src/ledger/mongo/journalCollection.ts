import type { Account } from '../../domain/book/account.js';
import type { Journal, JournalKind } from '../../domain/book/journal.js';
import { document, type StoredBy } from '../../platform/document.js';
import {
  anyOf,
  anyText,
  asItIs,
  count,
  day,
  listOf,
  orNull,
  record,
  sha256,
  signedFen,
  text,
  time,
} from '../../platform/fields.js';
import type { CollectionContract } from '../../platform/migrate.js';

interface StoredJournal extends Omit<Journal, 'chain'> {
  /** Of what was asked to be recorded: the same key with other content is refused. */
  contentSha256: string;
  /** Its number in its day, from 1, without gaps. */
  sequence: number;
  previousHash: string;
  hash: string;
}

/** The journal's key is the id: the database itself lets a business event be recorded once only. */
export const journalDocument = document<StoredJournal>()('key', {
  key: text,
  kind: anyOf<JournalKind>({
    PremiumReceived: true,
    LateMoneyReceived: true,
    PaymentRevived: true,
    PolicyIssued: true,
    RefundOwed: true,
    PremiumReturned: true,
    RefundSettledOutside: true,
    Reversal: true,
  }),
  paymentId: text,
  outTradeNo: orNull(text),
  at: time,
  bookDate: day,
  lines: listOf(record({ account: asItIs<Account>(text.schema), amountFen: signedFen }), { minItems: 2 }),
  memo: anyText,
  reverses: orNull(text),
  contentSha256: sha256,
  sequence: count,
  previousHash: sha256,
  hash: sha256,
});

export type JournalDocument = StoredBy<typeof journalDocument>;

export const journalCollection: CollectionContract = {
  name: 'journals',
  schema: journalDocument.schema,
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
  const { contentSha256, sequence, previousHash, hash, ...journal } = journalDocument.read(stored);
  return { ...journal, chain: { sequence, previousHash, hash } };
}
