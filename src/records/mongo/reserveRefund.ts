import type { Collection } from 'mongodb';
import { refundsMaxOf, refundsPerChargeMax } from '../../domain/ids.js';
import { addFen, subtractFen, type Fen } from '../../domain/money.js';
import { isDuplicate } from '../../platform/mongo.js';
import { fenAmount } from '../../platform/fields.js';
import type { Reservation, ReserveRefund } from '../refunds.js';
import { reservationField, type ChargeDocument, type ReservationDocument } from './chargeCollection.js';
import { readRefund, refundKey, refundOf, type RefundDocument } from './refundCollection.js';

interface Stores {
  charges: Collection<ChargeDocument>;
  refunds: Collection<RefundDocument>;
}

/**
 * Two writes, each atomic, in an order that never loses money: the reservation in the charge decides, then the refund
 * is written from it. Whoever dies in between leaves a reservation that the next repeat turns into its refund.
 */
export async function reserveRefund(stores: Stores, asked: ReserveRefund): Promise<Reservation> {
  const known = await stores.refunds.findOne({ _id: refundKey(asked) });
  if (known !== null) {
    // Asked for another charge before, by somebody who died before writing it: what was set aside there is free again.
    if (known.outTradeNo !== asked.outTradeNo) await release(stores.charges, asked.outTradeNo, asked);
    return sameOrConflict(known, asked);
  }

  const place = await takePlace(stores.charges, asked);
  if (place.kind === 'tooMuch' || place.kind === 'tooMany') return place;

  const refund = await writeRefund(stores, { ...asked, reserved: place.reserved });
  if (place.kind === 'found' || refund.outTradeNo !== asked.outTradeNo) return sameOrConflict(refund, asked);
  return { kind: 'reserved', refund: readRefund(refund) };
}

function sameOrConflict(known: RefundDocument, asked: ReserveRefund): Reservation {
  const isSame = known.requestHash === asked.requestHash && known.outTradeNo === asked.outTradeNo;
  return { kind: isSame ? 'same' : 'conflict', refund: readRefund(known) };
}

type Place =
  | { kind: 'taken' | 'found'; reserved: ReservationDocument }
  | { kind: 'tooMuch'; refundableFen: Fen }
  | { kind: 'tooMany' };

/**
 * Compare and set on the charge: the reservation is added only to the very list that was found to leave room for it.
 * Losing that race means another refund took a place, and there are only so many, so the loop ends.
 */
async function takePlace(charges: Collection<ChargeDocument>, asked: ReserveRefund): Promise<Place> {
  const { paymentId, refundId, outTradeNo, amountFen, shared } = asked;
  for (let race = 0; race <= refundsPerChargeMax; race += 1) {
    const charge = await charges.findOne({ _id: outTradeNo, paymentId: shared?.chargedTo ?? paymentId });
    if (charge === null) throw new Error(`payment ${paymentId} has no charge ${outTradeNo}`);
    const { reservations, reservationVersion, paidFen } = charge;

    const own = reservations.filter((each) => each.paymentId === paymentId);
    const reserved = own.find((each) => each.refundId === refundId);
    if (reserved !== undefined) return { kind: 'found', reserved };
    const refundableFen = refundableOf(charge, { own, shared });
    if (amountFen > refundableFen) return { kind: 'tooMuch', refundableFen };
    // Counted on from the last and not from the length: a number that a channel may know is never given twice.
    const sequence = (reservations.at(-1)?.sequence ?? 0) + 1;
    if (sequence > refundsMaxOf(outTradeNo)) return { kind: 'tooMany' };

    const mine = reservationOf(asked, { sequence, beforeFen: sumOf(own) });
    const { matchedCount } = await charges.updateOne(
      { _id: outTradeNo, reservationVersion, paidFen },
      { $push: { reservations: mine }, $inc: { reservationVersion: 1 } },
    );
    if (matchedCount === 1) return { kind: 'taken', reserved: mine };
  }
  throw new Error(`refund ${refundId} of ${outTradeNo} found no turn; ask again`);
}

/** What is left of the charge, and of this payment's share of it. */
function refundableOf(
  { paidFen, reservations }: ChargeDocument,
  { own, shared }: { own: readonly ReservationDocument[]; shared: ReserveRefund['shared'] },
): Fen {
  const ofChargeFen = subtractFen({ haveFen: fenAmount.read(paidFen), takeFen: sumOf(reservations) });
  if (shared === undefined) return ofChargeFen;
  const ofShareFen = subtractFen({ haveFen: shared.amountFen, takeFen: sumOf(own) });
  return ofShareFen < ofChargeFen ? ofShareFen : ofChargeFen;
}

const sumOf = (reservations: readonly ReservationDocument[]): Fen =>
  addFen(...reservations.map(({ amountFen }) => fenAmount.read(amountFen)));

const reservationOf = (
  { paymentId, refundId, amountFen, reason, origin, requestHash, createdAt }: ReserveRefund,
  place: { sequence: number; beforeFen: Fen },
): ReservationDocument =>
  reservationField.store({ paymentId, refundId, ...place, amountFen, reason, origin, requestHash, createdAt });

/** Safe to repeat and to race: the first refund under the key stays, and is what comes back. */
async function writeRefund(
  { charges, refunds }: Stores,
  { outTradeNo, reserved }: ReserveRefund & { reserved: ReservationDocument },
): Promise<RefundDocument> {
  const refund = refundOf({ _id: outTradeNo }, reserved);
  try {
    await refunds.insertOne(refund);
    return refund;
  } catch (error) {
    if (!isDuplicate(error)) throw error;
  }
  const first = await refunds.findOne({ _id: refund._id });
  if (first === null) throw new Error(`refund ${refund._id} is taken and yet cannot be read`);
  // The same id was asked for another charge at the same moment and won: what this charge set aside is free again.
  if (first.outTradeNo !== outTradeNo) await release(charges, outTradeNo, reserved);
  return first;
}

async function release(
  charges: Collection<ChargeDocument>,
  outTradeNo: string,
  { paymentId, refundId }: Pick<ReservationDocument, 'paymentId' | 'refundId'>,
): Promise<void> {
  await charges.updateOne(
    { _id: outTradeNo, reservations: { $elemMatch: { paymentId, refundId } } },
    { $pull: { reservations: { paymentId, refundId } }, $inc: { reservationVersion: 1 } },
  );
}
