import { condition, setHandler, upsertSearchAttributes } from '@temporalio/workflow';
import { mayMove, type PaymentEvent, type PaymentStatus } from '../../domain/payment.js';
import type { Review, ReviewChange, ReviewKind } from '../../domain/review.js';
import type { PaymentStep, StepWriter } from '../../activities/index.js';
import { showCard } from './card.js';
import { nowIso } from './clock.js';
import { refundAttentionSignal, searchAttributes, type Resolution } from './messages.js';
import { ReviewDesk, takeDecisions, type Doubt } from './review.js';
import { inRecords } from './steps.js';

/**
 * A payment as one workflow moves it: where it stands, what has happened since it was last written down, and whether
 * it waits for a person. The workflow decides; this keeps the count, the search attributes and the card in the
 * Temporal UI in line with it.
 */
export class RunningCase {
  status: PaymentStatus;
  version: number;
  policyNo: string | null = null;
  /** The channel of the charge a payer can pay now, once it is another than the payment began with. */
  channel: string | null = null;
  /** Whether this workflow moves the payment. False: another does, and steps of this one carry events and no status. */
  leads = true;
  readonly paymentId: string;
  readonly desk: ReviewDesk;
  /** What a refund of this payment waits for; the refund itself has the review. */
  refundReview: Review | null = null;
  private readonly writer: StepWriter;
  private events: PaymentEvent[] = [];

  constructor(payment: {
    paymentId: string;
    writer: StepWriter;
    status: PaymentStatus;
    version?: number;
    kind: ReviewKind;
    /** Of a cart, whose workflow may wait for several of its items. */
    item?: string;
  }) {
    this.paymentId = payment.paymentId;
    this.writer = payment.writer;
    this.status = payment.status;
    this.version = payment.version ?? 0;
    const { paymentId, kind, item = null } = payment;
    this.desk = new ReviewDesk({ kind, paymentId, refundId: null }, item);
  }

  /** What waits for a person: of this case, or of a refund that it waits for. */
  get review(): Review | null {
    return this.desk.review ?? this.refundReview;
  }

  /** Something happened; it is written down with the next step. */
  note(type: PaymentEvent['type'], detail: string): void {
    this.events.push({ type, at: nowIso(), detail });
  }

  /** Whether something happened that is not written down yet. */
  hasNews(): boolean {
    return this.events.length > 0 || this.desk.unrecorded.length > 0;
  }

  /**
   * Nothing where another workflow moves the payment. Raises `Error` for a move that no payment may make: a bug, so the
   * workflow waits for its fix and undoes nothing.
   */
  moveTo(status: PaymentStatus): void {
    if (!this.leads || status === this.status) return;
    if (!mayMove({ from: this.status, to: status }))
      throw new Error(`a payment cannot go from ${this.status} to ${status}`);
    this.status = status;
    this.publish();
  }

  /** Where the payment stands now, numbered, with everything that happened since the last step. */
  step(next: Partial<PaymentStep> = {}): PaymentStep {
    const step = this.propose(next);
    this.accept(step);
    return step;
  }

  /**
   * The step that an activity shall write if it succeeds. What happened before stays to be written by a later step
   * until `accept` says that this one was.
   */
  propose(next: Partial<PaymentStep>, event?: Omit<PaymentEvent, 'at'>): PaymentStep {
    this.version += 1;
    const followers = this.followers();
    const reviews: readonly ReviewChange[] = this.desk.unrecorded;
    return {
      paymentId: this.paymentId,
      writer: this.writer,
      version: this.version,
      ...(this.leads ? { status: this.status } : {}),
      ...(followers.length === 0 ? {} : { followers }),
      ...(reviews.length === 0 ? {} : { reviews: [...reviews] }),
      ...next,
      events: [...this.events, ...(event === undefined ? [] : [{ ...event, at: nowIso() }])],
    };
  }

  accept(step: PaymentStep): void {
    this.events = this.events.filter((event) => !step.events.includes(event));
    this.desk.markRecorded(step.reviews ?? []);
  }

  /** Other records that go the same way with each step of this one. */
  protected followers(): readonly string[] {
    return [];
  }

  /** Takes operators' decisions and what refunds say of theirs from now on. */
  listenToPeople(): void {
    setHandler(refundAttentionSignal, (review) => {
      this.hearOfRefund(review);
    });
    takeDecisions({ desks: () => this.desks(), status: () => this.status });
  }

  protected desks(): readonly ReviewDesk[] {
    return [this.desk];
  }

  /** A refund waits for a person, or no longer does. */
  protected hearOfRefund(review: Review | null): void {
    this.refundReview = review;
  }

  /** The channel that a review raised now is about; null where no single one is meant. */
  protected channelOfReview(): string | null {
    return this.channel;
  }

  /**
   * Waits, however long, until a person decides or `unless` turns true because the facts settled it (then null).
   * Open and searchable all the while; nothing is called and no money moves.
   */
  async waitForPerson(doubt: Doubt, unless: () => boolean = () => false): Promise<Resolution | null> {
    this.desk.raise(doubt, this.channelOfReview());
    this.note('AttentionRaised', `${doubt.reason}: ${doubt.detail}`);
    // Money that came late for an issued policy waits too, without taking back what is true of the payment.
    if (this.leads) this.moveTo('needsAttention');
    else this.publish();
    await inRecords.escalate.executeWithOptions({ summary: `needs attention: ${doubt.reason}` }, [
      { step: this.step() },
    ]);
    await condition(() => this.desk.isDecided || unless());
    const resolution = this.desk.settle();
    if (!this.leads) this.publish();
    this.note(
      'AttentionResolved',
      resolution === null
        ? 'settled by further evidence'
        : `${resolution.decision} by ${resolution.by}: ${resolution.reason}`,
    );
    return resolution;
  }

  /** Search attributes and card, so that the payment can be found and understood in the Temporal UI alone. */
  protected publish(): void {
    upsertSearchAttributes([
      { key: searchAttributes.paymentStatus, value: this.status },
      { key: searchAttributes.needsAttention, value: this.review !== null },
      ...(this.policyNo === null ? [] : [{ key: searchAttributes.policyNo, value: this.policyNo }]),
      ...(this.channel === null ? [] : [{ key: searchAttributes.channel, value: this.channel }]),
    ]);
  }

  showCard(rows: readonly (readonly [string, string])[]): void {
    const policy = this.policyNo === null ? [] : [['Policy', this.policyNo] as const];
    showCard([['Status', `**${this.status}**`], ...rows, ...policy], this.review);
  }
}
