import {
  CancellationScope,
  condition,
  getExternalWorkflowHandle,
  log,
  setCurrentDetails,
  setHandler,
  ApplicationFailure,
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
import { failures } from '../../domain/failures.js';
import { refundAttemptsMax, refundNoFor } from '../../domain/ids.js';
import { decisionsFor, type Attention, type Decision } from '../../domain/review.js';
import { gapMs } from '../../domain/terms.js';
import { type PaymentEvent } from '../../domain/payment.js';
import { nowIso, nowMs, timeOfDay } from '../saga/clock.js';
import { refundAttentionSignal, resolveUpdate, searchAttributes, type Resolution } from '../saga/messages.js';
import { refundNewsSignal, type RefundInput } from './messages.js';
import { atChannel, inRecords } from '../saga/steps.js';

export type RefundEnd = 'refunded' | 'settledOutside';

type PaidBack = { kind: 'refunded'; order: RefundOrder; refundedAt: string | null };

/** How long a channel may leave a refund unknown before a person looks into it, ms; it is asked about all the while. */
const silentAfterMs = 3 * 24 * 3_600_000;

/**
 * Gives money back for a charge: under its own number, asked about until known, booked. A refund the channel refuses
 * for good waits for a person. Ends only with the customer's money back.
 */
export async function refund(input: RefundInput): Promise<RefundEnd> {
  const running = new RunningRefund(input);
  running.listen();
  return CancellationScope.nonCancellable(async () => {
    const reserved = await inRecords.reserveRefund.executeWithOptions({ summary: `reserve ${input.amountFen} fen` }, [
      { ...reservationOf(input), at: nowIso() },
    ]);
    running.goOnFrom(reserved);
    const sent: RefundOrder[] = [];
    for (let attempt = 1; attempt < reserved.attempt; attempt += 1) sent.push(running.orderOf(reserved, attempt));
    for (let { attempt } = reserved; ; attempt += 1) {
      const order = running.orderOf(reserved, attempt);
      sent.push(order);
      const answer = await untilKnown(running, order);
      if (answer.kind === 'refunded') return running.book(order, 'refunded', answer.refundedAt);

      const settled = await running.waitForPerson(
        sent,
        `the channel refused ${order.refundNo}: ${answer.code} ${answer.message}`,
        attempt < refundAttemptsMax ? 'mayRetry' : 'noMoreAttempts',
      );
      if (settled.kind === 'refunded') return running.book(settled.order, 'refunded', settled.refundedAt);
      if (settled.decision === 'settledOutside') return running.book(order, 'settledOutside', null);
    }
  });
}

/** Sends the refund and asks about it until the channel has said yes or a definitive no. */
async function untilKnown(
  running: RunningRefund,
  order: RefundOrder,
): Promise<Extract<RefundAnswer, { kind: 'refunded' | 'refused' }>> {
  const call = running.callOf(order);
  const send = (note: string, step: RefundStep | null): Promise<RefundAnswer> =>
    running.atChannel.refundCharge.executeWithOptions(
      { summary: `${note} ${order.refundNo}: ${order.refundFen} fen` },
      [{ ...call, step }],
    );
  const startedMs = nowMs();
  const { refundNo } = order;
  const { attempts } = running;
  let answer = await send('refund', running.step('refunding', { refundNo, attempts, attention: null }));
  for (let query = 1; answer.kind !== 'refunded' && answer.kind !== 'refused'; query += 1) {
    await running.pause(query, order, answer.kind, nowMs() - startedMs > silentAfterMs);
    answer = await running.atChannel.queryRefund.executeWithOptions(
      { summary: `query ${query} of refund ${order.refundNo}` },
      [{ ...call, step: null }],
    );
    // The channel does not have it, so it moved nothing: the same number once more is the same refund.
    if (answer.kind === 'notExecuted') answer = await send('refund again', null);
  }
  return answer;
}

function reservationOf({ paymentId, refundId, outTradeNo, amountFen, reason, origin, source }: RefundInput) {
  return { paymentId, refundId, outTradeNo, amountFen, reason, origin, source };
}

/** A refund while its workflow runs. */
class RunningRefund {
  readonly input: RefundInput;
  private version = 0;
  private merchantId = '';
  private paymentVersion = 0;
  private news = false;
  private attention: Attention | null = null;
  private resolution: Resolution | null = null;
  /** Every number of this refund so far, the current one last, with the time that is part of its identity. */
  attempts: readonly RefundAttempt[] = [];
  readonly atChannel: ReturnType<typeof atChannel>;

  constructor(input: RefundInput) {
    this.input = input;
    this.atChannel = atChannel(input.channel);
  }

  /** The nth attempt. Its time is on record before its first call, so that every repeat names the same refund. */
  orderOf(reserved: ReservedRefund, attempt: number): RefundOrder {
    const { outTradeNo, amountFen, reason } = this.input;
    const refundNo = refundNoFor({ outTradeNo, sequence: reserved.sequence, attempt });
    const known = this.attempts.find((each) => each.refundNo === refundNo);
    const { requestedAt } = known ?? { requestedAt: nowIso() };
    if (known === undefined) this.attempts = [...this.attempts, { refundNo, requestedAt }];
    return {
      charge: { outTradeNo, orderedAt: reserved.orderedAt, expiresAt: reserved.expiresAt },
      chargedFen: reserved.chargedFen,
      tradeNo: reserved.tradeNo,
      paidAt: reserved.paidAt,
      refundNo,
      requestedAt,
      refundFen: amountFen,
      reason,
    };
  }

  listen(): void {
    setHandler(refundNewsSignal, () => {
      this.news = true;
    });
    setHandler(
      resolveUpdate,
      (resolution) => {
        this.resolution = resolution;
        return 'refunding' as const;
      },
      {
        validator: ({ decision }: Resolution) => {
          if (this.attention === null || this.resolution !== null) throw rejected('nothing waits for a decision');
          if (!this.attention.decisions.includes(decision)) {
            throw rejected(
              `${this.attention.reason} is settled by ${this.attention.decisions.join(' or ')}, not by ${decision}`,
            );
          }
        },
        description: 'An operator settles a refund that waits for a person',
      },
    );
  }

  step(status: RefundStatus, next: Partial<RefundStep> = {}): RefundStep {
    this.version += 1;
    const { paymentId, refundId } = this.input;
    return { paymentId, refundId, version: this.version, status, ...next };
  }

  /** Waits until it is time to ask again, or the channel has sent news. After days of silence somebody is told, once. */
  async pause(query: number, order: RefundOrder, state: string, silent: boolean): Promise<void> {
    const pauseMs = gapMs(this.input.gapsMs, query);
    this.show(`${order.refundNo} is ${state}; asked again at ${timeOfDay(nowMs() + pauseMs)}`);
    if (silent && this.attention === null)
      await this.raise('channelSilent', `${order.refundNo} has been ${state} for days`);
    await condition(() => this.news || this.resolution !== null, pauseMs, {
      summary: `query ${query} of refund ${order.refundNo}`,
    });
    this.news = false;
    if (this.resolution !== null) await this.lower();
  }

  /** The record of this refund goes on where an earlier run of it was stopped. */
  goOnFrom({ version, merchantId, attempts = [] }: ReservedRefund): void {
    this.version = version;
    this.merchantId = merchantId;
    this.attempts = attempts;
  }

  callOf(order: RefundOrder) {
    const { paymentId, channel } = this.input;
    return { paymentId, channel, merchantId: this.merchantId, order };
  }

  /**
   * Waits for a decision about a refund the channel refused. A refusal can come after an earlier call of the same number
   * that is still under way there, so before anything is decided upon, every number sent so far is asked about, and
   * one that turns out paid back ends the wait.
   */
  async waitForPerson(
    sent: readonly RefundOrder[],
    detail: string,
    retry: 'mayRetry' | 'noMoreAttempts',
  ): Promise<{ kind: 'decided'; decision: Decision } | PaidBack> {
    await this.raise('refundRefused', detail, retry);
    for (;;) {
      this.show('a person decides');
      await condition(() => this.resolution !== null || this.news);
      this.news = false;
      const paidBack = await this.findPaidBack(sent);
      const { resolution } = this;
      if (paidBack === null && resolution === null) continue;
      await this.lower();
      if (paidBack !== null) return paidBack;
      if (resolution !== null) return { kind: 'decided', decision: resolution.decision };
    }
  }

  /** The one of these refunds that the channel has paid back, or null when it says of each that it has not. */
  private async findPaidBack(sent: readonly RefundOrder[]): Promise<PaidBack | null> {
    for (const order of sent) {
      for (let query = 1; ; query += 1) {
        const answer = await this.atChannel.queryRefund.executeWithOptions(
          { summary: `is ${order.refundNo} paid back?` },
          [{ ...this.callOf(order), step: null }],
        );
        if (answer.kind === 'refunded') return { kind: 'refunded', order, refundedAt: answer.refundedAt };
        if (answer.kind === 'refused' || answer.kind === 'notExecuted') break;
        this.show(`${order.refundNo} is ${answer.kind}; nothing is decided upon before it is known`);
        await condition(() => this.news, gapMs(this.input.gapsMs, query), {
          summary: `ask about ${order.refundNo} again`,
        });
        this.news = false;
      }
    }
    return null;
  }

  /** The money is back: booked, recorded, and told. */
  async book(order: RefundOrder, end: RefundEnd, refundedAt: string | null): Promise<RefundEnd> {
    if (this.attention !== null) await this.lower();
    const at = refundedAt ?? nowIso();
    const booking = {
      outTradeNo: this.input.outTradeNo,
      refundNo: order.refundNo,
      refundFen: order.refundFen,
      at,
      step: this.step(end, { refundNo: order.refundNo, refundedAt: at, attention: null }),
      paymentStep: this.paymentStep({
        type: 'ChargeRefunded',
        at,
        detail: `${order.refundFen} fen under ${order.refundNo}`,
      }),
    };
    if (end === 'refunded') {
      const summary = `return ${order.refundFen} fen`;
      await inRecords.returnPremium.executeWithOptions({ summary }, [{ ...booking, channel: this.input.channel }]);
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

  private async raise(
    reason: 'refundRefused' | 'channelSilent',
    detail: string,
    retry: 'mayRetry' | 'noMoreAttempts' = 'mayRetry',
  ): Promise<void> {
    const decisions = decisionsFor[reason].filter((decision) => retry === 'mayRetry' || decision !== 'retryRefund');
    const attention: Attention = { workflowId: workflowInfo().workflowId, reason, detail, since: nowIso(), decisions };
    this.attention = attention;
    this.resolution = null;
    upsertSearchAttributes([{ key: searchAttributes.needsAttention, value: true }]);
    await inRecords.escalateRefund.executeWithOptions({ summary: `needs attention: ${reason}` }, [
      { step: { ...this.step('needsAttention'), attention } },
    ]);
    await this.tellPayment(attention);
  }

  private async lower(): Promise<void> {
    this.attention = null;
    this.resolution = null;
    upsertSearchAttributes([{ key: searchAttributes.needsAttention, value: false }]);
    await this.tellPayment(null);
  }

  private async tellPayment(attention: Attention | null): Promise<void> {
    const { parent } = workflowInfo();
    if (parent === undefined) return;
    try {
      await getExternalWorkflowHandle(parent.workflowId).signal(refundAttentionSignal, attention);
    } catch (error) {
      // The payment's workflow was ended from outside; the money still has to go back, so this one goes on by itself.
      log.warn('the payment of a refund has no workflow any more', { parent: parent.workflowId, error });
    }
  }

  private show(next: string): void {
    const { outTradeNo, amountFen, reason, channel } = this.input;
    setCurrentDetails(
      [
        '| | |',
        '|---|---|',
        `| Refund | ${amountFen} fen of ${channel} ${outTradeNo} |`,
        `| Reason | ${reason} |`,
        `| Next | ${next} |`,
        ...(this.attention === null
          ? []
          : [`| Waits for a person | **${this.attention.reason}**: ${this.attention.detail} |`]),
      ].join('\n'),
    );
  }
}

function rejected(message: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(message, failures.resolutionRejected);
}
