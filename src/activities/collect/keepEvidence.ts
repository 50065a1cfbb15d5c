import type { ChannelReading } from '../../channels/channel.js';
import type { Evidence } from '../../domain/evidence.js';
import { newEvidence } from '../../records/newEvidence.js';
import type { Dependencies } from '../saga/dependencies.js';

interface Subject {
  paymentId: string;
  outTradeNo: string;
  channel: string;
}

/** Keeps a channel's answer to a query with the bytes it was read from. Safe to repeat. */
export async function keepEvidence(
  deps: Pick<Dependencies, 'evidence' | 'now'>,
  subject: Subject,
  { outcome, merchantId, raw }: ChannelReading,
): Promise<Evidence> {
  const { evidence } = await keepAnswer(deps, subject, raw, { merchantId, outcome });
  if (evidence === null) throw new Error(`an answer about ${subject.outTradeNo} is no fact`);
  return evidence;
}

/** The same of an answer about something else than a charge, such as a refund of it. */
export async function keepAnswer(
  { evidence: store, now }: Pick<Dependencies, 'evidence' | 'now'>,
  subject: Subject,
  raw: ChannelReading['raw'],
  reading: Parameters<typeof newEvidence>[0]['reading'] = null,
) {
  const receivedAt = now().toISOString();
  const kept = newEvidence({ ...subject, ...raw, source: 'query', reading, receivedAt });
  await store.keep(kept);
  return kept;
}
