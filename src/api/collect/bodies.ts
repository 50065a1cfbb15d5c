import { z } from 'zod';
import { paymentStatuses } from '../../domain/payment.js';
import { code, line, movedFen, pageQuery, paymentId, timeIn } from '../http/values.js';
import { coinsurance, payer } from '../views/paymentSchema.js';
import { checkSplit, parts, slice, splitRule } from './splitBody.js';
import { method, partId } from '../http/values.js';

export const openPaymentBody = z
  .strictObject({
    paymentId,
    proposalNo: code(64).meta({ examples: ['TP2026110001'] }),
    productCode: code(32).meta({
      description: 'Insurance product; decides what becomes of late money.',
      examples: ['AUTO-CI'],
    }),
    amountFen: movedFen,
    currency: z.literal('CNY'),
    subject: line(127).meta({ description: 'What the payer reads at the cashier.', examples: ['机动车商业保险'] }),
    payer: payer.optional(),
    method: method.optional().meta({ description: 'How it is paid; a payment in `parts` says so for each part.' }),
    parts: parts.optional(),
    slice: slice.optional(),
    rule: splitRule.optional(),
    coinsurance: coinsurance.optional(),
    expiresAt: timeIn
      .optional()
      .meta({ description: 'When the payer can no longer pay. Default: 30 minutes from now.' }),
  })
  .superRefine(checkSplit)
  .meta({ id: 'OpenPayment' });
export type OpenPaymentBody = z.output<typeof openPaymentBody>;

export const switchMethodBody = z
  .strictObject({
    method,
    payer: payer
      .optional()
      .meta({ description: 'What the new method needs to know of the payer beside what is known.' }),
  })
  .meta({ id: 'SwitchMethod' });
export type SwitchMethodBody = z.output<typeof switchMethodBody>;

export const cancelBody = z
  .strictObject({ reason: line(200).meta({ examples: ['proposal withdrawn'] }) })
  .meta({ id: 'CancelPayment' });

export const listPaymentsQuery = z.strictObject({
  status: z.enum(paymentStatuses).optional(),
  channel: code(32).optional(),
  proposalNo: code(64).optional(),
  policyNo: code(64).optional(),
  outTradeNo: code(64).optional(),
  from: timeIn.optional().meta({ description: 'Created at or after.' }),
  to: timeIn.optional().meta({ description: 'Created before.' }),
  ...pageQuery,
});

export const partPath = z.object({ paymentId, partId });
