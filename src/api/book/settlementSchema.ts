import { z } from 'zod';
import { bookDate } from './ledgerSchema.js';
import { code, next, pageQuery, timeOut } from '../http/values.js';

export const expectedSettlementsQuery = z.strictObject({
  date: bookDate,
  channel: code(32).optional(),
  ...pageQuery,
});

const amount = z
  .int()
  .min(0)
  .meta({ description: 'Fen, before the channel’s fee.', examples: [128_000] });

export const expectedSettlements = z
  .object({
    date: bookDate,
    channels: z.array(
      z.object({
        channel: z.string(),
        account: z.string().meta({ description: 'Where it should arrive.' }),
        collectedFen: amount,
        givenBackFen: amount,
        netFen: z.int().meta({ description: 'What should arrive, fen; negative when more went back than came.' }),
        count: z.int(),
      }),
    ),
    amounts: z.array(
      z.object({
        key: z.string().meta({ description: 'Of the journal it follows from.' }),
        channel: z.string(),
        paymentId: z.string(),
        outTradeNo: z.string().nullable(),
        amountFen: z.int().meta({ description: 'Positive: to arrive; negative: held back. Fen.' }),
        at: timeOut,
        dueDay: bookDate,
        account: z.string(),
      }),
    ),
    next,
  })
  .meta({ id: 'ExpectedSettlements' });
export type ExpectedSettlements = z.input<typeof expectedSettlements>;
