import { paymentStatuses, type PaymentEvent } from '../../domain/payment.js';
import type { CartItem, PaymentShape, PlannedPart } from '../../domain/shape.js';
import type { CollectionContract } from '../../platform/migration.js';
import {
  readFen,
  readTime,
  readTimeOrNull,
  storeFen,
  storeTime,
  storeTimeOrNull,
  type StoredFen,
} from '../../platform/stored.js';
import {
  allOf,
  anyText,
  count,
  fenAmount,
  listOf,
  milliseconds,
  oneOf,
  openRecord,
  orNull,
  positiveFen,
  record,
  recordWith,
  text,
  time,
} from '../../platform/validator.js';
import type { PaymentRecord } from '../payments.js';

type StoredTimes = 'expiresAt' | 'issuedAt' | 'createdAt' | 'updatedAt';

export type PaymentDocument = Omit<
  PaymentRecord,
  'paymentId' | 'amountFen' | 'paidFen' | 'shape' | 'timeline' | StoredTimes
> & {
  _id: string;
  shape: StoredShape;
  amountFen: StoredFen;
  paidFen: StoredFen;
  timeline: EventDocument[];
  expiresAt: Date;
  issuedAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
};
type StoredShape =
  | Exclude<PaymentShape, { kind: 'split' | 'part' | 'cart' }>
  | (Omit<Extract<PaymentShape, { kind: 'split' }>, 'parts'> & { parts: WithStoredAmount<PlannedPart>[] })
  | (Omit<Extract<PaymentShape, { kind: 'part' }>, 'offsetFen'> & { offsetFen: StoredFen })
  | (Omit<Extract<PaymentShape, { kind: 'cart' }>, 'items'> & { items: WithStoredAmount<CartItem>[] });
type WithStoredAmount<Row> = Omit<Row, 'amountFen'> & { amountFen: StoredFen };
export type EventDocument = Omit<PaymentEvent, 'at'> & { at: Date };

const basisPoints = { bsonType: 'int', minimum: 0, maximum: 10_000 };
const insurer = record({ insurer: text, shareBp: basisPoints });

const kinds = allOf<PaymentShape['kind']>({ plain: true, split: true, part: true, cart: true, item: true });

export const paymentCollection: CollectionContract = {
  name: 'payments',
  schema: record({
    // The id the core gave, and what a part or a cart adds to it.
    _id: { bsonType: 'string', pattern: '^[0-9A-Za-z]{8,24}(-S[0-9]{2}|-K)?$' },
    proposalNo: text,
    productCode: text,
    amountFen: positiveFen,
    currency: oneOf(['CNY']),
    subject: text,
    payer: orNull(recordWith({}, { name: anyText, mobile: anyText, openid: anyText, clientIp: anyText })),
    coinsurance: orNull(
      record({
        lead: insurer,
        followers: listOf(insurer, { minItems: 1 }),
        leadFeeBp: basisPoints,
      }),
    ),
    shape: {
      bsonType: 'object',
      required: ['kind'],
      properties: {
        kind: oneOf(kinds),
        parts: listOf(openRecord({ partId: text, partNo: count, amountFen: positiveFen, channel: text }), {
          minItems: 1,
        }),
        items: listOf(openRecord({ paymentId: text, amountFen: positiveFen, channel: text }), { minItems: 1 }),
        offsetFen: fenAmount,
      },
    },
    method: recordWith({ channel: text, product: text }, { terminalId: text }),
    expiresAt: time,
    requestHash: text,
    terms: openRecord({
      queryGapsMs: listOf(milliseconds),
      refundGapsMs: listOf(milliseconds),
      closeMarginMs: milliseconds,
      issueDeadlineMs: milliseconds,
      latePayment: oneOf(['refund', 'revive']),
    }),
    merchantId: anyText,
    status: oneOf(paymentStatuses),
    versions: { bsonType: 'object', additionalProperties: count },
    paidFen: fenAmount,
    outTradeNo: orNull(text),
    policyNo: orNull(text),
    issuedAt: orNull(time),
    closeReason: orNull(anyText),
    timeline: listOf(record({ type: text, at: time, detail: anyText })),
    createdAt: time,
    updatedAt: time,
  }),
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

export function storePayment({ paymentId, ...payment }: PaymentRecord): PaymentDocument {
  return {
    _id: paymentId,
    ...payment,
    amountFen: storeFen(payment.amountFen),
    paidFen: storeFen(payment.paidFen),
    shape: storeShape(payment.shape),
    timeline: payment.timeline.map(storeEvent),
    expiresAt: storeTime(payment.expiresAt),
    issuedAt: storeTimeOrNull(payment.issuedAt),
    createdAt: storeTime(payment.createdAt),
    updatedAt: storeTime(payment.updatedAt),
  };
}

export function readPayment({ _id, ...stored }: PaymentDocument): PaymentRecord {
  return {
    paymentId: _id,
    ...stored,
    amountFen: readFen(stored.amountFen),
    paidFen: readFen(stored.paidFen),
    shape: readShape(stored.shape),
    timeline: stored.timeline.map((event) => ({ ...event, at: readTime(event.at) })),
    expiresAt: readTime(stored.expiresAt),
    issuedAt: readTimeOrNull(stored.issuedAt),
    createdAt: readTime(stored.createdAt),
    updatedAt: readTime(stored.updatedAt),
  };
}

function storeShape(shape: PaymentShape): StoredShape {
  switch (shape.kind) {
    case 'split':
      return { ...shape, parts: shape.parts.map((part) => ({ ...part, amountFen: storeFen(part.amountFen) })) };
    case 'part':
      return { ...shape, offsetFen: storeFen(shape.offsetFen) };
    case 'cart':
      return { ...shape, items: shape.items.map((item) => ({ ...item, amountFen: storeFen(item.amountFen) })) };
    case 'plain':
    case 'item':
      return shape;
  }
}

function readShape(stored: StoredShape): PaymentShape {
  switch (stored.kind) {
    case 'split':
      return { ...stored, parts: stored.parts.map((part) => ({ ...part, amountFen: readFen(part.amountFen) })) };
    case 'part':
      return { ...stored, offsetFen: readFen(stored.offsetFen) };
    case 'cart':
      return { ...stored, items: stored.items.map((item) => ({ ...item, amountFen: readFen(item.amountFen) })) };
    case 'plain':
    case 'item':
      return stored;
  }
}

export function storeEvent(event: PaymentEvent): EventDocument {
  return { type: event.type, at: storeTime(event.at), detail: event.detail };
}
