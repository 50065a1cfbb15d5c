import type { Channel, RawNotification } from '../channels/channel.js';
import type { EvidenceStore } from '../records/evidence.js';
import type { Refunds } from '../records/refunds.js';
import { deliverEvidence, type EvidenceDelivery } from './deliverEvidence.js';
import type { RecentDeliveries } from './recentDeliveries.js';
import { understand, type Understanding, type Understood } from './understand.js';

/** What taking a message in needs: to understand it, to keep it, and to bring it where it belongs. */
export interface TakingIn extends Understanding, EvidenceDelivery {
  charges: Understanding['charges'];
  refunds: EvidenceDelivery['refunds'] & Pick<Refunds, 'findByNo'>;
  evidence: Pick<EvidenceStore, 'keep' | 'keepRejected' | 'markDelivered'>;
  now: () => Date;
  logger: {
    warn(facts: object, message: string): void;
    error(facts: object, message: string): void;
  };
}

/** What a message came to; of several facts in it, what has to be looked at first. */
export type Taken =
  | { kind: 'rejected'; why: string }
  /** `foreignRefund`: money went back by a refund we did not ask for. `repeated`: known already. */
  | { kind: 'stranded' | 'foreignRefund' | 'delivered' | 'ignored' | 'repeated' };

const worstFirst: readonly Taken['kind'][] = [
  'rejected',
  'stranded',
  'foreignRefund',
  'delivered',
  'ignored',
  'repeated',
];

/**
 * The one way of a message into the product: understood, kept before anything is done with it, then brought to the workflow
 * it concerns. Safe to repeat, as channels do. What was kept but not brought (Temporal away) is brought by the next
 * repeat, or by the worker's sweep, whichever is first. Raises what the client and the database raise when they are away.
 *
 * `again`: kept before and to be brought once more; one that is not believed now is not kept a second time. `recent`: what
 * this process has taken lately, so that repeats cost no look-up.
 */
export async function takeIn(
  deps: TakingIn,
  channel: Channel,
  raw: RawNotification,
  { again = false, recent }: { again?: boolean; recent?: RecentDeliveries } = {},
): Promise<Taken> {
  const taken: Taken[] = [];
  // Channels repeat what they were slow to hear the answer of: those are turned away cheaply.
  for (const each of await understand(deps, channel, raw, (evidenceId) => recent?.has(evidenceId) === true)) {
    taken.push(each.kind === 'known' ? { kind: 'repeated' } : await takeOne(deps, each, { again, recent }));
  }
  const worst = worstFirst.find((kind) => taken.some((each) => each.kind === kind));
  return taken.find(({ kind }) => kind === worst) ?? { kind: 'ignored' };
}

async function takeOne(
  deps: TakingIn,
  { fact, about }: Understood,
  { again, recent }: { again: boolean; recent: RecentDeliveries | undefined },
): Promise<Taken> {
  if (fact.rejected !== null) {
    if (!again) await deps.evidence.keepRejected(fact);
    if (about.kind === 'ignored' && !again) return { kind: 'ignored' };
    return { kind: 'rejected', why: fact.rejected };
  }
  const { evidenceId, deliveredAt } = await deps.evidence.keep(fact);
  const isDone = deliveredAt !== null && !again;
  const taken: Taken = isDone ? { kind: 'repeated' } : await bring(deps, { ...fact, evidenceId }, about);
  recent?.add(evidenceId);
  if (!isDone) markDelivered(deps, evidenceId);
  return taken;
}

async function bring(deps: TakingIn, fact: Understood['fact'], about: Understood['about']): Promise<Taken> {
  const { evidenceId, paymentId } = fact;
  if (about.kind === 'ignored') return { kind: 'ignored' };
  if (about.kind === 'refund' && !(await isOurs(deps, about.refundNo))) {
    deps.logger.error(
      { evidenceId, paymentId },
      'money of a payment went back by a refund we did not ask for: a person must look',
    );
    return { kind: 'foreignRefund' };
  }
  const delivery = await deliverEvidence(deps, fact);
  return { kind: delivery === 'stranded' ? 'stranded' : 'delivered' };
}

async function isOurs({ refunds }: TakingIn, refundNo: string | null): Promise<boolean> {
  return refundNo !== null && (await refunds.findByNo(refundNo)) !== null;
}

/** After the answer: a mark that is not made only means that the worker's sweep brings the same fact again. */
function markDelivered(deps: TakingIn, evidenceId: string): void {
  deps.evidence.markDelivered(evidenceId, deps.now().toISOString()).catch((error: unknown) => {
    deps.logger.warn({ err: error, evidenceId }, 'evidence delivered but not marked so');
  });
}
