/** An answer, whatever its status; the body is parsed JSON, or null when there is none. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

const answerWithinMs = 30_000;

/** One HTTP call. Raises what `fetch` raises when nobody answers. */
export async function call(
  method: 'GET' | 'POST' | 'DELETE',
  url: string,
  { key, body }: { key?: string; body?: unknown } = {},
): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers: {
      ...(key !== undefined && { authorization: `Bearer ${key}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(answerWithinMs),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? null : (JSON.parse(text) as unknown) };
}

/** The body of a successful answer. Raises `Error` for any other. */
export function succeeded({ status, body }: Answer): unknown {
  if (status >= 200 && status < 300) return body;
  throw new Error(`answered ${status}: ${JSON.stringify(body)}`);
}
