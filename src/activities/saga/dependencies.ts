import type { Channel, Channels } from '../../channels/channel.js';
import type { Core } from '../../core/core.js';
import type { Ledger } from '../../ledger/ledger.js';
import type { Charges } from '../../records/charges.js';
import type { EvidenceRecord, EvidenceStore } from '../../records/evidence.js';
import type { PaymentRecord, Payments, PaymentStep } from '../../records/payments.js';
import type { RefundRecord, Refunds } from '../../records/refunds.js';
import type { Reviews } from '../../records/reviews.js';

/** Brings stored facts to the workflows that wait for them. Every call is safe to repeat. */
interface Delivery {
  startPayment(payment: PaymentRecord): Promise<void>;
  startRefund(refund: RefundRecord): Promise<void>;
  /** `stranded`: money that no workflow can take any more. */
  deliverEvidence(evidence: EvidenceRecord): Promise<'signalled' | 'lateStarted' | 'nothingNew' | 'stranded'>;
}

/** Everything the steps work with; put together in worker.ts. */
export interface Dependencies {
  channels: Channels;
  core: Core;
  ledger: Ledger;
  payments: Payments;
  charges: Charges;
  refunds: Refunds;
  reviews: Reviews;
  evidence: EvidenceStore;
  delivery: Delivery;
  /** From this attempt on, each further call to a silent core counts as an alert. */
  issueAlertAttempts: number;
  now: () => Date;
}

/**
 * The channel a charge was made at. Raises `Error` when configuration no longer has it, or has another merchant under its
 * name: that one would not find the charge, and its silence would look like proof. The step waits until it is back.
 */
export function channelOf(
  { channels }: Pick<Dependencies, 'channels'>,
  { name, merchantId }: { name: string; merchantId: string },
): Channel {
  const channel = channels.get(name);
  if (channel === undefined) throw new Error(`no channel "${name}" is configured on this worker`);
  if (channel.merchantId !== merchantId)
    throw new Error(`channel "${name}" is set up for another merchant than ${merchantId}`);
  return channel;
}

/** The step with its last event at the time it really happened: the workflow wrote down when it asked for it. */
export function happenedNow(step: PaymentStep, { now }: Pick<Dependencies, 'now'>): PaymentStep {
  const at = now().toISOString();
  return {
    ...step,
    events: step.events.map((event, index) => (index === step.events.length - 1 ? { ...event, at } : event)),
  };
}
