import { createHash } from 'node:crypto';

export function sha256Hex(bytes: Buffer | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/**
 * Key of a stored fact: the channel's notification id where there is one, else the content itself for the order it was
 * asked about. The same delivery always gets the same id.
 */
export function evidenceIdOf(fact: {
  channel: string;
  source: string;
  outTradeNo: string | null;
  notificationId: string | null;
  body: Buffer;
}): string {
  const identity = fact.notificationId ?? sha256Hex(fact.body);
  return sha256Hex([fact.channel, fact.source, fact.outTradeNo ?? '', identity].join('\n')).slice(0, 32);
}
