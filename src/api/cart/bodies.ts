import { z } from 'zod';
import { itemsMax } from '../../domain/ids.js';
import { code, line, movedFen, paymentId, timeIn } from '../http/values.js';
import { method, payee } from '../http/values.js';
import { cartId } from '../views/cartSchema.js';
import { coinsurance, payer } from '../views/paymentSchema.js';

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
