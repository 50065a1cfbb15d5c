import type { Page, PageRequest } from './page.js';

/** One act of a person or a calling system that changes something, or looks at raw bytes; kept for ever. */
export interface AuditRecord {
  auditId: string;
  /** Name of the API key that acted. */
  actor: string;
  roles: readonly string[];
  act:
    | 'cancel'
    | 'query'
    | 'resolution'
    | 'assignment'
    | 'refund'
    | 'switchMethod'
    | 'readEvidence'
    | 'replayEvidence'
    | 'keyAdded'
    | 'keyRevoked';
  /** What was acted upon, e.g. a payment id. */
  target: string;
  /** What was asked, without personal data. */
  detail: Readonly<Record<string, string | number | null>>;
  outcome: 'accepted' | 'rejected';
  requestId: string;
  /** ISO-8601 UTC. */
  at: string;
}

export interface Audit {
  /** Appends. Never changed afterwards. */
  record(act: Omit<AuditRecord, 'auditId'>): Promise<void>;
  list(filter: { target?: string; actor?: string }, page: PageRequest): Promise<Page<AuditRecord>>;
}
