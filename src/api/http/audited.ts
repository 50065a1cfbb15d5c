import type { Request, Response } from 'express';
import type { Audit, AuditRecord } from '../../records/audit.js';
import { callerOf, type Caller } from './auth.js';
import type { Logger } from 'pino';
import { requestIdOf } from './observe.js';
import { Problem } from './problem.js';

/** Who asked, under which request. */
export interface Asked {
  caller: Caller;
  requestId: string;
}

export function askedBy(request: Request, response: Response): Asked {
  return { caller: callerOf(response), requestId: requestIdOf(request) };
}

export type Act = Pick<AuditRecord, 'act' | 'target' | 'detail'>;

/**
 * Does what a caller asked and keeps on record who asked for what, whether it was accepted or not. An act whose answer
 * did not come in time may have been taken, so it counts as accepted. When the record itself cannot be written the act
 * stands, and the log has it.
 */
export async function audited<T>(
  deps: { audit: Audit; logger: Logger; now: () => Date },
  { caller, requestId }: Asked,
  act: Act,
  doIt: () => Promise<T>,
): Promise<T> {
  const keep = async (outcome: AuditRecord['outcome']): Promise<void> => {
    const record = {
      ...act,
      actor: caller.name,
      roles: caller.roles,
      outcome,
      requestId,
      at: deps.now().toISOString(),
    };
    try {
      await deps.audit.record(record);
    } catch (error) {
      deps.logger.error({ err: error, audit: record }, 'act not written to the audit');
    }
  };
  try {
    const result = await doIt();
    await keep('accepted');
    return result;
  } catch (error) {
    await keep(error instanceof Problem ? 'rejected' : 'accepted');
    throw error;
  }
}
