import { z } from 'zod';
import { wholeBp } from '../../domain/book/coinsurance.js';
import { decisions } from '../../domain/review.js';
import { paymentStatuses } from '../../domain/payment.js';
import { settlementPaces, splitRules } from '../../domain/shape.js';
import { code, line, next, paymentId, sumFen, timeOut } from '../http/values.js';

export const payer = z
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

export const coinsurance = z
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

export const paymentPath = z.object({ paymentId });

export const status = z.enum(paymentStatuses).meta({ description: 'Where the payment stands.' });

const partStatus = z
  .enum([...paymentStatuses, 'planned'])
  .meta({ description: 'Where the part stands; `planned`: its turn has not come.' });

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

export const liveChargeSchema = z
  .object({ outTradeNo: z.string(), channel: z.string(), product: z.string(), cashier: cashier.nullable() })
  .meta({ id: 'LiveCharge', description: 'The charge the payer can pay now, or paid.' });

export const links = z.object({
  self: z.string().meta({ examples: ['/v1/payments/P2026112200000001'] }),
  temporal: z.string().meta({ description: 'The whole story, for engineers.' }),
  cart: z.string().optional().meta({ description: 'Of an item of a cart.' }),
});

export const attention = z
  .object({
    reviewId: z.string().meta({ description: 'Where it is decided: `POST /v1/reviews/{reviewId}/decision`.' }),
    refundId: z.string().optional().meta({ description: 'Present when a refund waits, not the payment.' }),
    partId: z.string().optional().meta({ description: 'Present when it is about one part of a split payment.' }),
    paymentId: z.string().optional().meta({ description: 'Of a cart: present when it is about one of its items.' }),
    reason: z.string().meta({ examples: ['amountMismatch'] }),
    detail: z.string(),
    since: timeOut,
    decisions: z.array(z.enum(decisions)).meta({ description: 'What an operator may decide.' }),
  })
  .meta({ id: 'Attention', description: 'A case that waits for a person.' });

const openedPart = z
  .object({
    partId: z.string(),
    status: partStatus,
    amountFen: sumFen,
    paidFen: sumFen,
    charge: liveChargeSchema.nullable(),
  })
  .meta({ id: 'OpenedPart' });

/** What a caller needs who opens or changes a payment. */
export const openedPayment = z
  .object({
    paymentId,
    status,
    amountFen: sumFen,
    paidFen: sumFen,
    refundedFen: sumFen,
    charge: liveChargeSchema.nullable(),
    parts: z.array(openedPart).optional().meta({ description: 'Of a split payment.' }),
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
    split: z
      .object({ rule: z.enum(splitRules), serial: z.boolean(), parts: z.int() })
      .nullable()
      .meta({ description: 'How many parts it is collected in; null for a payment in one.' }),
    cart: z
      .object({ cartId: z.string(), itemNo: z.int() })
      .nullable()
      .meta({ description: 'The cart it is an item of.' }),
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

export const charge = z
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

export const refundSchema = z
  .object({
    paymentId: z.string(),
    partId: z.string().optional().meta({ description: 'The part of a split payment that it is of.' }),
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
export type RefundView = z.input<typeof refundSchema>;

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

const part = z
  .object({
    partId: z.string(),
    partNo: z.int(),
    status: partStatus,
    amountFen: sumFen,
    paidFen: sumFen,
    refundedFen: sumFen,
    payee: z.string().nullable(),
    settlement: z.enum(settlementPaces).nullable(),
    share: z.int().nullable(),
    method: z.object({ channel: z.string(), product: z.string(), terminalId: z.string().exactOptional() }),
    charge: liveChargeSchema.nullable(),
    expiresAt: timeOut,
    closeReason: z.string().nullable(),
    timeline: z.array(z.object({ type: z.string(), at: timeOut, detail: z.string() })),
    links: z.object({ temporal: z.string() }),
  })
  .meta({ id: 'Part', description: 'One part of a split payment.' });
export type PartView = z.input<typeof part>;

export const payment = listedPayment
  .extend({
    charge: liveChargeSchema.nullable(),
    leftFen: sumFen.meta({ description: 'What is still to be paid, while it can be.' }),
    parts: z.array(part).optional().meta({ description: 'Of a split payment.' }),
    charges: z.array(charge),
    refunds: z.array(refundSchema),
    evidence: z.array(evidence),
    timeline: z.array(z.object({ type: z.string(), at: timeOut, detail: z.string() })),
  })
  .meta({ id: 'Payment' });
export type PaymentView = z.input<typeof payment>;

export const paymentPage = z.object({ payments: z.array(listedPayment), next }).meta({ id: 'PaymentPage' });
