export type JsonAnswer = { readonly status: number; readonly body: Record<string, unknown> };

/** A JSON call to a control API. An empty answer reads as an empty object. */
export async function callJson(method: string, url: string, body?: unknown): Promise<JsonAnswer> {
  const response = await fetch(url, {
    method,
    ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>) };
}
