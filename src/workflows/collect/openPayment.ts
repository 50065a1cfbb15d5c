import { ApplicationFailure, condition, log, setHandler } from '@temporalio/workflow';
import { failures } from '../../domain/failures.js';
import { chargesMax } from '../../domain/ids.js';
import { timeOfDay } from '../saga/clock.js';
import { Collection } from './collection.js';
import {
  cancelUpdate,
  openUpdate,
  queryNowUpdate,
  stateQuery,
  switchMethodUpdate,
  type MethodChange,
  type PaymentSummary,
  type PremiumPaymentInput,
} from './messages.js';
import { evidenceSignal } from '../saga/messages.js';
import { PaymentCase } from '../saga/paymentCase.js';

/** A request to change the method, answered when the old charge has ended one way or the other. */
export interface MethodSwitch extends Required<MethodChange> {
  result: 'pending' | 'switched' | 'alreadyPaid' | 'notPossible';
}

/**
 * A payment while its workflow runs: the case, its charges, and what callers have asked for. Handlers only set state;
 * the main line of the workflow acts on it.
 */
export class OpenPayment extends PaymentCase {
  readonly input: PremiumPaymentInput;
  readonly collection: Collection;
  /** When the payer can no longer pay, ISO-8601 UTC. */
  expiresAt: string;
  refusal: { code: string; message: string } | null = null;
  cancelReason: string | null = null;
  methodSwitch: MethodSwitch | null = null;
  queryWanted = false;
  /** Where the payment is called finished, so that nothing more can be asked of it. */
  private readonly beyondChange: ReadonlySet<string> = new Set(['paid', 'issued', 'refunding', 'refunded', 'closed']);

  constructor(input: PremiumPaymentInput) {
    super({ paymentId: input.paymentId, writer: 'payment', status: 'opening' });
    this.input = input;
    this.expiresAt = input.expiresAt;
    this.collection = new Collection(input);
  }

  get expiresMs(): number {
    return Date.parse(this.expiresAt);
  }

  /** Registers every handler; called before the workflow's first wait, so that no message finds none. */
  listen(): void {
    this.takeResolutions();
    setHandler(evidenceSignal, (evidence) => {
      if (!this.collection.learn(evidence))
        log.warn('evidence for no charge of this payment', { evidenceId: evidence.evidenceId });
    });
    setHandler(stateQuery, () => this.summary());
    setHandler(openUpdate, async () => {
      await condition(() => this.status !== 'opening' || this.refusal !== null);
      return this.summary();
    });
    setHandler(
      cancelUpdate,
      ({ reason }) => {
        this.requestCancel(reason);
        return this.summary();
      },
      { description: 'Ends the payment, unless money was first' },
    );
    setHandler(
      queryNowUpdate,
      () => {
        this.queryWanted = true;
        return this.summary();
      },
      {
        validator: (_request) => {
          if (this.beyondChange.has(this.status)) throw notPossible('queried', this.status);
        },
        description: 'Asks the channel now',
      },
    );
    setHandler(
      switchMethodUpdate,
      async (change) => {
        const request: MethodSwitch = { ...change, terms: change.terms ?? this.input.terms, result: 'pending' };
        this.methodSwitch = request;
        await condition(() => request.result !== 'pending');
        if (request.result === 'alreadyPaid')
          throw ApplicationFailure.nonRetryable('the charge is paid', failures.alreadyPaid);
        if (request.result === 'notPossible') throw notPossible('switched', this.status);
        return this.summary();
      },
      {
        validator: (_request) => {
          if (this.status !== 'awaitingPayment' || this.methodSwitch !== null)
            throw notPossible('switched', this.status);
          if (this.collection.charges.length >= chargesMax)
            throw notPossible('switched again', `on its charge ${chargesMax}`);
        },
      },
    );
  }

  /** Too late is no error: whoever asks learns that money was first, or that the payment had ended. */
  requestCancel(reason: string): void {
    if (this.cancelReason !== null || this.beyondChange.has(this.status)) return;
    this.cancelReason = reason;
    this.note('CancelRequested', reason);
  }

  /** Tells whoever waits for another method how it went. */
  answerSwitch(result: 'switched' | 'alreadyPaid' | 'notPossible'): void {
    if (this.methodSwitch?.result === 'pending') this.methodSwitch.result = result;
  }

  summary(): PaymentSummary {
    const charge = this.collection.charges.at(-1);
    return {
      paymentId: this.paymentId,
      status: this.status,
      version: this.version,
      charge:
        charge === undefined
          ? null
          : {
              outTradeNo: charge.outTradeNo,
              channel: charge.method.channel,
              product: charge.method.product,
              cashier: charge.cashier,
            },
      refusal: this.refusal,
      policyNo: this.policyNo,
      attention: this.attention,
    };
  }

  /** The card of this payment, with what happens next. */
  show(next: string): void {
    const { input, collection } = this;
    this.showCard([
      ['Premium', `${input.amountFen} fen for proposal ${input.proposalNo}`],
      ...collection.charges.map(
        (charge) =>
          [
            'Charge',
            `${charge.method.channel} ${charge.method.product} ${charge.outTradeNo}` +
              `, asked ${charge.queries}×${charge.knownBy === null ? '' : `, known by ${charge.knownBy}`}`,
          ] as const,
      ),
      ['Expires', timeOfDay(this.expiresMs)],
      ['Next', next],
    ]);
  }
}

export function notPossible(asked: string, status: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(`a payment ${status} cannot be ${asked}`, failures.notPossibleNow);
}
