/** An answer that arrived whole, or the reason why there is none. */
export type Answer = { kind: 'answered'; status: number; body: string } | { kind: 'unknown'; code: string };

/** A policy or a refusal is a few hundred bytes; what is longer is not from a core. */
const bodyBytesMax = 64 * 1024;

/**
 * One HTTP call, never raising: whatever keeps an answer from being read to its end is a code, since the other side
 * may have acted all the same. Redirects are not followed, for a signed request is meant for one address only.
 */
export async function ask(request: {
  method: 'GET' | 'POST';
  url: string;
  headers: Record<string, string>;
  /** Empty: none is sent. */
  body: string;
  timeoutMs: number;
}): Promise<Answer> {
  try {
    const response = await fetch(request.url, {
      method: request.method,
      headers: request.headers,
      ...(request.body === '' ? {} : { body: request.body }),
      redirect: 'manual',
      signal: AbortSignal.timeout(request.timeoutMs), // covers the body too
    });
    const body = await readBounded(response);
    return body === null
      ? { kind: 'unknown', code: 'bodyTooLarge' }
      : { kind: 'answered', status: response.status, body };
  } catch (error) {
    const timedOut = error instanceof DOMException && error.name === 'TimeoutError';
    return { kind: 'unknown', code: timedOut ? 'timeout' : 'unreachable' };
  }
}

/** Null when the body is longer than allowed; the rest of it is not read. */
async function readBounded(response: Response): Promise<string | null> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    length += chunk.byteLength;
    if (length > bodyBytesMax) return null; // leaving the loop cancels the stream
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
