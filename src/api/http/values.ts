import { z } from 'zod';
import { coreRefundIdPattern, paymentIdPattern } from '../../domain/ids.js';
import type { Fen } from '../../domain/money.js';

/** Values that appear in several bodies, with the words the API document says about them. */

export const paymentId = z
  .string()
  .regex(paymentIdPattern, 'must be 8 to 24 letters and digits')
  .meta({
    description: 'Id of the payment, given by the core, unique for ever.',
    examples: ['P2026112200000001'],
  });

export const refundId = z
  .string()
  .regex(coreRefundIdPattern, 'must be 1 to 32 letters and digits')
  .meta({
    description: 'Id of a refund, given by the core, unique within its payment.',
    examples: ['E20261201'],
  });

/** What a caller may ask to be moved: at least one fen, at most a hundred million yuan (the narrowest channel's limit). */
export const movedFen = z
  .int('must be a whole number of fen')
  .min(1, 'must be at least 1 fen')
  .max(10_000_000_000, 'must be at most 10000000000 fen')
  .meta({ description: 'Amount in fen (1/100 CNY).', examples: [128_000] })
  .transform((amount) => amount as Fen);

export const sumFen = z
  .int()
  .min(0)
  .meta({ description: 'Sum in fen (1/100 CNY).', examples: [128_000] });

/** Any ISO-8601 time with an offset, read as UTC. */
export const timeIn = z.iso
  .datetime({ offset: true, error: 'must be an ISO-8601 time with an offset, such as 2026-11-22T06:30:00Z' })
  .meta({ description: 'ISO-8601 time with an offset.', examples: ['2026-11-22T06:30:00Z'] })
  .transform((text) => new Date(text).toISOString());

export const timeOut = z.string().meta({
  format: 'date-time',
  description: 'ISO-8601 time, UTC.',
  examples: ['2026-11-22T06:30:00.000Z'],
});

/** Text a person wrote: printable, so that a log or a page cannot be forged with it. */
export const line = (lengthMax: number) =>
  z
    .string()
    .min(1, 'must not be empty')
    .max(lengthMax, `must be at most ${lengthMax} characters`)
    .regex(/^[^\p{Cc}\p{Cs}\u2028\u2029]*$/u, 'must not contain control characters');

export const code = (lengthMax: number) =>
  z
    .string()
    .regex(new RegExp(`^[0-9A-Za-z_.-]{1,${lengthMax}}$`), `must be 1 to ${lengthMax} letters, digits, _ . or -`);

export const pageQuery = {
  limit: z.coerce
    .number()
    .int('must be a whole number')
    .min(1, 'must be at least 1')
    .max(200, 'must be at most 200')
    .default(50)
    .meta({ description: 'Rows per page, 1 to 200.', examples: [50] }),
  cursor: z.string().min(1).max(512).optional().meta({ description: '`next` of the page before.' }),
};

export const next = z
  .string()
  .nullable()
  .meta({ description: 'Cursor of the next page, null at the end.', examples: [null] });

export const method = z
  .strictObject({
    channel: code(32),
    product: code(32),
    terminalId: z
      .string()
      .regex(/^[0-9A-Za-z]{1,16}$/, 'must be 1 to 16 letters and digits')
      .exactOptional()
      .meta({ description: 'Where a cashier takes the payment; for channels with terminals.', examples: ['T0000001'] }),
  })
  .meta({ description: 'Channel and its product.', examples: [{ channel: 'alipay', product: 'qr' }] });

export const partId = z
  .string()
  .regex(/^[0-9A-Za-z]{1,32}$/, 'must be 1 to 32 letters and digits')
  .meta({ description: 'Id of a part, given by the core, unique within its payment.', examples: ['life'] });

export const payee = code(32).meta({
  description: 'The entity whose account is paid, as configuration names it; the channel’s own unless said.',
  examples: ['life'],
});
