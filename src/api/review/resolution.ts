import { decideReview } from './reviews.js';
import type { Decision } from '../../domain/review.js';
import type { PaymentStatus } from '../../domain/payment.js';
import { audited, type Asked } from '../http/audited.js';
import type { ApiDeps } from '../deps.js';
import type { ReviewRecord } from '../../records/reviews.js';
import { relatedTo, type Related } from '../views/related.js';
import { findPayment } from '../views/readPayments.js';
import { Problem } from '../http/problem.js';
import { partIdOf } from '../views/attention.js';

export interface ResolutionRequest {
  decision: Decision;
  reason: string;
  /** Names the case when several wait. */
  refundId?: string | undefined;
  partId?: string | undefined;
}

/**
 * Brings an operator's decision to the workflow that waits for it. Not repeatable: a case that is settled takes no
 * second decision. Raises the problems `resolution-rejected` when the decision does not fit or nothing waits, and
 * `case-not-named` when several cases wait and none was named.
 */
export async function resolve(
  deps: ApiDeps,
  paymentId: string,
  request: ResolutionRequest,
  asked: Asked,
): Promise<{ paymentId: string; status: PaymentStatus }> {
  const payment = await findPayment(deps, paymentId);
  const { decision, reason, refundId = null, partId = null } = request;
  const act = { act: 'resolution', target: paymentId, detail: { decision, reason, refundId, partId } } as const;
  return audited(deps, asked, act, async () => {
    const review = namedReview(await relatedTo(deps, [payment]), request);
    return { paymentId, status: await decideReview(deps, review, { decision, reason, by: asked.caller.name }) };
  });
}

/** Each open review knows the workflow that waits for its decision; where several wait, one must be named. */
function namedReview(
  { reviews, parts }: Pick<Related, 'reviews' | 'parts'>,
  { refundId, partId }: ResolutionRequest,
): ReviewRecord {
  const open = reviews.map((review) => ({ review, partId: partIdOf(review.paymentId, parts) }));
  const named = open.filter(
    (each) =>
      (refundId === undefined || each.review.refundId === refundId) && (partId === undefined || each.partId === partId),
  );
  if (named.length === 0) {
    const what = refundId === undefined ? (partId === undefined ? null : `Part ${partId}`) : `Refund ${refundId}`;
    throw new Problem(
      'resolution-rejected',
      what === null ? 'Nothing waits for a decision.' : `${what} waits for no decision.`,
    );
  }
  // The payment's own comes before those of its parts, and a part's that is named before those of its refunds.
  const own =
    named.find((each) => each.review.refundId === null && each.partId === null) ??
    (partId === undefined ? undefined : named.find((each) => each.review.refundId === null));
  const [only, ...others] = own === undefined ? named : [own];
  if (only !== undefined && others.length === 0) return only.review;
  const refundIds = named.flatMap((each) => each.review.refundId ?? []);
  // In the order of the parts, whichever of them came to wait first.
  const waiting = new Set(named.map((each) => each.partId));
  const partIds = parts.flatMap((part) => partIdOf(part.paymentId, parts) ?? []).filter((id) => waiting.has(id));
  const names = [...refundIds.map((id) => `refund ${id}`), ...partIds.map((id) => `part ${id}`)].join(', ');
  throw new Problem('case-not-named', `Name one of: ${names}.`, { members: { refundIds, partIds } });
}
