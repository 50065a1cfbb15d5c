import type { Receipt } from '../../domain/charge.js';
import type { PaymentStatus } from '../../domain/payment.js';
import { issueRequest, issueUntilKnown } from '../issue/issueOrUndo.js';
import type { Charge } from './charges.js';
import {
  collectAndConclude,
  holdWhileDoubtful,
  receivePremium,
  runPayment,
  type Conclusion,
} from './collectAndConclude.js';
import { collectPremium } from './collectPremium.js';
import type { PremiumPaymentInput } from './messages.js';
import { RunningPayment } from './runningPayment.js';

/**
 * One premium payment, from the core's wish to the policy: collect, receive, issue; and when the core refuses, undo.
 * Runs until the money is in the right place, however long a channel, the core or a person takes.
 */
export async function premiumPayment(input: PremiumPaymentInput): Promise<PaymentStatus> {
  const payment = new RunningPayment(input);
  payment.listen();
  return runPayment(payment, () =>
    collectAndConclude(payment, {
      collect: () => collectPremium(payment),
      receive: (charge, receipt) => receivePremium(payment, charge, receipt),
      conclude: (charge, receipt) => issuePolicy(payment, charge, receipt),
    }),
  );
}

async function issuePolicy(payment: RunningPayment, charge: Charge, receipt: Receipt): Promise<Conclusion> {
  const belief = await holdWhileDoubtful(payment, charge);
  if (belief === 'gone') return { kind: 'gone' };
  if (belief === 'sendBack') return { kind: 'notIssued', sinceUnknown: false };
  const { outTradeNo, method } = charge;
  const request = issueRequest(payment.input, { outTradeNo, channel: method.channel, receipt });
  return issueUntilKnown(payment, request, payment.input.terms);
}
