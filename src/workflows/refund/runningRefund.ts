import {
  condition,
  getExternalWorkflowHandle,
  log,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type {
  PaymentStep,
  RefundAnswer,
  RefundAttempt,
  RefundOrder,
  RefundStatus,
  RefundStep,
  ReservedRefund,
} from '../../activities/index.js';
import { refundNoFor } from '../../domain/ids.js';
import type { PaymentEvent } from '../../domain/payment.js';
import { decisionsFor, type Decision, type Review } from '../../domain/review.js';
import { gapMs } from '../../domain/terms.js';
import { showCard } from '../saga/card.js';
import { nowIso, nowMs, timeOfDay } from '../saga/clock.js';
import { refundAttentionSignal, searchAttributes } from '../saga/messages.js';
import { ReviewDesk, takeDecisions, type Doubt } from '../saga/review.js';
import { atChannel, inRecords } from '../saga/steps.js';
import { untilKnown } from '../saga/untilKnown.js';
import { refundNewsSignal, type CarriedRefund, type RefundEnd, type RefundInput } from './messages.js';

type PaidBack = { kind: 'refunded'; order: RefundOrder; refundedAt: string | null };

/** A refund while its workflow runs: its numbers, its record, and whether it waits for a person. */
export class RunningRefund {
  readonly input: RefundInput;
  readonly atChannel: ReturnType<typeof atChannel>;
  /** Since when the attempt is asked about that a former run has handed over, ms. */
  sinceMs: number | null = null;
  firstAttempt = 1;
  private reserved: ReservedRefund | null = null;
  private version = 0;
  private paymentVersion = 0;
  private news = false;
  private readonly desk: ReviewDesk;
  /** Every number of this refund so far, the current one last, with the time that is part of its identity. */
  private attempts: readonly RefundAttempt[] = [];

  constructor(input: RefundInput) {
    const { paymentId, refundId } = input;
    this.input = input;
    this.atChannel = atChannel(input.channel);
    this.desk = new ReviewDesk({ kind: 'refund', paymentId, refundId });
  }

  listen(): void {
    setHandler(refundNewsSignal, () => {
      this.news = true;
    });
    takeDecisions({ desks: () => [this.desk], status: () => 'refunding' });
  }

  /** Where the record of this refund stands, or what an earlier run of it knew. */
  goOnFrom(start: Pick<CarriedRefund, 'reserved'> & Partial<CarriedRefund>): void {
    const { reserved } = start;
    this.reserved = reserved;
    this.version = start.version ?? reserved.version;
    this.attempts = start.attempts ?? reserved.attempts ?? [];
    this.firstAttempt = start.attempt ?? reserved.attempt;
    this.sinceMs = start.sinceMs ?? null;
    this.desk.goOnWith(start.review ?? null, start.reviewChanges ?? []);
    for (let attempt = 1; attempt < this.firstAttempt; attempt += 1) this.orderOf(attempt);
  }

  carry(asked: Pick<CarriedRefund, 'attempt' | 'sinceMs' | 'tries'>): CarriedRefund {
    const { reserved, attempts, version, desk } = this;
    if (reserved === null) throw new Error('nothing is reserved yet');
    return { ...asked, reserved, attempts, version, review: desk.review, reviewChanges: [...desk.unrecorded] };
  }

  /** The nth attempt. Its time is on record before its first call, so that every repeat names the same refund. */
  orderOf(attempt: number): RefundOrder {
    const { outTradeNo, amountFen, reason } = this.input;
    if (this.reserved === null) throw new Error('nothing is reserved yet');
    const { sequence, orderedAt, expiresAt, chargedFen, tradeNo, paidAt } = this.reserved;
    const refundNo = refundNoFor({ outTradeNo, sequence, attempt });
    const recorded = this.attempts.find((each) => each.refundNo === refundNo);
    const { requestedAt } = recorded ?? { requestedAt: nowIso() };
    if (recorded === undefined) this.attempts = [...this.attempts, { refundNo, requestedAt }];
    const charge = { outTradeNo, orderedAt, expiresAt };
    return { charge, chargedFen, tradeNo, paidAt, refundNo, requestedAt, refundFen: amountFen, reason };
  }

  /** What the record tells of an attempt that is about to be sent. */
  attemptOf({ refundNo }: RefundOrder): Pick<RefundStep, 'refundNo' | 'attempts'> {
    return { refundNo, attempts: this.attempts };
  }

  step(status: RefundStatus, next: Partial<RefundStep> = {}): RefundStep {
    this.version += 1;
    const { paymentId, refundId } = this.input;
    const reviews = [...this.desk.unrecorded];
    this.desk.markRecorded(reviews);
    const changes = reviews.length === 0 ? {} : { reviews };
    return { paymentId, refundId, version: this.version, status, ...changes, ...next };
  }

  callOf(order: RefundOrder) {
    const { paymentId, channel } = this.input;
    return { paymentId, channel, merchantId: this.reserved?.merchantId ?? '', order };
  }

  /** Asks about a refund; what is not recorded yet is recorded with it. */
  query(order: RefundOrder, summary: string): Promise<RefundAnswer> {
    const step = this.desk.unrecorded.length === 0 ? null : this.step(this.status);
    return this.atChannel.queryRefund.executeWithOptions({ summary }, [{ ...this.callOf(order), step }]);
  }

  private get status(): RefundStatus {
    return this.desk.review === null ? 'refunding' : 'needsAttention';
  }

  /** Waits until it is time to ask again, or the channel has sent news. After days of silence somebody is told, once. */
  async pause(tries: number, order: RefundOrder, state: string, silent: boolean): Promise<void> {
    const pauseMs = gapMs(this.input.gapsMs, tries);
    this.show(`${order.refundNo} is ${state}; asked again at ${timeOfDay(nowMs() + pauseMs)}`);
    if (silent && this.desk.review === null)
      await this.raise({ reason: 'channelSilent', detail: `${order.refundNo} has been ${state} for days` });
    await condition(() => this.news || this.desk.isDecided, pauseMs, {
      summary: `query ${tries} of refund ${order.refundNo}`,
    });
    this.news = false;
    if (this.desk.isDecided) await this.settle();
  }

  /**
   * Waits for a decision about a refund the channel refused. A refusal can come after an earlier call of the same number
   * that is still under way there, so before anything is decided upon, every number sent so far is asked about, and
   * one that turns out paid back ends the wait.
   */
  async waitForPerson(detail: string, mayRetry: boolean): Promise<{ kind: 'decided'; decision: Decision } | PaidBack> {
    const decisions = decisionsFor.refundRefused.filter((decision) => mayRetry || decision !== 'retryRefund');
    await this.raise({ reason: 'refundRefused', detail, decisions });
    for (;;) {
      this.show('a person decides');
      await condition(() => this.desk.isDecided || this.news);
      this.news = false;
      const paidBack = await this.findPaidBack();
      if (paidBack === null && !this.desk.isDecided) continue;
      const resolution = await this.settle();
      if (paidBack !== null) return paidBack;
      if (resolution !== null) return { kind: 'decided', decision: resolution.decision };
    }
  }

  /** The one of the refunds sent so far that the channel has paid back, or null when it says of each that it has not. */
  private async findPaidBack(): Promise<PaidBack | null> {
    for (const attempt of this.attempts.keys()) {
      const order = this.orderOf(attempt + 1);
      const { refundNo } = order;
      const answer = await untilKnown<Exclude<RefundAnswer, { kind: 'pending' | 'unknown' }>>({
        ask: async () => {
          const found = await this.query(order, `is ${refundNo} paid back?`);
          if (found.kind !== 'pending' && found.kind !== 'unknown') return found;
          this.show(`${refundNo} is ${found.kind}; nothing is decided upon before it is known`);
          return null;
        },
        wait: async (tries) => {
          await condition(() => this.news, gapMs(this.input.gapsMs, tries), { summary: `ask about ${refundNo} again` });
          this.news = false;
        },
      });
      if (answer.kind === 'refunded') return { kind: 'refunded', order, refundedAt: answer.refundedAt };
    }
    return null;
  }

  /** The money is back: booked, recorded, and told. */
  async book(order: RefundOrder, end: RefundEnd, refundedAt: string | null): Promise<RefundEnd> {
    if (this.desk.review !== null) await this.settle();
    const at = refundedAt ?? nowIso();
    const { refundNo, refundFen } = order;
    const { outTradeNo, channel } = this.input;
    const step = this.step(end, { refundNo, refundedAt: at });
    const paymentStep = this.paymentStep({
      type: 'ChargeRefunded',
      at,
      detail: `${refundFen} fen under ${refundNo}`,
    });
    const booking = { outTradeNo, refundNo, refundFen, at, step, paymentStep };
    if (end === 'refunded') {
      const summary = `return ${refundFen} fen`;
      await inRecords.returnPremium.executeWithOptions({ summary }, [{ ...booking, channel }]);
    } else {
      await inRecords.settleRefundOutside.executeWithOptions({ summary: 'book as paid outside the channel' }, [
        booking,
      ]);
    }
    upsertSearchAttributes([{ key: searchAttributes.paymentStatus, value: 'refunded' }]);
    this.show(end === 'refunded' ? 'the money is back' : 'paid back outside the channel');
    return end;
  }

  /** After issue no workflow of the payment is left to write its timeline, so the refund does. */
  private paymentStep(event: PaymentEvent): PaymentStep | null {
    if (this.input.origin !== 'core') return null;
    this.paymentVersion += 1;
    const { paymentId, refundId } = this.input;
    return { paymentId, writer: `refund-${refundId}`, version: this.paymentVersion, events: [event] };
  }

  private async raise(doubt: Doubt): Promise<void> {
    const review = this.desk.raise(doubt, this.input.channel);
    upsertSearchAttributes([{ key: searchAttributes.needsAttention, value: true }]);
    await inRecords.escalateRefund.executeWithOptions({ summary: `needs attention: ${doubt.reason}` }, [
      { step: this.step('needsAttention') },
    ]);
    await this.tellPayment(review);
  }

  private async settle() {
    const resolution = this.desk.settle();
    upsertSearchAttributes([{ key: searchAttributes.needsAttention, value: false }]);
    await this.tellPayment(null);
    return resolution;
  }

  /** The payment that waits for this refund moves with it; what waits for a person is this refund's review alone. */
  private async tellPayment(review: Review | null): Promise<void> {
    const { parent } = workflowInfo();
    if (parent === undefined) return;
    try {
      await getExternalWorkflowHandle(parent.workflowId).signal(refundAttentionSignal, review);
    } catch (error) {
      // The payment's workflow was ended from outside; the money still has to go back, so this one goes on by itself.
      log.warn('the payment of a refund has no workflow any more', { parent: parent.workflowId, error });
    }
  }

  private show(next: string): void {
    const { outTradeNo, amountFen, reason, channel } = this.input;
    showCard(
      [
        ['Refund', `${amountFen} fen of ${channel} ${outTradeNo}`],
        ['Reason', reason],
        ['Next', next],
      ],
      this.desk.review,
    );
  }
}
