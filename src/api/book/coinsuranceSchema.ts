import { z } from 'zod';
import { bookDate } from './ledgerSchema.js';
import { code } from '../http/values.js';

export const coinsuranceStatementQuery = z
  .strictObject({
    insurer: code(32).meta({ description: 'The follower.', examples: ['CPIC'] }),
    from: bookDate,
    to: bookDate,
    format: z.enum(['json', 'csv']).default('json'),
  })
  .refine(({ from, to }) => from <= to, { path: ['to'], error: 'must not be before from' });

const signedAmount = z.int().meta({ description: 'Fen; negative where money goes back.', examples: [38_400] });

const line = z.object({
  bookDate,
  key: z.string().meta({ description: 'Of the journal.' }),
  kind: z.string().meta({ examples: ['PolicyIssued'] }),
  paymentId: z.string(),
  grossFen: signedAmount.meta({ description: 'The follower’s share.' }),
  feeFen: signedAmount.meta({ description: 'What the lead keeps of it.' }),
  netFen: signedAmount.meta({ description: 'What the lead owes the follower.' }),
});

export const coinsuranceStatement = z
  .object({
    insurer: z.string(),
    from: bookDate,
    to: bookDate,
    lines: z.array(line),
    totals: z.object({ grossFen: signedAmount, feeFen: signedAmount, netFen: signedAmount }),
  })
  .meta({ id: 'CoinsuranceStatement' });
export type CoinsuranceStatement = z.input<typeof coinsuranceStatement>;
