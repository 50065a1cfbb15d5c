import type { ChargeRef, CloseResult } from '../../channels/channel.js';
import { channelOf, type Dependencies } from '../saga/dependencies.js';

export interface CloseCharge {
  channel: string;
  /** The merchant the charge was made for. */
  merchantId: string;
  charge: ChargeRef;
}

/**
 * Asks the channel to close an unpaid order. Safe to repeat. Whatever the answer, only a query afterwards proves the
 * end: a payment can race the close.
 */
export function closeCharge(deps: Dependencies) {
  return async ({ channel: name, merchantId, charge }: CloseCharge): Promise<CloseResult> =>
    channelOf(deps, { name, merchantId }).close(charge);
}
