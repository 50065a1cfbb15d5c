import type { Cashier } from '../../domain/cashier.js';
import { refundsPerChargeMax } from '../../domain/ids.js';
import { document, type StoredBy } from '../../platform/document.js';
import {
  anyOf,
  anyText,
  count,
  fenAmount,
  listOf,
  milliseconds,
  open,
  orNull,
  positiveFen,
  record,
  text,
  time,
} from '../../platform/fields.js';
import type { CollectionContract } from '../../platform/migrate.js';
import type { ChargeRecord, ChargeStatus } from '../charges.js';
import type { RefundOrigin, RefundRecord } from '../refunds.js';

/** Money set aside, with all that is needed to write the refund should the writer have died in between. */
type Reservation = Pick<
  RefundRecord,
  'paymentId' | 'refundId' | 'sequence' | 'amountFen' | 'beforeFen' | 'reason' | 'origin' | 'requestHash' | 'createdAt'
>;

/**
 * A charge as stored. It also holds the reservations of its refunds: money given back and money paid must be compared
 * in one document, because only one document changes at once.
 */
interface StoredCharge extends ChargeRecord {
  reservations: readonly Reservation[];
  /** Counts the changes of `reservations`. */
  reservationVersion: number;
}

export const refundOrigin = anyOf<RefundOrigin>({ core: true, undo: true, late: true });

export const reservationField = record({
  paymentId: text,
  refundId: text,
  sequence: count,
  amountFen: positiveFen,
  beforeFen: fenAmount,
  reason: anyText,
  origin: refundOrigin,
  requestHash: text,
  createdAt: time,
});

export const chargeDocument = document<StoredCharge>()('outTradeNo', {
  outTradeNo: text,
  paymentId: text,
  combined: orNull(record({ combineNo: text, channel: text })),
  channel: text,
  product: text,
  merchantId: anyText,
  amountFen: positiveFen,
  orderedAt: time,
  expiresAt: time,
  // How often the channel is asked, as fixed when the charge was made.
  terms: record({
    queryGapsMs: listOf(milliseconds),
    refundGapsMs: listOf(milliseconds),
    closeMarginMs: milliseconds,
  }),
  status: anyOf<ChargeStatus>({
    opening: true,
    open: true,
    closing: true,
    closed: true,
    refused: true,
    paid: true,
  }),
  version: count,
  cashier: orNull(open<Cashier>()({ kind: text })),
  tradeNo: orNull(text),
  paidFen: fenAmount,
  paidAt: orNull(time),
  reservations: listOf(reservationField, { maxItems: refundsPerChargeMax }),
  reservationVersion: count,
});

export type ChargeDocument = StoredBy<typeof chargeDocument>;
export type ReservationDocument = ChargeDocument['reservations'][number];

export const chargeCollection: CollectionContract = {
  name: 'charges',
  schema: chargeDocument.schema,
  indexes: [{ name: 'byPayment', key: { paymentId: 1, _id: 1 } }],
};

export function readCharge(stored: ChargeDocument): ChargeRecord {
  const { reservations, reservationVersion, ...charge } = chargeDocument.read(stored);
  return charge;
}
