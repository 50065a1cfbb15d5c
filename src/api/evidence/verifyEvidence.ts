import type { Channels } from '../../channels/channel.js';
import { rejectedBodyBytesMax } from '../../records/evidence.js';
import type { EvidenceRecord } from '../../records/evidence.js';
import { sha256Hex } from '../../records/evidenceId.js';

/** What a check of kept bytes gave, made now with the keys that were valid when they were received. */
export interface Verification {
  /** `altered`: not what was stored. `cut`: a rejected attempt that was too long to keep. `none`: nothing was received. */
  bytes: 'asReceived' | 'altered' | 'cut' | 'none';
  /** Null where it could not be checked. */
  signature: 'valid' | 'invalid' | 'absent' | null;
  keyId: string | null;
  /** Whether the check gave what it gave on receipt; null where it could not be made. */
  agrees: boolean | null;
  /** The same in a sentence. */
  detail: string;
}

/** Checks a stored fact once more. Reads only; raises nothing for what is in it. */
export function verifyEvidence(channels: Channels, record: EvidenceRecord): Verification {
  const { body, bodySha256, headers, receivedAt } = record;
  const unchecked = { signature: null, keyId: null, agrees: null } as const;
  const channel = channels.get(record.channel);
  if (sha256Hex(body) !== bodySha256) {
    return { bytes: 'altered', ...unchecked, detail: 'The stored bytes are not the bytes that were received.' };
  }
  if (body.length === 0) return { bytes: 'none', ...unchecked, detail: 'Nothing was received: there is no signature.' };
  if (isCut(record)) {
    return { bytes: 'cut', ...unchecked, detail: 'Only the beginning was kept, so its signature cannot be checked.' };
  }
  if (channel === undefined) {
    const detail = `Channel ${record.channel} is no longer configured, so its keys are not at hand.`;
    return { bytes: 'asReceived', ...unchecked, detail };
  }
  const kind = record.source === 'callback' ? 'callback' : 'answer';
  const { signature, keyId } = channel.verify({ kind, body, headers, receivedAt });
  const agrees = signature === record.signature && keyId === record.keyId;
  return { bytes: 'asReceived', signature, keyId, agrees, detail: sentence({ signature, keyId, agrees }, record) };
}

/** Whether only the beginning of it was kept. */
export function isCut({ rejected, body }: Pick<EvidenceRecord, 'rejected' | 'body'>): boolean {
  return rejected !== null && body.length >= rejectedBodyBytesMax;
}

function sentence(
  { signature, keyId, agrees }: Pick<Verification, 'signature' | 'keyId' | 'agrees'>,
  record: EvidenceRecord,
): string {
  const found =
    signature === 'valid'
      ? `The signature holds, made with key ${keyId ?? '?'}, which was valid at ${record.receivedAt}.`
      : signature === 'invalid'
        ? `The signature does not hold with any key that was valid at ${record.receivedAt}.`
        : 'It carries no signature.';
  if (agrees === true) return found;
  return `${found} On receipt it was found ${record.signature}${record.keyId === null ? '' : ` with key ${record.keyId}`}.`;
}
