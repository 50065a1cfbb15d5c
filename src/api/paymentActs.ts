import { WorkflowNotFoundError } from '@temporalio/client';
import { failures } from '../domain/failures.js';
import { paymentWorkflowId } from '../domain/ids.js';
import { chargeTermsOf } from '../domain/payment.js';
import { cancelUpdate, queryNowUpdate, switchMethodUpdate, type PaymentSummary } from '../workflows/messages.js';
import { audited, type Asked } from './audited.js';
import type { ApiDeps } from './deps.js';
import { channelFor } from './offer.js';
import { findPayment } from './payments.js';
import { Problem } from './problem.js';
import type { OpenedPayment, SwitchMethodBody } from './schemas/payments.js';
import { updateFailureOf } from './updateFailure.js';
import { openedView, type TemporalLink } from './views.js';
import { temporalWithin } from './within.js';

/** What callers may ask of a payment that is under way. Each is on record in the audit, taken or not. */
export interface PaymentActs {
  /**
   * Closes the live charge and opens one of another method. Raises the problems `already-paid` when the old one was
   * found paid, `not-possible-now`, `channel-refused`, and `channel-unavailable`.
   */
  switchMethod(paymentId: string, wish: SwitchMethodBody, asked: Asked): Promise<OpenedPayment>;
  /** Safe to repeat. The end is `closed`, or `paid` when money was first; an ended payment is answered as it is. */
  cancel(paymentId: string, reason: string, asked: Asked): Promise<OpenedPayment>;
  /** Asks the channel now. Safe to repeat. Raises the problem `not-possible-now` once nothing waits for the channel. */
  queryNow(paymentId: string, asked: Asked): Promise<OpenedPayment>;
}

export function createPaymentActs(deps: ApiDeps, link: TemporalLink): PaymentActs {
  const handleOf = (paymentId: string) => deps.client.workflow.getHandle(paymentWorkflowId(paymentId));
  const inTime = <T>(call: () => Promise<T>) => temporalWithin(deps.client, deps.settings.openWaitMs, call);

  return {
    async switchMethod(paymentId, { method, payer = {} }, asked) {
      const payment = await findPayment(deps, paymentId);
      const { productCode } = payment;
      const { merchantId, name: channel } = channelFor(deps, { method, payer: { ...payment.payer, ...payer } });
      const change = { method, merchantId, terms: chargeTermsOf(deps.policies.termsFor({ channel, productCode })) };
      const act = { act: 'switchMethod', target: paymentId, detail: { ...method } } as const;
      return audited(deps, asked, act, async () => {
        // Before the charge is opened, which reads it.
        if (Object.keys(payer).length > 0) await deps.payments.describePayer(paymentId, payer);
        const summary = await taken(deps, paymentId, () =>
          inTime(() => handleOf(paymentId).executeUpdate(switchMethodUpdate, { args: [change] })),
        );
        if (summary.refusal !== null) {
          const { code, message } = summary.refusal;
          throw new Problem('channel-refused', message, { members: { code } });
        }
        return openedView(payment, { summary, link });
      });
    },

    async cancel(paymentId, reason, asked) {
      await findPayment(deps, paymentId);
      return audited(deps, asked, { act: 'cancel', target: paymentId, detail: { reason } }, async () => {
        try {
          const summary = await inTime(() => handleOf(paymentId).executeUpdate(cancelUpdate, { args: [{ reason }] }));
          return openedView(await findPayment(deps, paymentId), { summary, link });
        } catch (error) {
          if (!(error instanceof WorkflowNotFoundError)) throw error;
          const ended = await findPayment(deps, paymentId);
          if (ended.status === 'opening') {
            throw new Problem('not-possible-now', `Payment ${paymentId} is not started yet.`, { cause: error });
          }
          return openedView(ended, { link, refunds: await deps.refunds.ofPayment(paymentId) });
        }
      });
    },

    async queryNow(paymentId, asked) {
      const payment = await findPayment(deps, paymentId);
      return audited(deps, asked, { act: 'query', target: paymentId, detail: {} }, async () => {
        const by = asked.caller.name;
        const summary = await taken(deps, paymentId, () =>
          inTime(() => handleOf(paymentId).executeUpdate(queryNowUpdate, { args: [{ by }] })),
        );
        return openedView(payment, { summary, link });
      });
    },
  };
}

/** A workflow's refusal in the words of the API; other errors stay what they are. */
async function taken(deps: ApiDeps, paymentId: string, update: () => Promise<PaymentSummary>): Promise<PaymentSummary> {
  try {
    return await update();
  } catch (error) {
    const failure = updateFailureOf(error);
    const tooLate = error instanceof WorkflowNotFoundError || failure?.type === failures.notPossibleNow;
    if (failure?.type !== failures.alreadyPaid && !tooLate) throw error;
    // Read afresh: whether its workflow has just ended makes no difference to the caller, whether it is paid does.
    const { status, paidFen } = await findPayment(deps, paymentId);
    const paid = failure?.type === failures.alreadyPaid || paidFen > 0;
    const detail = paid ? `Payment ${paymentId} is paid.` : `Payment ${paymentId} is ${status}.`;
    throw new Problem(paid ? 'already-paid' : 'not-possible-now', detail, { cause: error });
  }
}
