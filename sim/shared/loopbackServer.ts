import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A simulator that is listening. `close` ends open connections too, hanging ones included; closing twice is safe. */
export type RunningSim = { readonly url: string; readonly close: () => Promise<void> };

export type LoopbackServer = RunningSim & { readonly serve: (listener: RequestListener) => void };

/**
 * Listens on 127.0.0.1 only; port 0 takes a free one. The listener is given afterwards, because simulators hand out
 * URLs of their own and so have to know their port first.
 */
export async function listenOnLoopback(port: number): Promise<LoopbackServer> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const { port: boundPort } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${boundPort}`,
    serve: (listener) => {
      server.on('request', listener);
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
