import { z } from 'zod';
import { wholeBp } from '../../domain/coinsurance.js';
import { decisions, paymentStatuses } from '../../domain/payment.js';
import { code, line, movedFen, next, pageQuery, paymentId, refundId, sumFen, timeIn, timeOut } from './values.js';

const method = z
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

const payer = z
  .strictObject({
    name: line(64).exactOptional(),
    mobile: z
      .string()
      .regex(/^\+?\d{5,20}$/, 'must be a telephone number')
      .exactOptional(),
    openid: z
      .string()
      .regex(/^[\w-]{1,128}$/, 'must be an openid')
      .exactOptional()
      .meta({ description: 'The payer’s id at our WeChat application; needed for `jsapi`.' }),
    clientIp: z
      .union([z.ipv4(), z.ipv6()], { error: 'must be an IP address' })
      .exactOptional()
      .meta({ description: 'Where the payer’s browser is; needed for `h5`.' }),
  })
  .meta({ id: 'Payer', description: 'Personal data: kept in the database only, shown to core and ops only.' });

const shareBp = z
  .int('must be a whole number of basis points')
  .min(1, 'must be at least 1')
  .max(9_999, 'must be at most 9999')
  .meta({ description: 'Share, basis points (1/10000).', examples: [6_000] });

const insurer = z.strictObject({
  insurer: code(32).meta({ description: 'Finance’s code of the insurer.', examples: ['PICC'] }),
  shareBp,
});

const coinsurance = z
  .strictObject({
    lead: insurer,
    followers: z.array(insurer).min(1, 'must name a follower').max(20, 'must be at most 20'),
    leadFeeBp: z
      .int('must be a whole number of basis points')
      .min(0, 'must be at least 0')
      .max(9_999, 'must be at most 9999')
      .meta({ description: 'What the lead keeps of each follower’s share, basis points.', examples: [500] }),
  })
  .superRefine(({ lead, followers }, context) => {
    const sumBp = [lead, ...followers].reduce((sum, each) => sum + each.shareBp, 0);
    if (sumBp !== wholeBp) {
      context.addIssue({ code: 'custom', path: ['followers'], message: `and the lead must share 10000, not ${sumBp}` });
    }
    const names = [lead, ...followers].map(({ insurer: name }) => name);
    const twice = names.findIndex((name, index) => names.indexOf(name) !== index);
    if (twice > 0) {
      context.addIssue({ code: 'custom', path: ['followers', twice - 1, 'insurer'], message: 'is named before' });
    }
  })
  .meta({ id: 'Coinsurance', description: 'Several insurers share the policy; the lead collects all of it.' });

export const openPaymentBody = z
  .strictObject({
    paymentId,
    proposalNo: code(64).meta({ examples: ['TP2026110001'] }),
    productCode: code(32).meta({
      description: 'Insurance product; decides the policy for late money.',
      examples: ['AUTO-CI'],
    }),
    amountFen: movedFen,
    currency: z.literal('CNY'),
    subject: line(127).meta({ description: 'What the payer reads at the cashier.', examples: ['机动车商业保险'] }),
    payer: payer.optional(),
    method,
    coinsurance: coinsurance.optional(),
    expiresAt: timeIn
      .optional()
      .meta({ description: 'When the payer can no longer pay. Default: 30 minutes from now.' }),
  })
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

export const resolutionBody = z
  .strictObject({
    decision: z
      .enum(decisions)
      .meta({ description: 'One of the decisions the open case lists.', examples: ['recheck'] }),
    reason: line(500).meta({
      description: 'Kept with who and when.',
      examples: ['confirmed with the channel by telephone'],
    }),
    refundId: z
      .string()
      .regex(/^[0-9A-Za-z-]{1,40}$/, 'must be a refund id')
      .optional()
      .meta({ description: 'Which refund is meant, when several wait.' }),
  })
  .meta({ id: 'Resolution' });

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

export const paymentPath = z.object({ paymentId });
export const refundPath = z.object({
  paymentId,
  refundId: z.string().meta({ description: 'Id of a refund; ours hold a hyphen.', examples: ['E20261201'] }),
});

const status = z.enum(paymentStatuses).meta({ description: 'Where the payment stands.' });

const cashier = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('qr'), code: z.string() }).meta({ description: 'Show this text as a QR code.' }),
    z.object({ kind: z.literal('redirect'), url: z.string() }).meta({ description: 'Send the payer’s browser here.' }),
    z
      .object({ kind: z.literal('form'), action: z.string(), fields: z.record(z.string(), z.string()) })
      .meta({ description: 'Post these fields from the payer’s browser.' }),
    z
      .object({ kind: z.literal('script'), parameters: z.record(z.string(), z.string()) })
      .meta({ description: 'Hand these parameters to the channel’s script in the payer’s app.' }),
    z
      .object({ kind: z.literal('terminal'), terminalId: z.string(), orderNo: z.string() })
      .meta({ description: 'A cashier takes the payment at this terminal.' }),
  ])
  .meta({ id: 'Cashier', examples: [{ kind: 'qr', code: 'https://qr.alipay.com/bax03431ljhokirwl38f00a7' }] });

