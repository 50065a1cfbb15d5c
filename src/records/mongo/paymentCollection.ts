import { paymentStatuses, type PaymentEvent } from '../../domain/payment.js';
import type { CartItem, PaymentShape, PlannedPart } from '../../domain/shape.js';
import type { PaymentTerms } from '../../domain/terms.js';
import { document, type StoredBy } from '../../platform/document.js';
import {
  anyOf,
  anyText,
  asItIs,
  count,
  fenAmount,
  listOf,
  milliseconds,
  oneOf,
  open,
  orNull,
  positiveFen,
  record,
  recordWith,
  text,
  time,
} from '../../platform/fields.js';
import type { CollectionContract } from '../../platform/migrate.js';
import type { Payer, PaymentRecord } from '../payments.js';

const basisPoints = asItIs<number>({ bsonType: 'int', minimum: 0, maximum: 10_000 });
const insurer = record({ insurer: text, shareBp: basisPoints });
export const timelineEvent = record({
  type: asItIs<PaymentEvent['type']>(text.schema),
  at: time,
  detail: anyText,
});
const amountAndChannel = { amountFen: positiveFen, channel: text };

export const paymentDocument = document<PaymentRecord>()('paymentId', {
  // The id the core gave, and what a part or a cart adds to it.
  paymentId: asItIs<string>({ bsonType: 'string', pattern: '^[0-9A-Za-z]{8,24}(-S[0-9]{2}|-K)?$' }),
  proposalNo: text,
  productCode: text,
  amountFen: positiveFen,
  currency: oneOf(['CNY']),
  subject: text,
  payer: orNull(recordWith<Payer>()({}, { name: anyText, mobile: anyText, openid: anyText, clientIp: anyText })),
  coinsurance: orNull(record({ lead: insurer, followers: listOf(insurer, { minItems: 1 }), leadFeeBp: basisPoints })),
  shape: open<PaymentShape>()(
    { kind: anyOf<PaymentShape['kind']>({ plain: true, split: true, part: true, cart: true, item: true }) },
    {
      parts: listOf(open<PlannedPart>()({ partId: text, partNo: count, ...amountAndChannel }), { minItems: 1 }),
      items: listOf(open<CartItem>()({ paymentId: text, ...amountAndChannel }), { minItems: 1 }),
      offsetFen: fenAmount,
    },
  ),
  method: recordWith<PaymentRecord['method']>()({ channel: text, product: text }, { terminalId: text }),
  expiresAt: time,
  requestHash: text,
  terms: open<PaymentTerms>()({
    queryGapsMs: listOf(milliseconds),
    refundGapsMs: listOf(milliseconds),
    closeMarginMs: milliseconds,
    issueDeadlineMs: milliseconds,
    latePayment: oneOf(['refund', 'revive']),
  }),
  merchantId: anyText,
  status: oneOf(paymentStatuses),
  versions: asItIs<Readonly<Record<string, number>>>({ bsonType: 'object', additionalProperties: count.schema }),
  paidFen: fenAmount,
  outTradeNo: orNull(text),
  policyNo: orNull(text),
  issuedAt: orNull(time),
  closeReason: orNull(anyText),
  timeline: listOf(timelineEvent),
  createdAt: time,
  updatedAt: time,
});

export type PaymentDocument = StoredBy<typeof paymentDocument>;

export const paymentCollection: CollectionContract = {
  name: 'payments',
  schema: paymentDocument.schema,
  indexes: [
    { name: 'newest', key: { createdAt: -1, _id: -1 } },
    { name: 'byStatus', key: { status: 1, createdAt: -1, _id: -1 } },
    { name: 'byChannel', key: { 'method.channel': 1, createdAt: -1, _id: -1 } },
    { name: 'byProposal', key: { proposalNo: 1, createdAt: -1, _id: -1 } },
    { name: 'ofSplit', key: { 'shape.of': 1 }, partialFilterExpression: { 'shape.of': { $exists: true } } },
    { name: 'ofCart', key: { 'shape.cartId': 1 }, partialFilterExpression: { 'shape.cartId': { $exists: true } } },
    {
      name: 'byAskedChannelOfPart',
      key: { 'shape.parts.method.channel': 1, createdAt: -1, _id: -1 },
      partialFilterExpression: { 'shape.parts.method.channel': { $exists: true } },
    },
    {
      name: 'byChannelOfPart',
      key: { 'shape.parts.channel': 1, createdAt: -1, _id: -1 },
      partialFilterExpression: { 'shape.parts.channel': { $exists: true } },
    },
    { name: 'byPolicy', key: { policyNo: 1, createdAt: -1, _id: -1 } },
  ],
};
