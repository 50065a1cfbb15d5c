import type { Receipt } from '../../domain/charge.js';
import type { PaymentStatus } from '../../domain/payment.js';
import { nowIso } from '../saga/clock.js';
import type { RunningCase } from '../saga/runningCase.js';
import { inRecords } from '../saga/steps.js';

export interface StrandedReceipt {
  channel: string;
  outTradeNo: string;
  receipt: Receipt;
}

/**
 * Money once more, under a charge that has had its money: no refund number of ours reaches it, for a channel refunds an
 * order, not a trade. It is booked, and a person sends it back at the channel and says so. `was`: where the payment stands.
 */
export async function holdStranded(
  payment: RunningCase,
  { channel, outTradeNo, receipt }: StrandedReceipt,
  was: PaymentStatus,
): Promise<void> {
  const { paidFen, tradeNo } = receipt;
  const amount = `${paidFen} fen under ${tradeNo}`;
  payment.note('LateMoneyReceived', `${outTradeNo} once more: ${amount}`);
  await inRecords.receiveStranded.executeWithOptions({ summary: `receive ${outTradeNo} once more` }, [
    { outTradeNo, receipt, channel, step: payment.step() },
  ]);
  await payment.waitForPerson({
    reason: 'strandedMoney',
    detail: `${outTradeNo} was paid once more: ${amount}; send it back at the channel`,
  });
  payment.moveTo(was);
  await inRecords.settleStranded.executeWithOptions({ summary: 'book it as sent back' }, [
    { outTradeNo, receipt, step: payment.step(), at: nowIso() },
  ]);
}
