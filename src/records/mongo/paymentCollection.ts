import { decisions, decisionsFor, paymentStatuses, type Attention, type PaymentEvent } from '../../domain/payment.js';
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
  'paymentId' | 'amountFen' | 'paidFen' | 'attention' | 'timeline' | StoredTimes
> & {
  _id: string;
  amountFen: StoredFen;
  paidFen: StoredFen;
  attention: AttentionDocument | null;
  timeline: EventDocument[];
  expiresAt: Date;
  issuedAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
};
export type EventDocument = Omit<PaymentEvent, 'at'> & { at: Date };
export type AttentionDocument = Omit<Attention, 'since'> & { since: Date };

export const attentionSchema = record({
  workflowId: text,
  reason: oneOf(Object.keys(decisionsFor)),
  detail: anyText,
  since: time,
  decisions: listOf(oneOf(decisions)),
});

const basisPoints = { bsonType: 'int', minimum: 0, maximum: 10_000 };
const insurer = record({ insurer: text, shareBp: basisPoints });

export const paymentCollection: CollectionContract = {
  name: 'payments',
  schema: record({
    _id: { bsonType: 'string', pattern: '^[0-9A-Za-z]{8,24}$' },
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
    attention: orNull(attentionSchema),
    timeline: listOf(record({ type: text, at: time, detail: anyText })),
    createdAt: time,
    updatedAt: time,
  }),
  indexes: [
    { name: 'newest', key: { createdAt: -1, _id: -1 } },
    { name: 'byStatus', key: { status: 1, createdAt: -1, _id: -1 } },
    { name: 'byChannel', key: { 'method.channel': 1, createdAt: -1, _id: -1 } },
    { name: 'byProposal', key: { proposalNo: 1, createdAt: -1, _id: -1 } },
    {
      name: 'waitingForPerson',
      key: { 'attention.reason': 1 },
      partialFilterExpression: { 'attention.reason': { $exists: true } },
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
    attention: storeAttention(payment.attention),
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
    attention: readAttention(stored.attention),
    timeline: stored.timeline.map((event) => ({ ...event, at: readTime(event.at) })),
    expiresAt: readTime(stored.expiresAt),
    issuedAt: readTimeOrNull(stored.issuedAt),
    createdAt: readTime(stored.createdAt),
    updatedAt: readTime(stored.updatedAt),
  };
}

export function storeEvent(event: PaymentEvent): EventDocument {
  return { type: event.type, at: storeTime(event.at), detail: event.detail };
}

export function storeAttention(attention: Attention | null): AttentionDocument | null {
  return attention === null ? null : { ...attention, since: storeTime(attention.since) };
}

export function readAttention(stored: AttentionDocument | null): Attention | null {
  return stored === null ? null : { ...stored, since: readTime(stored.since) };
}
