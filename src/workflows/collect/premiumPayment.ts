import type { Receipt } from '../../domain/charge.js';
import type { PaymentStatus } from '../../domain/payment.js';
import { collectAndSettle, holdWhileDoubtful, receivePremium, runPayment, type Settled } from './collectAndSettle.js';
import { collectPremium } from './collectPremium.js';
import type { Charge } from './collection.js';
import { issueUntilKnown, undoPolicy } from '../issue/issueUntilKnown.js';
import type { PremiumPaymentInput } from './messages.js';
import { OpenPayment } from './openPayment.js';

/**
 * One premium payment, from the core's wish to the policy: collect, receive, issue; and when the core refuses, undo.
 * Runs until the money is in the right place, however long a channel, the core or a person takes.
 */
export async function premiumPayment(input: PremiumPaymentInput): Promise<PaymentStatus> {
  const payment = new OpenPayment(input);
  payment.listen();
  return runPayment(payment, () =>
    collectAndSettle(payment, {
      collect: () => collectPremium(payment),
      receive: (charge, receipt) => receivePremium(payment, charge, receipt),
      settle: (charge, receipt) => issuePolicy(payment, charge, receipt),
      undoPolicy: (reason) => undoPolicy(payment, reason),
    }),
  );
}

async function issuePolicy(payment: OpenPayment, charge: Charge, receipt: Receipt): Promise<Settled> {
  const belief = await holdWhileDoubtful(payment, charge);
  if (belief === 'gone') return { kind: 'gone' };
  if (belief === 'sendBack') return { kind: 'notIssued', sinceUnknown: false };
  const { input } = payment;
  const request = {
    paymentId: input.paymentId,
    proposalNo: input.proposalNo,
    amountFen: input.amountFen,
    paidAt: receipt.paidAt,
    channel: charge.method.channel,
    outTradeNo: charge.outTradeNo,
    channelTradeNo: receipt.tradeNo,
  };
  return issueUntilKnown(payment, request, input.terms);
}