const liveCharge = z
  .object({ outTradeNo: z.string(), channel: z.string(), product: z.string(), cashier: cashier.nullable() })
  .meta({ id: 'LiveCharge', description: 'The charge the payer can pay now, or paid.' });

const links = z.object({
  self: z.string().meta({ examples: ['/v1/payments/P2026112200000001'] }),
  temporal: z.string().meta({ description: 'The whole story, for engineers.' }),
});

const attention = z
  .object({
    refundId: z.string().optional().meta({ description: 'Present when a refund waits, not the payment.' }),
    reason: z.string().meta({ examples: ['amountMismatch'] }),
    detail: z.string(),
    since: timeOut,
    decisions: z.array(z.enum(decisions)).meta({ description: 'What an operator may decide.' }),
  })
  .meta({ id: 'Attention', description: 'A case that waits for a person.' });

/** What a caller needs who opens or changes a payment. */
export const openedPayment = z
  .object({
    paymentId,
    status,
    amountFen: sumFen,
    paidFen: sumFen,
    refundedFen: sumFen,
    charge: liveCharge.nullable(),
    expiresAt: timeOut,
    links,
  })
  .meta({ id: 'OpenedPayment' });
export type OpenedPayment = z.input<typeof openedPayment>;

const listedPayment = z
  .object({
    paymentId,
    proposalNo: z.string(),
    productCode: z.string(),
    status,
    amountFen: sumFen,
    paidFen: sumFen,
    refundedFen: sumFen,
    currency: z.literal('CNY'),
    subject: z.string(),
    payer: payer.nullable().optional().meta({ description: 'For core and ops only.' }),
    coinsurance: coinsurance.nullable(),
    method: z
      .object({ channel: z.string(), product: z.string(), terminalId: z.string().exactOptional() })
      .meta({ description: 'The method asked for last.' }),
    outTradeNo: z.string().nullable(),
    policyNo: z.string().nullable(),
    issuedAt: timeOut.nullable(),
    closeReason: z.string().nullable(),
    attention: z.array(attention),
    createdAt: timeOut,
    updatedAt: timeOut,
    expiresAt: timeOut,
    links,
  })
  .meta({ id: 'ListedPayment' });
export type ListedPayment = z.input<typeof listedPayment>;

const charge = z
  .object({
    outTradeNo: z.string(),
    channel: z.string(),
    product: z.string(),
    status: z.enum(['opening', 'open', 'closing', 'closed', 'refused', 'paid']),
    amountFen: sumFen,
    paidFen: sumFen,
    tradeNo: z.string().nullable().meta({ description: 'The channel’s number of the payment.' }),
    paidAt: timeOut.nullable(),
    orderedAt: timeOut,
    expiresAt: timeOut,
  })
  .meta({ id: 'Charge' });

export const refund = z
  .object({
    paymentId: z.string(),
    refundId: z.string(),
    outTradeNo: z.string(),
    refundNo: z.string().meta({ description: 'Number of the current attempt at the channel.' }),
    amountFen: sumFen,
    reason: z.string(),
    origin: z.enum(['core', 'undo', 'late']).meta({
      description: 'Asked for by the core; the policy was refused; money came late or twice.',
    }),
    status: z.enum(['requested', 'refunding', 'refunded', 'settledOutside', 'needsAttention']),
    createdAt: timeOut,
    refundedAt: timeOut.nullable(),
    links,
  })
  .meta({ id: 'Refund' });
export type RefundView = z.input<typeof refund>;

export const evidence = z
  .object({
    evidenceId: z.string(),
    source: z.enum(['callback', 'query', 'statement', 'operator']),
    outTradeNo: z.string().nullable(),
    outcome: z.string().nullable().meta({ description: 'What it says of the charge, null when it is not about one.' }),
    paidFen: sumFen.nullable(),
    signature: z.enum(['valid', 'invalid', 'absent']),
    rejected: z.string().nullable(),
    receivedAt: timeOut,
  })
  .meta({ id: 'Evidence', description: 'One fact about a charge.' });

export const payment = listedPayment
  .extend({
    charge: liveCharge.nullable(),
    charges: z.array(charge),
    refunds: z.array(refund),
    evidence: z.array(evidence),
    timeline: z.array(z.object({ type: z.string(), at: timeOut, detail: z.string() })),
  })
  .meta({ id: 'Payment' });
export type PaymentView = z.input<typeof payment>;

export const resolved = z.object({ paymentId, status }).meta({ id: 'Resolved' });

export const paymentPage = z.object({ payments: z.array(listedPayment), next }).meta({ id: 'PaymentPage' });

export const refundBody = z
  .strictObject({ refundId, amountFen: movedFen, reason: line(200).meta({ examples: ['endorsement 1'] }) })
  .meta({ id: 'RequestRefund' });
export type RefundBody = z.output<typeof refundBody>;
