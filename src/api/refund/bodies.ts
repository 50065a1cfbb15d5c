import { z } from 'zod';
import { line, movedFen, paymentId, refundId } from '../http/values.js';
import { partId } from '../http/values.js';

export const refundBody = z
  .strictObject({
    refundId,
    amountFen: movedFen,
    reason: line(200).meta({ examples: ['endorsement 1'] }),
    partId: partId.optional().meta({ description: 'Of a split payment: the part whose money goes back.' }),
  })
  .meta({ id: 'RequestRefund' });
export type RefundBody = z.output<typeof refundBody>;

export const refundPath = z.object({
  paymentId,
  refundId: z.string().meta({ description: 'Id of a refund; ours hold a hyphen.', examples: ['E20261201'] }),
});
