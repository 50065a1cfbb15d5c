import type { ChargeRef } from '../channels/channel.js';
import type { Evidence } from '../domain/evidence.js';
import { evidenceIdOf } from '../records/evidenceId.js';
import type { PaymentStep } from '../records/payments.js';
import { counters } from './counters.js';
import { channelOf, type Dependencies } from './dependencies.js';

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
    const { outcome, merchantId, raw } = await channelOf(deps, { name, merchantId: expected }).query(charge);
    counters.chargeQueries.add(1, { channel: name, outcome: outcome.kind });
    const { outTradeNo } = charge;
    const receivedAt = deps.now().toISOString();
    const evidenceId = evidenceIdOf({
      channel: name,
      source: 'query',
      outTradeNo,
      notificationId: null,
      body: raw.body,
    });
    const evidence: Evidence = { evidenceId, source: 'query', outTradeNo, merchantId, outcome, observedAt: receivedAt };
    await deps.evidence.keep({
      evidenceId,
      channel: name,
      source: 'query',
      outTradeNo,
      paymentId,
      evidence,
      notificationId: null,
      body: raw.body,
      headers: raw.headers,
      url: null,
      signature: raw.signature,
      keyId: raw.keyId,
      rejected: null,
      receivedAt,
    });
    return evidence;
  };
}
