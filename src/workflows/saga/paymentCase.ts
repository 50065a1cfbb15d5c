import {
  ApplicationFailure,
  condition,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { failures } from '../../domain/failures.js';
import { decisionsFor, type Attention, type AttentionReason, type Decision } from '../../domain/review.js';
import { mayMove, type PaymentEvent, type PaymentStatus } from '../../domain/payment.js';
import type { PaymentStep } from '../../activities/index.js';
import { nowIso } from './clock.js';
import { refundAttentionSignal, resolveUpdate, searchAttributes, type Resolution } from './messages.js';
import { inRecords } from './steps.js';

/**
 * A payment as one workflow moves it: where it stands, what has happened since it was last written down, and whether
 * it waits for a person. The workflow decides; this keeps the count, the search attributes and the card in the
 * Temporal UI in line with it.
 */
export class PaymentCase {
  status: PaymentStatus;
  version: number;
  policyNo: string | null = null;
  /** The channel of the charge a payer can pay now, once it is another than the payment began with. */
  channel: string | null = null;
  attention: Attention | null = null;
  /** Whether this workflow moves the payment. One that only adds to its story leaves its status to the other. */
  leads = true;
  readonly paymentId: string;
  private readonly writer: string;
  private events: PaymentEvent[] = [];
  private resolution: Resolution | null = null;
  /** Whoever never needed a person has nothing to say about another's case. */
  protected everWaited: boolean;

  constructor(payment: {
    paymentId: string;
    writer: string;
    status: PaymentStatus;
    version?: number;
    everWaited?: boolean;
  }) {
    this.paymentId = payment.paymentId;
    this.writer = payment.writer;
    this.status = payment.status;
    this.version = payment.version ?? 0;
    this.everWaited = payment.everWaited ?? false;
  }

  /** Something happened; it is written down with the next step. */
  note(type: PaymentEvent['type'], detail: string): void {
    this.events.push({ type, at: nowIso(), detail });
  }

  /** Whether something happened that is not written down yet. */
  hasNews(): boolean {
    return this.events.length > 0;
  }

  /** Raises `Error` for a move that no payment may make: a bug, so the workflow waits for its fix and undoes nothing. */
  moveTo(status: PaymentStatus): void {
    if (!mayMove({ from: this.status, to: status }))
      throw new Error(`a payment cannot go from ${this.status} to ${status}`);
    if (status === this.status) return;
    this.status = status;
    this.publish();
  }

  /** Where the payment stands now, numbered, with everything that happened since the last step. */
  step(next: Partial<PaymentStep> = {}): PaymentStep {
    const step = this.numbered(next, this.events);
    this.events = [];
    return step;
  }

  /**
   * The step that an activity shall write if it succeeds. What happened before stays to be written by a later step
   * until `accept` says that this one was.
   */
  propose(next: Partial<PaymentStep>, event: Omit<PaymentEvent, 'at'>): PaymentStep {
    return this.numbered(next, [...this.events, { ...event, at: nowIso() }]);
  }

  accept(step: PaymentStep): void {
    this.events = this.events.filter((event) => !step.events.includes(event));
  }

  /** Other records that go the same way with each step of this one. */
  protected followers(): readonly string[] {
    return [];
  }

  private numbered(next: Partial<PaymentStep>, events: readonly PaymentEvent[]): PaymentStep {
    this.version += 1;
    const followers = this.followers();
    return {
      paymentId: this.paymentId,
      writer: this.writer,
      version: this.version,
      ...(this.leads ? { status: this.status } : {}),
      ...(this.leads || this.everWaited ? { attention: this.attention } : {}),
      ...(followers.length === 0 ? {} : { followers }),
      ...next,
      events,
    };
  }

  /**
   * Takes operators' resolutions from now on; the validator turns away whatever does not fit the case. A case that its
   * refund waits for is shown here and resolved there.
   */
  takeResolutions(): void {
    setHandler(refundAttentionSignal, (attention) => {
      this.hearOfRefund(attention);
    });
    setHandler(
      resolveUpdate,
      (resolution) => {
        const waiting = this.innerCaseOf(resolution) ?? this;
        waiting.resolution = resolution;
        return waiting.status;
      },
      {
        validator: (resolution: Resolution) => {
          (this.innerCaseOf(resolution) ?? this).assertFits(resolution);
        },
        description: 'An operator settles what waits for a person',
      },
    );
  }

  /** A refund waits for a person, or no longer does. */
  protected hearOfRefund(attention: Attention | null): void {
    this.everWaited = true;
    this.attention = attention;
  }

  /** The case within this one that a resolution is about, where a workflow has several. */
  protected innerCaseOf(_resolution: Resolution): PaymentCase | undefined {
    return undefined;
  }

  private assertFits({ decision }: Resolution): void {
    const open =
      this.attention !== null && this.attention.workflowId === workflowInfo().workflowId ? this.attention : null;
    if (open === null || this.resolution !== null) throw rejected('nothing waits for a decision');
    if (!open.decisions.includes(decision)) {
      throw rejected(`${open.reason} is settled by ${open.decisions.join(' or ')}, not by ${decision}`);
    }
  }

  /**
   * Waits, however long, until a person decides or `unless` turns true because the facts settled it (then null).
   * Open and searchable all the while; nothing is called and no money moves.
   */
  async waitForPerson(
    doubt: { reason: AttentionReason; detail: string; decisions?: readonly Decision[] },
    unless: () => boolean = () => false,
  ): Promise<Resolution | null> {
    this.attention = {
      workflowId: workflowInfo().workflowId,
      reason: doubt.reason,
      detail: doubt.detail,
      since: nowIso(),
      decisions: doubt.decisions ?? decisionsFor[doubt.reason],
    };
    this.everWaited = true;
    this.resolution = null;
    this.note('AttentionRaised', `${doubt.reason}: ${doubt.detail}`);
    // Money that came late for an issued policy waits too, without taking back what is true of the payment.
    if (this.leads) this.moveTo('needsAttention');
    else this.publish();
    await inRecords.escalate.executeWithOptions({ summary: `needs attention: ${doubt.reason}` }, [
      { step: this.step() },
    ]);
    await condition(() => this.resolution !== null || unless());
    const resolution = this.takeResolution();
    this.attention = null;
    if (!this.leads) this.publish();
    this.note(
      'AttentionResolved',
      resolution === null
        ? 'settled by further evidence'
        : `${resolution.decision} by ${resolution.by}: ${resolution.reason}`,
    );
    return resolution;
  }

  private takeResolution(): Resolution | null {
    const { resolution } = this;
    this.resolution = null;
    return resolution;
  }

  /** Search attributes and card, so that the payment can be found and understood in the Temporal UI alone. */
  protected publish(): void {
    upsertSearchAttributes([
      { key: searchAttributes.paymentStatus, value: this.status },
      { key: searchAttributes.needsAttention, value: this.attention !== null },
      ...(this.policyNo === null ? [] : [{ key: searchAttributes.policyNo, value: this.policyNo }]),
      ...(this.channel === null ? [] : [{ key: searchAttributes.channel, value: this.channel }]),
    ]);
  }

  /** Shows the card. Costs no history. */
  showCard(rows: readonly (readonly [string, string])[]): void {
    const all: readonly (readonly [string, string])[] = [
      ['Status', `**${this.status}**`],
      ...rows,
      ...(this.policyNo === null ? [] : [['Policy', this.policyNo] as const]),
      ...(this.attention === null
        ? []
        : [
            [
              'Waits for a person',
              `**${this.attention.reason}**: ${this.attention.detail} → ${this.attention.decisions.join(' or ')}`,
            ] as const,
          ]),
    ];
    setCurrentDetails(['| | |', '|---|---|', ...all.map(([name, value]) => `| ${name} | ${value} |`)].join('\n'));
  }
}

function rejected(message: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(message, failures.resolutionRejected);
}
