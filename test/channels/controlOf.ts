/** The control API of a channel's simulator. Raises Error for an answer that is no success. */
export function controlOf(sim: { url: string }) {
  const control = async (method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<unknown> => {
    const response = await fetch(`${sim.url}/control${path}`, {
      method,
      ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} was answered ${response.status}: ${text}`);
    return text === '' ? null : JSON.parse(text);
  };
  return { control, fault: (outTradeNo: string, what: object) => control('POST', '/faults', { outTradeNo, ...what }) };
}
