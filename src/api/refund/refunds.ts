import { startRefund } from '../../delivery/startRefund.js';
import type { PaymentRecord } from '../../records/payments.js';
import type { RefundRecord } from '../../records/refunds.js';
import { sharedCharge } from '../../records/sharedCharge.js';
import { assertNever } from '../../domain/assertNever.js';
import { audited, type Asked } from '../http/audited.js';
import type { ApiDeps } from '../deps.js';
import { relatedTo, type Related } from '../views/related.js';
import { findPayment, nameOf } from '../views/readPayments.js';
import { invalidField, isAway, Problem } from '../http/problem.js';
import { requestHash } from '../http/requestHash.js';
import type { RefundBody } from './bodies.js';
import type { RefundView } from '../views/paymentSchema.js';
import { refundView } from '../views/refund.js';
import type { TemporalLink } from '../http/temporalLinks.js';
import { temporalWithin } from '../http/within.js';

/** Starting is one short call; a reserved refund that was not started is started by the worker's sweep, ms. */
const startWaitMs = 2_000;

/**
 * Sets money of an issued payment aside and starts giving it back. Safe to repeat: the same body gives the same refund.
 * Raises the problems `not-possible-now` unless the payment is issued, `refund-conflict`, `refund-exceeds-paid` (which
 * says how much is left) and `too-many-refunds`.
 */
export async function requestRefund(
  deps: ApiDeps,
  link: TemporalLink,
  paymentId: string,
  body: RefundBody,
  asked: Asked,
): Promise<RefundView> {
  const payment = await findPayment(deps, paymentId);
  const { refundId, amountFen, reason, partId = null } = body;
  const act = { act: 'refund', target: paymentId, detail: { refundId, amountFen, reason, partId } } as const;
  return audited(deps, asked, act, async () => {
    const related = await relatedTo(deps, [payment]);
    const refund = await reserve(deps, { payment, record: refundedRecord(payment, body, related) }, body);
    await startInAnyCase(deps, refund);
    return refundView(refund, { ...related, link });
  });
}

/** Raises the problem `not-found`. */
export async function findRefund(
  deps: ApiDeps,
  link: TemporalLink,
  { paymentId, refundId }: { paymentId: string; refundId: string },
): Promise<RefundView> {
  const payment = await deps.payments.find(paymentId);
  const related = payment === null ? null : await relatedTo(deps, [payment]);
  const refund = related?.refunds.find((each) => each.refundId === refundId);
  if (related === null || refund === undefined)
    throw new Problem('not-found', `There is no refund ${refundId} of payment ${paymentId}.`);
  return refundView(refund, { ...related, link });
}

/** The payment itself, or the part whose money goes back. Raises the validation problem. */
function refundedRecord(
  payment: PaymentRecord,
  { partId }: RefundBody,
  { parts }: Pick<Related, 'parts'>,
): PaymentRecord {
  if (payment.shape.kind !== 'split') {
    if (partId !== undefined) throw invalidField('/partId', 'is for payments in parts');
    return payment;
  }
  const named = parts.find(({ shape }) => shape.kind === 'part' && shape.partId === partId);
  if (named !== undefined) return named;
  const names = payment.shape.parts.map((part) => part.partId).join(', ');
  throw invalidField('/partId', `must be one of ${names}`);
}

/** `payment` is the whole, `record` what holds the money: the same, or a part, which hears a moment later that it is issued. */
async function reserve(
  deps: ApiDeps,
  { payment, record }: { payment: PaymentRecord; record: PaymentRecord },
  body: RefundBody,
): Promise<RefundRecord> {
  const { paymentId, outTradeNo } = record;
  if (payment.status !== 'issued' || outTradeNo === null) {
    throw new Problem(
      'not-possible-now',
      `${nameOf(payment)} is ${payment.status}; only an issued one is refunded on request.`,
    );
  }
  const { refundId, amountFen, reason } = body;
  const reservation = await deps.refunds.reserve({
    ...{ refundId, amountFen, reason, paymentId, outTradeNo },
    ...sharedCharge(record, outTradeNo),
    origin: 'core',
    requestHash: requestHash(body),
    createdAt: deps.now().toISOString(),
  });
  switch (reservation.kind) {
    case 'reserved':
    case 'same':
      return reservation.refund;
    case 'conflict':
      throw new Problem('refund-conflict', `Refund ${body.refundId} was asked for before with another body.`);
    case 'tooMuch': {
      const { refundableFen } = reservation;
      throw new Problem('refund-exceeds-paid', `At most ${refundableFen} fen can still be given back.`, {
        members: { refundableFen },
      });
    }
    case 'tooMany':
      throw new Problem(
        'too-many-refunds',
        `Charge ${outTradeNo} has been refunded in as many parts as it has numbers for.`,
      );
    default:
      return assertNever(reservation);
  }
}

async function startInAnyCase(deps: ApiDeps, refund: RefundRecord): Promise<void> {
  // A refund that has taken a step was started; its workflow ends by itself.
  if (refund.status !== 'requested') return;
  try {
    await temporalWithin(deps.client, startWaitMs, () => startRefund(deps, refund));
  } catch (error) {
    if (!isAway(error)) throw error;
    deps.logger.warn({ err: error, paymentId: refund.paymentId, refundId: refund.refundId }, 'refund not started yet');
  }
}
