import type { ErrorRequestHandler } from 'express';
import { ZodError } from 'zod';

/** An answer of the control API that is not a success: a status, a stable word, and a sentence. */
export class ControlError extends Error {
  readonly status: number;
  readonly reason: string;

  constructor(status: number, reason: string, message: string) {
    super(message);
    this.status = status;
    this.reason = reason;
  }
}

export const answerErrors: ErrorRequestHandler = (error: unknown, _req, res, next) => {
  if (res.headersSent) {
    next(error);
    return;
  }
  const { status, reason, message } = describe(error);
  res.status(status).json({ error: reason, message });
};

function describe(error: unknown): { status: number; reason: string; message: string } {
  if (error instanceof ControlError) return error;
  if (error instanceof ZodError) return { status: 400, reason: 'invalid', message: firstIssue(error) };
  if (isHttpError(error)) return { status: error.status, reason: 'invalid', message: error.message };
  return { status: 500, reason: 'bug', message: error instanceof Error ? error.message : String(error) };
}

function firstIssue(error: ZodError): string {
  const issue = error.issues[0];
  return issue === undefined ? 'invalid' : `${issue.path.join('.')}: ${issue.message}`;
}

/** What the body parsers raise for a malformed or oversized body. */
function isHttpError(error: unknown): error is Error & { status: number } {
  return error instanceof Error && 'status' in error && typeof error.status === 'number';
}
