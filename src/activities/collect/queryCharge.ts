import type { ChargeRef } from '../../channels/channel.js';
import type { Evidence } from '../../domain/evidence.js';
import type { PaymentStep } from '../../records/payments.js';
import { counters } from '../saga/counters.js';
import { channelOf, type Dependencies } from '../saga/dependencies.js';
import { keepEvidence } from './keepEvidence.js';

export interface QueryCharge {
  paymentId: string;
  channel: string;
  /** The merchant the charge was made for. */
  merchantId: string;
  charge: ChargeRef;
  /** Recorded before asking, e.g. that the payment is closing. */
  step: PaymentStep | null;
}

/**
 * Asks the channel what became of a charge and keeps its answer as evidence. Reads only, safe to repeat. Never fails
 * for the channel's sake: a channel that does not answer is evidence of the kind `unknown`.
 */
export function queryCharge(deps: Dependencies) {
  return async ({ paymentId, channel: name, merchantId: expected, charge, step }: QueryCharge): Promise<Evidence> => {
    if (step !== null) await deps.payments.advance(step);
    const reading = await channelOf(deps, { name, merchantId: expected }).query(charge);
    counters.chargeQueries.add(1, { channel: name, outcome: reading.outcome.kind });
    return keepEvidence(deps, { paymentId, outTradeNo: charge.outTradeNo, channel: name }, reading);
  };
}
