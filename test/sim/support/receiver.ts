import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { vi } from 'vitest';

export type Receiver = {
  readonly url: string;
  /** Notifications received, each as its decoded form fields. */
  readonly received: Record<string, string>[];
  /** What the merchant answers from now on. */
  answer: { status: number; body: string };
  readonly hasReceived: (count: number) => Promise<void>;
  readonly close: () => Promise<void>;
};

/** A merchant's notification URL that keeps what arrives. */
export async function startReceiver(): Promise<Receiver> {
  const received: Record<string, string>[] = [];
  const server = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () => {
      received.push(Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString('utf8'))));
      res.writeHead(receiver.answer.status).end(receiver.answer.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const receiver: Receiver = {
    url: `http://127.0.0.1:${port}/callbacks/alipay`,
    received,
    answer: { status: 200, body: 'success' },
    hasReceived: (count) =>
      vi.waitFor(() => {
        if (received.length < count) throw new Error(`${received.length} of ${count} notifications arrived`);
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
  return receiver;
}
