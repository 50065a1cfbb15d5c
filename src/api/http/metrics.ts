import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

export type ApiMetrics = ReturnType<typeof createApiMetrics>;

/** Answers within milliseconds are normal; beyond five seconds a channel has given up on us. */
const seconds = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** The API's own numbers beside those of the Node process. Labels hold names from configuration and code only, never ids. */
export function createApiMetrics(inOffer: () => ReadonlyMap<string, boolean> = () => new Map()) {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  return {
    registry,
    paymentsOpened: new Counter({
      name: 'payments_opened_total',
      help: 'Payments posted, by channel and by what the caller was told',
      labelNames: ['channel', 'result'],
      registers,
    }),
    callbacks: new Counter({
      name: 'callbacks_total',
      help: 'Callbacks received, by channel and by what became of them',
      labelNames: ['channel', 'result'],
      registers,
    }),
    channelsInOffer: new Gauge({
      name: 'channel_in_offer',
      help: 'Whether new charges are made at a channel: 1, or 0 while it is out of offer',
      labelNames: ['channel'],
      registers,
      collect() {
        for (const [channel, offered] of inOffer()) this.set({ channel }, offered ? 1 : 0);
      },
    }),
    callbackSeconds: new Histogram({
      name: 'callback_answer_seconds',
      help: 'From a callback’s last byte to our answer',
      labelNames: ['channel'],
      buckets: seconds,
      registers,
    }),
    requestSeconds: new Histogram({
      name: 'http_request_seconds',
      help: 'Requests answered, by route',
      labelNames: ['method', 'route', 'status'],
      buckets: seconds,
      registers,
    }),
  };
}
