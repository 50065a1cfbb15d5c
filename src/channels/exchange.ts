import { ownCodes } from './channel.js';

/** What came back over HTTP; nothing in it is believed yet. `code` is one of ours. */
type Exchange = { kind: 'answered'; status: number; headers: Headers; body: Buffer } | { kind: 'failed'; code: string };

/**
 * One HTTP call, given up after `timeoutMs`, the body of its answer included; a longer body than `bytesMax` is no answer.
 * Never raises on what the other side does.
 */
export async function exchange(
  url: string,
  request: RequestInit,
  { bytesMax, timeoutMs }: { bytesMax: number; timeoutMs: number },
): Promise<Exchange> {
  try {
    const response = await fetch(url, { ...request, signal: AbortSignal.timeout(timeoutMs) });
    const body = await bodyOf(response, bytesMax);
    if (body === null) return { kind: 'failed', code: ownCodes.unreadable };
    return { kind: 'answered', status: response.status, headers: response.headers, body };
  } catch (error) {
    const timedOut = error instanceof Error && error.name === 'TimeoutError';
    return { kind: 'failed', code: timedOut ? ownCodes.timeout : ownCodes.connectionFailed };
  }
}

/** Null when it is longer than `bytesMax`. */
async function bodyOf(response: Response, bytesMax: number): Promise<Buffer | null> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of response.body ?? []) {
    const bytes = piece as Uint8Array;
    length += bytes.length;
    if (length > bytesMax) return null;
    pieces.push(bytes);
  }
  return Buffer.concat(pieces);
}
