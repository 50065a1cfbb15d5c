import { createHmac, timingSafeEqual } from 'node:crypto';

const TOLERANCE_S = 5 * 60;

export type WebhookHeaders = {
  readonly id: string | undefined;
  readonly timestamp: string | undefined;
  readonly signature: string | undefined;
};

export type WebhookRefusal = 'missingHeaders' | 'timestampOutOfTolerance' | 'wrongSignature';

/**
 * Standard Webhooks: HMAC-SHA256 over `id.timestamp.body` with the secret after `whsec_`, base64. The header may carry
 * several signatures, separated by spaces, while a secret is being changed; one right one is enough. Undefined: genuine.
 */
export function whyNotGenuine(
  headers: WebhookHeaders,
  request: { readonly body: string; readonly secret: string; readonly now: Date },
): WebhookRefusal | undefined {
  const { id, timestamp, signature } = headers;
  if (!id || !timestamp || !signature) return 'missingHeaders';
  const ageS = request.now.getTime() / 1000 - Number(timestamp);
  if (!/^\d+$/.test(timestamp) || Math.abs(ageS) > TOLERANCE_S) return 'timestampOutOfTolerance';
  const expected = webhookSignature(`${id}.${timestamp}.${request.body}`, request.secret);
  return signature.split(' ').some((each) => isSame(each, expected)) ? undefined : 'wrongSignature';
}

export function webhookSignature(signedContent: string, secret: string): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  return `v1,${createHmac('sha256', key).update(signedContent, 'utf8').digest('base64')}`;
}

function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
