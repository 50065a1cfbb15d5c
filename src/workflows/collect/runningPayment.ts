import { ApplicationFailure, condition, log, setHandler } from '@temporalio/workflow';
import { failures } from '../../domain/failures.js';
import { chargesMax } from '../../domain/ids.js';
import type { Wishes } from '../../domain/paymentRuling.js';
import { nowMs, timeOfDay } from '../saga/clock.js';
import { evidenceSignal } from '../saga/messages.js';
import type { ReviewKind } from '../../domain/review.js';
import { RunningCase } from '../saga/runningCase.js';
import { listenToCallers, type AskedPayment } from './callers.js';
import { RunningCharges } from './charges.js';
import { switchMethodUpdate, type MethodChange, type PaymentSummary, type PremiumPaymentInput } from './messages.js';

/** A request to change the method, answered when the old charge has ended one way or the other. */
export interface MethodSwitch extends Required<MethodChange> {
  result: 'pending' | 'switched' | 'alreadyPaid' | 'notPossible';
}

/** Where a payment is called finished, so that nothing more can be asked of it. */
const beyondChange: ReadonlySet<string> = new Set(['paid', 'issued', 'refunding', 'refunded', 'closed']);

/**
 * A payment while its workflow runs: the case, its charges, and what callers have asked for. Handlers only set state;
 * the main line of the workflow acts on it.
 */
export class RunningPayment extends RunningCase implements AskedPayment {
  readonly input: PremiumPaymentInput;
  readonly charges: RunningCharges;
  /** When the payer can no longer pay, ISO-8601 UTC. */
  expiresAt: string;
  refusal: { code: string; message: string } | null = null;
  cancelReason: string | null = null;
  methodSwitch: MethodSwitch | null = null;
  queryWanted = false;

  constructor(input: PremiumPaymentInput, kind: ReviewKind = 'payment') {
    super({ paymentId: input.paymentId, writer: 'payment', status: 'opening', kind });
    this.input = input;
    this.expiresAt = input.expiresAt;
    this.charges = new RunningCharges(input);
  }

  get expiresMs(): number {
    return Date.parse(this.expiresAt);
  }

  get switchWanted(): boolean {
    return this.methodSwitch?.result === 'pending';
  }

  wishes(): Wishes {
    const { switchWanted, cancelReason } = this;
    return { switchWanted, cancelReason, expired: nowMs() >= this.expiresMs };
  }

  /** Registers every handler; called before the workflow's first wait, so that no message finds none. */
  listen(): void {
    this.listenToPeople();
    listenToCallers(this);
    setHandler(evidenceSignal, (evidence) => {
      if (!this.charges.learn(evidence))
        log.warn('evidence for no charge of this payment', { evidenceId: evidence.evidenceId });
    });
    setHandler(switchMethodUpdate, (change) => this.takeSwitch(change), {
      validator: (_request) => {
        if (!this.canSwitch() || this.methodSwitch !== null) throw notPossible('switched', this.status);
        if (this.charges.all.length >= chargesMax) throw notPossible('switched again', `on its charge ${chargesMax}`);
      },
    });
  }

  protected canSwitch(): boolean {
    return this.status === 'awaitingPayment';
  }

  private async takeSwitch(change: MethodChange): Promise<PaymentSummary> {
    const request: MethodSwitch = { ...change, terms: change.terms ?? this.input.terms, result: 'pending' };
    this.methodSwitch = request;
    await condition(() => request.result !== 'pending');
    if (request.result === 'alreadyPaid')
      throw ApplicationFailure.nonRetryable('the charge is paid', failures.alreadyPaid);
    if (request.result === 'notPossible') throw notPossible('switched', this.status);
    return this.summary();
  }

  /** Tells whoever waits for another method how it went. */
  answerSwitch(result: 'switched' | 'alreadyPaid' | 'notPossible'): void {
    if (this.methodSwitch?.result === 'pending') this.methodSwitch.result = result;
  }

  isOpened(): boolean {
    return this.status !== 'opening' || this.refusal !== null;
  }

  /** Too late is no error: whoever asks learns that money was first, or that the payment had ended. */
  requestCancel(reason: string): void {
    if (this.cancelReason !== null || beyondChange.has(this.status)) return;
    this.cancelReason = reason;
    this.note('CancelRequested', reason);
  }

  requestQuery(): void {
    this.queryWanted = true;
  }

  assertQueryable(): void {
    if (beyondChange.has(this.status)) throw notPossible('queried', this.status);
  }

  summary(): PaymentSummary {
    const charge = this.charges.all.at(-1);
    const { paymentId, status, version, refusal, policyNo, review: attention } = this;
    return {
      paymentId,
      status,
      version,
      charge:
        charge === undefined
          ? null
          : {
              outTradeNo: charge.outTradeNo,
              channel: charge.method.channel,
              product: charge.method.product,
              cashier: charge.cashier,
            },
      refusal,
      policyNo,
      attention,
    };
  }

  protected override channelOfReview(): string {
    return this.charges.all.at(-1)?.method.channel ?? this.input.method.channel;
  }

  /** The card of this payment, with what happens next. */
  show(next: string): void {
    const { input, charges } = this;
    this.showCard([
      ['Premium', `${input.amountFen} fen for proposal ${input.proposalNo}`],
      ...charges.all.map(
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
