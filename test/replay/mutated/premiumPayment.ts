import type { PaymentStatus } from '../../../src/domain/payment.js';
import { collectPremium } from '../../../src/workflows/collect/collectPremium.js';
import { issueUntilKnown } from '../../../src/workflows/issue/issueOrUndo.js';
import type { PremiumPaymentInput } from '../../../src/workflows/collect/messages.js';
import { RunningPayment } from '../../../src/workflows/collect/runningPayment.js';
import { inRecords } from '../../../src/workflows/saga/steps.js';

/** Issues the policy before the premium is recorded: the same steps in another order. */
export async function premiumPayment(input: PremiumPaymentInput): Promise<PaymentStatus> {
  const payment = new RunningPayment(input);
  payment.listen();
  const collected = await collectPremium(payment);
  if (collected.kind !== 'paid') return payment.status;
  const { charge, receipt } = collected;
  const { outTradeNo, method } = charge;
  payment.moveTo('paid');
  const request = {
    paymentId: input.paymentId,
    proposalNo: input.proposalNo,
    amountFen: input.amountFen,
    paidAt: receipt.paidAt,
    channel: method.channel,
    outTradeNo,
    channelTradeNo: receipt.tradeNo,
  };
  await issueUntilKnown(payment, request, input.terms);
  await inRecords.receivePremium({
    channel: method.channel,
    outTradeNo,
    receipt,
    knownBy: 'callback',
    step: payment.step(),
  });
  return payment.status;
}
