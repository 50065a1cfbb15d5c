import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Acknowledgement, RawNotification } from '../../src/channels/channel.js';

export interface CallbackReceiver {
  url: string;
  /** The next notification that is meant and was not taken before; waits for it. */
  next(isMeant: (notification: RawNotification) => boolean): Promise<RawNotification>;
  close(): Promise<void>;
}

/** Stands where our API stands: takes every callback and acknowledges it. */
export async function callbackReceiver(acknowledge: () => Acknowledgement): Promise<CallbackReceiver> {
  const received: RawNotification[] = [];
  let waiting: { isMeant: (notification: RawNotification) => boolean; take: (it: RawNotification) => void }[] = [];

  const arrive = (notification: RawNotification): void => {
    const asked = waiting.find(({ isMeant }) => isMeant(notification));
    if (asked === undefined) {
      received.push(notification);
      return;
    }
    waiting = waiting.filter((each) => each !== asked);
    asked.take(notification);
  };

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
      const { status, contentType, body } = acknowledge();
      response.writeHead(status, { 'content-type': contentType }).end(body);
      const receivedAt = new Date().toISOString();
      arrive({ body: Buffer.concat(chunks), headers, url: request.url ?? '/', receivedAt });
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    next(isMeant) {
      const index = received.findIndex(isMeant);
      const [found] = index < 0 ? [] : received.splice(index, 1);
      if (found !== undefined) return Promise.resolve(found);
      return new Promise((take) => {
        waiting.push({ isMeant, take });
      });
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
