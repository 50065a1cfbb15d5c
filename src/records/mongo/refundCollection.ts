import { refundNoFor } from '../../domain/ids.js';
import type { CollectionContract } from '../../platform/migration.js';
import { readFen, readTime, readTimeOrNull, type StoredFen } from '../../platform/stored.js';
import {
  allOf,
  anyText,
  count,
  fenAmount,
  listOf,
  oneOf,
  orNull,
  positiveFen,
  record,
  text,
  time,
} from '../../platform/validator.js';
import type { RefundRecord, RefundStatus } from '../refunds.js';
import { refundOrigins, type ChargeDocument, type ReservationDocument } from './chargeCollection.js';

export type RefundDocument = Omit<RefundRecord, 'amountFen' | 'beforeFen' | 'createdAt' | 'refundedAt'> & {
  /** `refundKey`. */
  _id: string;
  /** Every number this refund was sent under, the current one included: a channel may still speak of a former. */
  refundNos: string[];
  amountFen: StoredFen;
  beforeFen: StoredFen;
  createdAt: Date;
  refundedAt: Date | null;
};

const statuses = allOf<RefundStatus>({
  requested: true,
  refunding: true,
  refunded: true,
  settledOutside: true,
  needsAttention: true,
});

export const refundCollection: CollectionContract = {
  name: 'refunds',
  schema: record({
    _id: text,
    paymentId: text,
    refundId: text,
    outTradeNo: text,
    sequence: { ...count, minimum: 1 },
    amountFen: positiveFen,
    beforeFen: fenAmount,
    reason: anyText,
    origin: oneOf(refundOrigins),
    requestHash: text,
    status: oneOf(statuses),
    version: count,
    refundNo: text,
    refundNos: listOf(text, { minItems: 1 }),
    // A time that is part of an identity stays the very text that was sent.
    attempts: listOf(record({ refundNo: text, requestedAt: text })),
    createdAt: time,
    refundedAt: orNull(time),
  }),
  indexes: [
    { name: 'oneRefundPerSequence', key: { outTradeNo: 1, sequence: 1 }, unique: true },
    { name: 'byRefundNo', key: { refundNos: 1 } },
    { name: 'byPayment', key: { paymentId: 1, createdAt: 1 } },
    { name: 'unstarted', key: { createdAt: 1 }, partialFilterExpression: { version: 0 } },
  ],
};

/** A refund id is unique within its payment only, whichever of its parts the money is of. */
export const refundKey = ({ paymentId, refundId }: { paymentId: string; refundId: string }): string =>
  `${paymentId.replace(/-S\d{2}$/, '')}/${refundId}`;

/** The refund as it begins, made of nothing but its reservation, so that whoever finds a reservation can write it. */
export function refundOf(charge: Pick<ChargeDocument, '_id'>, reserved: ReservationDocument) {
  const { _id: outTradeNo } = charge;
  const { paymentId, refundId, sequence } = reserved;
  const refundNo = refundNoFor({ outTradeNo, sequence, attempt: 1 });
  return {
    _id: refundKey({ paymentId, refundId }),
    outTradeNo,
    ...reserved,
    status: 'requested',
    version: 0,
    refundNo,
    refundNos: [refundNo],
    attempts: [],
    refundedAt: null,
  } satisfies RefundDocument;
}

export function readRefund(stored: RefundDocument): RefundRecord {
  return {
    paymentId: stored.paymentId,
    refundId: stored.refundId,
    outTradeNo: stored.outTradeNo,
    sequence: stored.sequence,
    amountFen: readFen(stored.amountFen),
    beforeFen: readFen(stored.beforeFen),
    reason: stored.reason,
    origin: stored.origin,
    requestHash: stored.requestHash,
    status: stored.status,
    version: stored.version,
    refundNo: stored.refundNo,
    attempts: stored.attempts,
    createdAt: readTime(stored.createdAt),
    refundedAt: readTimeOrNull(stored.refundedAt),
  };
}
