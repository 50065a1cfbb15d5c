import { z } from 'zod';
import { itemsMax } from '../../domain/ids.js';
import { paymentStatuses } from '../../domain/payment.js';
import { attention, charge, coinsurance, evidence, links, liveCharge, payer, refund } from './payments.js';
import { method, payee } from './split.js';
import { code, line, movedFen, paymentId, sumFen, timeIn, timeOut } from './values.js';

const cartId = z
  .string()
  .regex(/^[0-9A-Za-z]{8,24}$/, 'must be 8 to 24 letters and digits')
  .meta({ description: 'Id of the cart, given by the core, unique for ever.', examples: ['K2026112500000001'] });

export const cartPath = z.object({ cartId });

const item = z
  .strictObject({
    paymentId,
    proposalNo: code(64).meta({ examples: ['TP2026110001'] }),
    productCode: code(32).meta({ examples: ['AUTO-CI'] }),
    amountFen: movedFen,
    subject: line(127).optional().meta({ description: 'As the cart’s unless said.' }),
    payee: payee.optional(),
    coinsurance: coinsurance.optional(),
  })
  .meta({ id: 'CartItem' });

export const openCartBody = z
  .strictObject({
    cartId,
    items: z
      .array(item)
      .min(1, 'must name an item')
      .max(itemsMax, `must be at most ${itemsMax}`)
      .meta({ description: 'Payments that are paid in one go, each issued by itself.' }),
    currency: z.literal('CNY'),
    subject: line(127).meta({ description: 'What the payer reads at the cashier.', examples: ['保险费'] }),
    payer: payer.optional(),
    method,
    allOrNothing: z
      .boolean()
      .default(false)
      .meta({ description: 'One item the core refuses cancels the issued ones and sends everything back.' }),
    expiresAt: timeIn
      .optional()
      .meta({ description: 'When the payer can no longer pay. Default: 30 minutes from now.' }),
  })
  .superRefine(({ items }, context) => {
    const ids = items.map((each) => each.paymentId);
    const twice = ids.findIndex((id, index) => ids.indexOf(id) !== index);
    if (twice > 0)
      context.addIssue({ code: 'custom', path: ['items', twice, 'paymentId'], message: 'is named before' });
    const sum = items.reduce((total, { amountFen }) => total + amountFen, 0);
    if (sum > 10_000_000_000)
      context.addIssue({ code: 'custom', path: ['items'], message: 'must come to at most 10000000000 fen' });
  })
  .meta({ id: 'OpenCart' });
export type OpenCartBody = z.output<typeof openCartBody>;

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
    charge: liveCharge.nullable(),
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
    refunds: z.array(refund),
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
