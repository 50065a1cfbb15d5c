import type { ChannelReading } from '../../channels/channel.js';
import type { Evidence } from '../../domain/evidence.js';
import { evidenceIdOf } from '../../records/evidenceId.js';
import type { Dependencies } from '../saga/dependencies.js';

/** Keeps a channel's answer to a query with the bytes it was read from. Safe to repeat. */
export async function keepEvidence(
  { evidence: store, now }: Pick<Dependencies, 'evidence' | 'now'>,
  about: { paymentId: string; outTradeNo: string; channel: string },
  { outcome, merchantId, raw }: ChannelReading,
): Promise<Evidence> {
  const { paymentId, outTradeNo, channel } = about;
  const receivedAt = now().toISOString();
  const fact = { channel, source: 'query' as const, outTradeNo, notificationId: null, body: raw.body };
  const evidenceId = evidenceIdOf(fact);
  const evidence: Evidence = {
    evidenceId,
    source: fact.source,
    outTradeNo,
    merchantId,
    outcome,
    observedAt: receivedAt,
  };
  await store.keep({
    ...fact,
    evidenceId,
    paymentId,
    evidence,
    headers: raw.headers,
    url: null,
    signature: raw.signature,
    keyId: raw.keyId,
    rejected: null,
    receivedAt,
  });
  return evidence;
}
