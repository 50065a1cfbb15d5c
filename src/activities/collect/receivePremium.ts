import type { Receipt } from '../../domain/charge.js';
import { premiumReceived } from '../../domain/book/entries.js';
import type { PaymentStep } from '../../records/payments.js';
import { counters, receiveDelay } from '../saga/counters.js';
import type { Dependencies } from '../saga/dependencies.js';

export interface ReceivePremium {
  channel: string;
  outTradeNo: string;
  receipt: Receipt;
  /** How it became known first, for the counters. */
  knownBy: string;
  /** Days until its money arrives, where that is not as its channel does it. */
  settleAfterDays?: number;
  step: PaymentStep;
}

/** Books the premium and records the payment as paid. Safe to repeat: journal and steps are keyed by the charge. */
export function receivePremium(deps: Dependencies) {
  return async ({ channel, outTradeNo, receipt, knownBy, settleAfterDays, step }: ReceivePremium): Promise<void> => {
    const { paymentId } = step;
    const { paidFen, paidAt, tradeNo } = receipt;
    const received = premiumReceived({ paymentId, outTradeNo, channel, amountFen: paidFen, at: paidAt });
    await deps.ledger.post(settleAfterDays === undefined ? received : { ...received, settleAfterDays });
    await deps.charges.advance({ outTradeNo, version: step.version, status: 'paid', tradeNo, paidFen, paidAt });
    await deps.payments.advance({ ...step, outTradeNo, paidFen });
    countReceived(deps, { channel, receipt, knownBy });
  };
}

export function countReceived(
  { now }: Pick<Dependencies, 'now'>,
  { channel, receipt, knownBy }: Pick<ReceivePremium, 'channel' | 'receipt' | 'knownBy'>,
): void {
  counters.premiumsReceived.add(1, { channel, knownBy });
  counters.premiumsReceivedFen.add(receipt.paidFen, { channel });
  receiveDelay.record(Math.max(0, (now().getTime() - Date.parse(receipt.paidAt)) / 1000), { channel });
}
