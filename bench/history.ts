import type { WorkflowHandle } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import type { PremiumPaymentInput } from '../src/workflows/collect/messages.js';

export type History = Awaited<ReturnType<WorkflowHandle['fetchHistory']>>;

export interface HistorySize {
  readonly events: number;
  readonly activities: number;
  readonly queries: number;
}

/** Counts what a payment left in Temporal. */
export function sizeOf({ events }: History): HistorySize {
  const scheduled = (events ?? []).flatMap(({ activityTaskScheduledEventAttributes }) =>
    activityTaskScheduledEventAttributes ? [activityTaskScheduledEventAttributes.activityType?.name] : [],
  );
  return {
    events: events?.length ?? 0,
    activities: scheduled.length,
    queries: scheduled.filter((name) => name === 'queryCharge').length,
  };
}

/** What a payment's workflow was started with. */
export function inputOf({ events }: History): PremiumPaymentInput {
  const started = events?.[0]?.workflowExecutionStartedEventAttributes;
  const payload = started?.input?.payloads?.[0];
  if (!payload) throw new Error('a history without a start');
  return defaultPayloadConverter.fromPayload<PremiumPaymentInput>(payload);
}
