import { z } from 'zod';
import { accountKinds } from '../../domain/book/account.js';
import { next, pageQuery, timeOut } from '../http/values.js';

/** A day of the book: Shanghai's. */
export const bookDate = z.iso
  .date({ error: 'must be a day such as 2026-11-22' })
  .meta({ description: 'A day in Shanghai.', examples: ['2026-11-22'] });

const account = z
  .string()
  .regex(
    /^[a-zA-Z]{1,32}(:[0-9A-Za-z_.-]{1,64})?$/,
    'must be an account such as premiumIncome or channelReceivable:alipay',
  )
  .meta({ examples: ['channelReceivable:alipay'] });

export const listJournalsQuery = z.strictObject({
  bookDate,
  account: account.optional(),
  ...pageQuery,
});

export const trialBalanceQuery = z.strictObject({ date: bookDate });

const side = z
  .int()
  .min(0)
  .meta({ description: 'Fen.', examples: [128_000] });

export const chart = z
  .object({
    accounts: z.array(
      z.object({
        account: z.enum(accountKinds).meta({ description: 'Our name of it.' }),
        code: z.string().meta({ description: 'Finance’s code.', examples: ['1122'] }),
        chinese: z.string(),
        english: z.string(),
        grows: z.enum(['debit', 'credit']),
      }),
    ),
  })
  .meta({ id: 'Chart' });

const journal = z
  .object({
    key: z
      .string()
      .meta({ description: 'The business event it records, once.', examples: ['P2026112200000001C1:received'] }),
    kind: z.string().meta({ examples: ['PremiumReceived'] }),
    paymentId: z.string(),
    outTradeNo: z.string().nullable(),
    at: timeOut,
    bookDate,
    lines: z.array(
      z.object({ account: z.string(), debitFen: side, creditFen: side }).meta({ description: 'One side is 0.' }),
    ),
    memo: z.string(),
    reverses: z.string().nullable().meta({ description: 'Key of the journal it takes back.' }),
    sequence: z.int().meta({ description: 'Its number in its day.' }),
    previousHash: z.string(),
    hash: z.string(),
  })
  .meta({ id: 'Journal' });
export type JournalView = z.input<typeof journal>;

export const journalPage = z.object({ journals: z.array(journal), next }).meta({ id: 'JournalPage' });

export const trialBalance = z
  .object({
    date: bookDate,
    accounts: z.array(
      z.object({
        account: z.string(),
        code: z.string(),
        chinese: z.string(),
        english: z.string(),
        debitFen: side.meta({ description: 'All debits up to and including the day, fen.' }),
        creditFen: side.meta({ description: 'All credits up to and including the day, fen.' }),
        balanceFen: z.int().meta({ description: 'What stands on it, on the side on which it grows, fen.' }),
      }),
    ),
    debitFen: side,
    creditFen: side,
    balanced: z.boolean().meta({ description: 'Whether all debits and all credits agree.' }),
  })
  .meta({ id: 'TrialBalance' });
export type TrialBalanceView = z.input<typeof trialBalance>;
