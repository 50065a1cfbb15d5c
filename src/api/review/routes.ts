import { roles } from '../../records/apiKeys.js';
import { endpoint } from '../deps.js';
import { paymentPath } from '../views/paymentSchema.js';
import {
  assignmentBody,
  decisionBody,
  listReviewsQuery,
  resolutionBody,
  resolved,
  reviewSchema,
  reviewPage,
  reviewPath,
} from './bodies.js';
import { resolve } from './resolution.js';
import { createReviews } from './reviews.js';

export const reviewEndpoints = [
  endpoint({
    method: 'post',
    path: '/payments/{paymentId}/resolution',
    id: 'resolvePayment',
    tag: 'operations',
    summary: 'Settle a case that waits for a person',
    says: 'Goes to the payment’s own case, or to that of the part or refund that is named or the only one; a cart is settled by the id of any of its items. Who, when and why are kept.',
    roles: ['ops'],
    params: paymentPath,
    body: resolutionBody,
    answers: { 200: { says: 'Taken.', schema: resolved } },
    problems: ['not-found', 'resolution-rejected', 'case-not-named'],
    handle: async ({ deps, path: { paymentId }, body, asked }) => ({
      body: await resolve(deps, paymentId, body, asked),
    }),
  }),
  endpoint({
    method: 'get',
    path: '/reviews',
    id: 'listReviews',
    tag: 'operations',
    summary: 'The queue of what waits for a person',
    says: 'Of payments, parts, carts, refunds and late money alike; the open ones unless asked otherwise, newest first.',
    roles,
    query: listReviewsQuery,
    answers: { 200: { says: 'One page.', schema: reviewPage } },
    problems: ['validation'],
    handle: async ({ deps, query }) => ({ body: await createReviews(deps).list(query) }),
  }),
  endpoint({
    method: 'get',
    path: '/reviews/{reviewId}',
    id: 'readReview',
    tag: 'operations',
    summary: 'Read a review',
    says: 'What happened, what may be decided, who has it, and how it ended.',
    roles,
    params: reviewPath,
    answers: { 200: { says: 'The review.', schema: reviewSchema } },
    problems: ['not-found'],
    handle: async ({ deps, path: { reviewId } }) => ({ body: await createReviews(deps).find(reviewId) }),
  }),
  endpoint({
    method: 'post',
    path: '/reviews/{reviewId}/decision',
    id: 'decideReview',
    tag: 'operations',
    summary: 'Decide a review',
    says: 'One of its `decisions`, once. Refused when it was settled meanwhile, or when the facts have changed so that the decision does not fit any more. Who, when and why are kept.',
    roles: ['ops'],
    params: reviewPath,
    body: decisionBody,
    answers: { 200: { says: 'Taken.', schema: reviewSchema } },
    problems: ['not-found', 'resolution-rejected'],
    handle: async ({ deps, path: { reviewId }, body, asked }) => ({
      body: await createReviews(deps).decide(reviewId, body, asked),
    }),
  }),
  endpoint({
    method: 'post',
    path: '/reviews/{reviewId}/assignment',
    id: 'assignReview',
    tag: 'operations',
    summary: 'Take a review, or give it back',
    says: 'Says to the others who looks into it; whoever may decide still may. Safe to repeat.',
    roles: ['ops'],
    params: reviewPath,
    body: assignmentBody,
    answers: { 200: { says: 'Written down.', schema: reviewSchema } },
    problems: ['not-found', 'resolution-rejected'],
    handle: async ({ deps, path: { reviewId }, body: { assignedTo }, asked }) => ({
      body: await createReviews(deps).assign(reviewId, assignedTo, asked),
    }),
  }),
];
