import { refundNoFor } from '../../domain/ids.js';
import { document, type StoredBy } from '../../platform/document.js';
import {
  anyOf,
  anyText,
  asItIs,
  count,
  fenAmount,
  listOf,
  orNull,
  positiveFen,
  record,
  text,
  time,
} from '../../platform/fields.js';
import type { CollectionContract } from '../../platform/migrate.js';
import type { RefundRecord, RefundStatus } from '../refunds.js';
import { refundOrigin, type ChargeDocument, type ReservationDocument } from './chargeCollection.js';

interface StoredRefund extends RefundRecord {
  refundKey: string;
  /** Every number this refund was sent under, the current one included: a channel may still speak of a former. */
  refundNos: readonly string[];
}

export const refundDocument = document<StoredRefund>()('refundKey', {
  refundKey: text,
  paymentId: text,
  refundId: text,
  outTradeNo: text,
  sequence: asItIs<number>({ ...count.schema, minimum: 1 }),
  amountFen: positiveFen,
  beforeFen: fenAmount,
  reason: anyText,
  origin: refundOrigin,
  requestHash: text,
  status: anyOf<RefundStatus>({
    requested: true,
    refunding: true,
    refunded: true,
    settledOutside: true,
    needsAttention: true,
  }),
  version: count,
  refundNo: text,
  refundNos: listOf(text, { minItems: 1 }),
  // A time that is part of an identity stays the very text that was sent.
  attempts: listOf(record({ refundNo: text, requestedAt: text })),
  createdAt: time,
  refundedAt: orNull(time),
});

export type RefundDocument = StoredBy<typeof refundDocument>;

export const refundCollection: CollectionContract = {
  name: 'refunds',
  schema: refundDocument.schema,
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
  const { refundKey: key, refundNos, ...refund } = refundDocument.read(stored);
  return refund;
}
