import type { Channel, Channels } from '../channels/channel.js';
import type { Core } from '../core/core.js';
import type { Ledger } from '../ledger/ledger.js';
import type { Charges } from '../records/charges.js';
import type { EvidenceRecord, EvidenceStore } from '../records/evidence.js';
import type { PaymentRecord, Payments, PaymentStep } from '../records/payments.js';
import type { RefundRecord, Refunds } from '../records/refunds.js';

/** Brings stored facts to the workflows that wait for them. Every call is safe to repeat. */
export interface Delivery {
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
  evidence: EvidenceStore;
  delivery: Delivery;
  /** From this attempt on, each further call to a silent core counts as an alert. */
  issueAlertAttempts: number;
  now: () => Date;
}

/** Raises `Error` for a channel that configuration no longer has: the step waits until it is back. */
export function channelOf({ channels }: Pick<Dependencies, 'channels'>, name: string): Channel {
  const channel = channels.get(name);
  if (channel === undefined) throw new Error(`no channel "${name}" is configured on this worker`);
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
