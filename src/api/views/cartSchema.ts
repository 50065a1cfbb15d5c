import { z } from 'zod';
import { paymentStatuses } from '../../domain/payment.js';
import { attention, charge, evidence, links, liveChargeSchema, refundSchema } from './paymentSchema.js';
import { sumFen, timeOut } from '../http/values.js';

export const cartId = z
  .string()
  .regex(/^[0-9A-Za-z]{8,24}$/, 'must be 8 to 24 letters and digits')
  .meta({ description: 'Id of the cart, given by the core, unique for ever.', examples: ['K2026112500000001'] });

export const cart = z
  .object({
    cartId: z.string(),
    status: z.enum(paymentStatuses),
    amountFen: sumFen,
    paidFen: sumFen,
    refundedFen: sumFen,
    allOrNothing: z.boolean(),
    combined: z.boolean().meta({ description: 'Whether each item is paid straight to a merchant of its own.' }),
    method: z.object({ channel: z.string(), product: z.string(), terminalId: z.string().exactOptional() }),
    charge: liveChargeSchema.nullable(),
    items: z.array(
      z.object({
        paymentId: z.string(),
        proposalNo: z.string(),
        status: z.enum(paymentStatuses),
        amountFen: sumFen,
        paidFen: sumFen,
        refundedFen: sumFen,
        payee: z.string().nullable(),
        outTradeNo: z.string().nullable(),
        policyNo: z.string().nullable(),
        links: z.object({ self: z.string() }),
      }),
    ),
    charges: z.array(charge),
    refunds: z.array(refundSchema),
    evidence: z.array(evidence),
    attention: z.array(attention),
    timeline: z.array(z.object({ type: z.string(), at: timeOut, detail: z.string() })),
    closeReason: z.string().nullable(),
    createdAt: timeOut,
    expiresAt: timeOut,
    links,
  })
  .meta({ id: 'Cart' });
export type CartView = z.input<typeof cart>;
