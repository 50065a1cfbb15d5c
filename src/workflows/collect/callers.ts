import { condition, setHandler } from '@temporalio/workflow';
import { cancelUpdate, openUpdate, queryNowUpdate, stateQuery, type PaymentSummary } from './messages.js';

/** A running payment as callers of every kind of payment may ask something of it. Handlers only note the wish. */
export interface AskedPayment {
  summary(): PaymentSummary;
  /** Whether a caller who opened it can be told how to pay, or why not. */
  isOpened(): boolean;
  requestCancel(reason: string): void;
  requestQuery(): void;
  /** Raises `NotPossibleNow` where there is nothing to ask a channel about any more. */
  assertQueryable(): void;
}

/** Answers callers from now on; called before the workflow's first wait, so that no message finds no handler. */
export function listenToCallers(payment: AskedPayment): void {
  setHandler(stateQuery, () => payment.summary());
  setHandler(openUpdate, async () => {
    await condition(() => payment.isOpened());
    return payment.summary();
  });
  setHandler(
    cancelUpdate,
    ({ reason }) => {
      payment.requestCancel(reason);
      return payment.summary();
    },
    { description: 'Ends the payment, unless money was first' },
  );
  setHandler(
    queryNowUpdate,
    () => {
      payment.requestQuery();
      return payment.summary();
    },
    {
      validator: (_request) => {
        payment.assertQueryable();
      },
      description: 'Asks the channel now',
    },
  );
}
