import type { EvidenceRecord } from '../../records/evidence.js';
import type { PageRequest } from '../../records/page.js';
import { audited, type Asked } from '../http/audited.js';
import { takeIn } from '../../delivery/takeIn.js';
import type { ApiDeps } from '../deps.js';
import { evidenceOf, relatedTo } from '../views/related.js';
import { findPayment } from '../views/readPayments.js';
import { Problem } from '../http/problem.js';
import type { EvidenceDetail, ListedEvidence, Replayed } from './evidenceSchema.js';
import { isCut, verifyEvidence } from './verifyEvidence.js';
import { evidenceView } from '../views/charge.js';
import { temporalWithin } from '../http/within.js';

/** Stored facts as they are looked at, verified and brought again. */
export interface EvidenceDesk {
  /** Oldest first. Raises the problem `not-found`. */
  ofPayment(paymentId: string): Promise<ListedEvidence[]>;
  /** Newest first. Raises BadCursor. */
  list(
    filter: Parameters<ApiDeps['evidence']['list']>[0],
    page: PageRequest,
  ): Promise<{ evidence: ListedEvidence[]; next: string | null }>;
  /** With its bytes, verified now. They may hold personal data, so each look is on record. Raises `not-found`. */
  read(evidenceId: string, asked: Asked): Promise<EvidenceDetail>;
  /**
   * Reads a kept callback again from its bytes, as of the moment it was received, and brings it to its workflow by the way
   * of a first delivery. Changes nothing where it is known already; safe to repeat. Raises the problems `not-found`,
   * `not-replayable`, `evidence-not-believed` and `not-possible-now`.
   */
  replay(evidenceId: string, reason: string, asked: Asked): Promise<Replayed>;
}

export function createEvidenceDesk(deps: ApiDeps): EvidenceDesk {
  return {
    async ofPayment(paymentId) {
      const payment = await findPayment(deps, paymentId);
      return (await evidenceOf(deps, payment, await relatedTo(deps, [payment]))).map(listed);
    },

    async list(filter, page) {
      const { rows, next } = await deps.evidence.list(filter, page);
      return { evidence: rows.map(listed), next };
    },

    async read(evidenceId, asked) {
      const record = await find(deps, evidenceId);
      const detail = { channel: record.channel, paymentId: record.paymentId };
      return audited(deps, asked, { act: 'readEvidence', target: evidenceId, detail }, () =>
        Promise.resolve({
          ...listed(record),
          url: record.url,
          headers: { ...record.headers },
          bodyBase64: record.body.toString('base64'),
          bodyText: asText(record.body),
          verification: verifyEvidence(deps.channels, record),
        }),
      );
    },

    async replay(evidenceId, reason, asked) {
      const record = await find(deps, evidenceId);
      const act = {
        act: 'replayEvidence',
        target: evidenceId,
        detail: { reason, paymentId: record.paymentId },
      } as const;
      return audited(deps, asked, act, async () => {
        const result = await temporalWithin(deps.client, deps.settings.openWaitMs, () => replay(deps, record));
        return { evidenceId, result };
      });
    },
  };
}

async function replay(deps: ApiDeps, record: EvidenceRecord): Promise<Replayed['result']> {
  if (record.source !== 'callback') {
    throw new Problem('not-replayable', 'This is an answer to a query of ours: ask the channel again instead.');
  }
  const { bytes, detail } = verifyEvidence(deps.channels, record);
  if (bytes !== 'asReceived' || isCut(record)) throw new Problem('not-replayable', detail);
  const channel = deps.channels.get(record.channel);
  if (channel === undefined) throw new Problem('not-possible-now', `Channel ${record.channel} is not configured.`);
  const { body, headers, receivedAt } = record;
  const taken = await takeIn(deps, channel, { body, headers, receivedAt, url: record.url ?? '/' }, { again: true });
  if (taken.kind === 'rejected') {
    const { why } = taken;
    throw new Problem('evidence-not-believed', `It is not believed: ${why}.`, { members: { rejected: why } });
  }
  return taken.kind === 'repeated' ? 'delivered' : taken.kind;
}

async function find({ evidence }: Pick<ApiDeps, 'evidence'>, evidenceId: string): Promise<EvidenceRecord> {
  const record = await evidence.find(evidenceId);
  if (record === null) throw new Problem('not-found', `There is no evidence ${evidenceId}.`);
  return record;
}

function listed(record: EvidenceRecord): ListedEvidence {
  const { channel, paymentId, notificationId, bodySha256, keyId, deliveredAt, evidenceId } = record;
  return {
    ...evidenceView(record),
    channel,
    paymentId,
    notificationId,
    bodySha256,
    keyId,
    deliveredAt,
    links: { self: `/v1/evidence/${evidenceId}` },
  };
}

function asText(bytes: Buffer): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}
