import { WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';

/** Why a workflow did not take an update: the failure's type, or null when the error is about something else. */
export function updateFailureOf(error: unknown): { type: string; message: string } | null {
  if (!(error instanceof WorkflowUpdateFailedError)) return null;
  const { cause } = error;
  const type = cause instanceof ApplicationFailure ? (cause.type ?? '') : '';
  return { type, message: cause?.message ?? error.message };
}
