import { startRefund } from '../delivery/startRefund.js';
import type { PaymentRecord } from '../records/payments.js';
import type { RefundRecord } from '../records/refunds.js';
import { assertNever } from '../domain/assertNever.js';
import { audited, type Asked } from './audited.js';
import type { ApiDeps } from './deps.js';
import { findPayment } from './payments.js';
import { isAway, Problem } from './problem.js';
import { requestHash } from './requestHash.js';
import type { RefundBody, RefundView } from './schemas/payments.js';
import { refundView, type TemporalLink } from './views.js';
import { temporalWithin } from './within.js';

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
  const { refundId, amountFen, reason } = body;
  const act = { act: 'refund', target: paymentId, detail: { refundId, amountFen, reason } } as const;
  return audited(deps, asked, act, async () => {
    const refund = await reserve(deps, payment, body);
    await startInAnyCase(deps, refund);
    return refundView(refund, link);
  });
}

/** Raises the problem `not-found`. */
export async function findRefund(
  deps: ApiDeps,
  link: TemporalLink,
  id: { paymentId: string; refundId: string },
): Promise<RefundView> {
  const refund = await deps.refunds.find(id);
  if (refund === null) throw new Problem('not-found', `There is no refund ${id.refundId} of payment ${id.paymentId}.`);
  return refundView(refund, link);
}

async function reserve(deps: ApiDeps, payment: PaymentRecord, body: RefundBody): Promise<RefundRecord> {
  const { paymentId, status, outTradeNo } = payment;
  if (status !== 'issued' || outTradeNo === null) {
    throw new Problem(
      'not-possible-now',
      `Payment ${paymentId} is ${status}; only an issued one is refunded on request.`,
    );
  }
  const reservation = await deps.refunds.reserve({
    ...body,
    paymentId,
    outTradeNo,
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
      throw new Problem('too-many-refunds', `Charge ${outTradeNo} has been refunded in ninety-nine parts.`);
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
