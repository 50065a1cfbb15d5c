import { ApplicationFailure, setHandler, workflowInfo } from '@temporalio/workflow';
import { failures } from '../../domain/failures.js';
import type { PaymentStatus } from '../../domain/payment.js';
import {
  decisionsFor,
  reviewIdFor,
  type Decision,
  type Review,
  type ReviewChange,
  type ReviewReason,
  type ReviewSubject,
} from '../../domain/review.js';
import { nowIso } from './clock.js';
import { resolveUpdate, type Resolution } from './messages.js';

/** What a person is asked, in the words of the case that asks. */
export interface Doubt {
  reason: ReviewReason;
  detail: string;
  /** Fewer than the reason allows, where not all of them are possible. */
  decisions?: readonly Decision[];
}

/**
 * Where one case of a workflow asks a person: one review at a time, raised, decided by its id or settled by facts. Keeps what
 * is to be recorded of it until a step takes it along.
 */
export class ReviewDesk {
  /** The review that is open. */
  review: Review | null = null;
  private resolution: Resolution | null = null;
  private changes: ReviewChange[] = [];
  private readonly subject: ReviewSubject;
  private readonly item: string | null;

  constructor(subject: ReviewSubject, item: string | null = null) {
    this.subject = subject;
    this.item = item;
  }

  /** Whether a person has decided and nobody has acted on it yet. */
  get isDecided(): boolean {
    return this.resolution !== null;
  }

  get paymentId(): string {
    return this.subject.paymentId;
  }

  raise({ reason, detail, decisions = decisionsFor[reason] }: Doubt, channel: string | null): Review {
    const { subject, item } = this;
    const { workflowId } = workflowInfo();
    const raisedAt = nowIso();
    const reviewId = reviewIdFor({ workflowId, item, raisedAt });
    this.review = { ...subject, reviewId, workflowId, channel, reason, detail, decisions, raisedAt };
    this.resolution = null;
    this.changes.push({ kind: 'raised', review: this.review });
    return this.review;
  }

  /** Closes the open review, by the decision if there is one; answers with it. Nothing where none is open. */
  settle(): Resolution | null {
    const { review, resolution } = this;
    this.review = null;
    this.resolution = null;
    if (review === null) return null;
    const { decision, by, reason } = resolution ?? { decision: null, by: null, reason: 'settled by further evidence' };
    const end = { settledAt: nowIso(), decision, by, reason };
    this.changes.push({ kind: 'settled', reviewId: review.reviewId, end });
    return resolution;
  }

  /** Raises `ResolutionRejected` when the decision does not fit. */
  assertTakes({ decision }: Resolution): void {
    if (this.review === null || this.resolution !== null) throw rejected('nothing waits for a decision');
    const { reason, decisions } = this.review;
    if (!decisions.includes(decision)) {
      throw rejected(`${reason} is settled by ${decisions.join(' or ')}, not by ${decision}`);
    }
  }

  decide(resolution: Resolution): void {
    this.resolution = resolution;
  }

  /** What is not recorded yet, in order. */
  get unrecorded(): readonly ReviewChange[] {
    return this.changes;
  }

  markRecorded(recorded: readonly ReviewChange[]): void {
    this.changes = this.changes.filter((change) => !recorded.includes(change));
  }

  /** From a former run of the same workflow. */
  goOnWith(review: Review | null, unrecorded: readonly ReviewChange[]): void {
    this.review = review;
    this.changes = [...unrecorded];
  }
}

/**
 * Takes operators' decisions from now on, for whichever of these desks has the review; the validator turns away what does not
 * fit. `desks` is asked anew each time; the first is that of the workflow's own case.
 */
export function takeDecisions(workflow: { desks: () => readonly ReviewDesk[]; status: () => PaymentStatus }): void {
  const deskFor = ({ reviewId, paymentId }: Resolution): ReviewDesk | undefined => {
    const desks = workflow.desks();
    if (reviewId !== undefined) return desks.find(({ review }) => review?.reviewId === reviewId);
    return desks.find((desk) => desk.review !== null && desk.paymentId === paymentId) ?? desks[0];
  };
  setHandler(
    resolveUpdate,
    (resolution) => {
      deskFor(resolution)?.decide(resolution);
      return workflow.status();
    },
    {
      validator: (resolution: Resolution) => {
        const desk = deskFor(resolution);
        if (desk === undefined) throw rejected('nothing waits for a decision');
        desk.assertTakes(resolution);
      },
      description: 'An operator settles what waits for a person',
    },
  );
}

function rejected(message: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(message, failures.resolutionRejected);
}
