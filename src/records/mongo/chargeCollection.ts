import { refundsPerChargeMax } from '../../domain/ids.js';
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
  text,
  time,
} from '../../platform/validator.js';
import type { ChargeRecord, ChargeStatus } from '../charges.js';
import type { RefundOrigin, RefundRecord } from '../refunds.js';

/**
 * A charge as stored. It also holds the reservations of its refunds: money given back and money paid must be compared
 * in one document, because only one document changes at once.
 */
export type ChargeDocument = Omit<
  ChargeRecord,
  'outTradeNo' | 'amountFen' | 'paidFen' | 'orderedAt' | 'expiresAt' | 'paidAt'
> & {
  _id: string;
  amountFen: StoredFen;
  paidFen: StoredFen;
  orderedAt: Date;
  expiresAt: Date;
  paidAt: Date | null;
  reservations: ReservationDocument[];
  /** Counts the changes of `reservations`. */
  reservationVersion: number;
};

/** Money set aside, with all that is needed to write the refund should the writer have died in between. */
export type ReservationDocument = Pick<
  RefundRecord,
  'paymentId' | 'refundId' | 'sequence' | 'reason' | 'origin' | 'requestHash'
> & {
  amountFen: StoredFen;
  beforeFen: StoredFen;
  createdAt: Date;
};

const statuses = allOf<ChargeStatus>({
  opening: true,
  open: true,
  closing: true,
  closed: true,
  refused: true,
  paid: true,
});

export const refundOrigins = allOf<RefundOrigin>({ core: true, undo: true, late: true });

/** How often the channel is asked, as fixed when the charge was made. */
const chargeTerms = record({
  queryGapsMs: listOf(milliseconds),
  refundGapsMs: listOf(milliseconds),
  closeMarginMs: milliseconds,
});

export const chargeCollection: CollectionContract = {
  name: 'charges',
  schema: record({
    _id: text,
    paymentId: text,
    combined: orNull(record({ combineNo: text, channel: text })),
    channel: text,
    product: text,
    merchantId: anyText,
    amountFen: positiveFen,
    orderedAt: time,
    expiresAt: time,
    terms: chargeTerms,
    status: oneOf(statuses),
    version: count,
    cashier: orNull(openRecord({ kind: text })),
    tradeNo: orNull(text),
    paidFen: fenAmount,
    paidAt: orNull(time),
    reservations: listOf(
      record({
        paymentId: text,
        refundId: text,
        sequence: count,
        amountFen: positiveFen,
        beforeFen: fenAmount,
        reason: anyText,
        origin: oneOf(refundOrigins),
        requestHash: text,
        createdAt: time,
      }),
      { maxItems: refundsPerChargeMax },
    ),
    reservationVersion: count,
  }),
  indexes: [{ name: 'byPayment', key: { paymentId: 1, _id: 1 } }],
};

export function storeCharge({ outTradeNo, ...charge }: ChargeRecord): ChargeDocument {
  return {
    _id: outTradeNo,
    ...charge,
    amountFen: storeFen(charge.amountFen),
    paidFen: storeFen(charge.paidFen),
    orderedAt: storeTime(charge.orderedAt),
    expiresAt: storeTime(charge.expiresAt),
    paidAt: storeTimeOrNull(charge.paidAt),
    reservations: [],
    reservationVersion: 0,
  };
}

export function readCharge(stored: ChargeDocument): ChargeRecord {
  return {
    outTradeNo: stored._id,
    paymentId: stored.paymentId,
    combined: stored.combined,
    channel: stored.channel,
    product: stored.product,
    merchantId: stored.merchantId,
    amountFen: readFen(stored.amountFen),
    orderedAt: readTime(stored.orderedAt),
    expiresAt: readTime(stored.expiresAt),
    terms: stored.terms,
    status: stored.status,
    version: stored.version,
    cashier: stored.cashier,
    tradeNo: stored.tradeNo,
    paidFen: readFen(stored.paidFen),
    paidAt: readTimeOrNull(stored.paidAt),
  };
}
