import { z } from 'zod';

/** What the insurer's core accepts: the bodies of its three operations. */

export const paymentId = z.string().regex(/^[0-9A-Za-z]{8,24}$/);

export const issueRequest = z.strictObject({
  paymentId,
  proposalNo: z.string().min(1),
  amountFen: z.int().min(1),
  paidAt: z.iso.datetime(),
  channel: z.string().min(1),
  outTradeNo: z.string().min(1),
  channelTradeNo: z.string().min(1),
});

export type IssueRequest = z.infer<typeof issueRequest>;

export const cancelRequest = z.strictObject({ paymentId, reason: z.string().min(1) });
