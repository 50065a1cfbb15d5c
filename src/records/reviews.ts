import type { Review, ReviewChange, ReviewEnd, ReviewKind } from '../domain/review.js';
import type { Page, PageRequest } from './page.js';

/** A review as stored: a projection of the workflow that waits, and who has taken it up. */
export interface ReviewRecord extends Review {
  /** Name of the person's key who looks into it; null while nobody does. */
  assignedTo: string | null;
  /** Null while it is open. */
  settled: ReviewEnd | null;
}

export interface ReviewFilter {
  status?: 'open' | 'settled';
  kind?: ReviewKind;
  channel?: string;
  /** Raised before, ISO-8601 UTC. */
  olderThan?: string;
}

/** The one queue of what waits for a person, whatever capability raised it. */
export interface Reviews {
  /**
   * Writes what a step says of reviews, in order. Safe to repeat: a review is raised once and settled once, whichever comes
   * last. One that is raised settles what an earlier run of its workflow had left open about the same record.
   */
  record(changes: readonly ReviewChange[]): Promise<void>;
  find(reviewId: string): Promise<ReviewRecord | null>;
  /** The open ones of these records (payments, parts, carts, items) and their refunds, the oldest first. */
  openOf(paymentIds: readonly string[]): Promise<ReviewRecord[]>;
  /** Newest first. */
  list(filter: ReviewFilter, page: PageRequest): Promise<Page<ReviewRecord>>;
  /** Who looks into it; null gives it back to the queue. Safe to repeat. False when it is not open. */
  assign(reviewId: string, assignedTo: string | null): Promise<boolean>;
}
