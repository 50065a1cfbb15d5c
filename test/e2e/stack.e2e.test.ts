import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call } from '../../demo/http.js';
import { methods, type Method } from '../../demo/methods.js';
import { Story } from '../../demo/story.js';
import { until } from '../../demo/until.js';
import { startStack, type Stack } from '../../stack/startStack.js';

let stack: Stack;
let paymentsMade = 0;

beforeAll(async () => {
  stack = await startStack({
    ports: 'free',
    // So late that only callbacks can tell of the money.
    channels: { every: { queryGaps: ['20m'] }, of: { wechatpay: { limits: { callsAtOnce: 4 } } } },
    // The channel repeats a callback after five seconds instead of four minutes.
    simTimeScale: 0.02,
  });
});

afterAll(async () => {
  await stack.stop();
});

function newPayment(method?: Method): Story {
  paymentsMade += 1;
  const paymentId = `E${Date.now()}N${paymentsMade}`;
  return new Story(stack, { paymentId, amountFen: 1_280_00, ...(method === undefined ? {} : { method }) });
}

describe('given the stack is up', () => {
  it('when a premium is asked for and paid, then the policy is issued and the money is on record', async () => {
    const payment = newPayment();
    const opened = await payment.open();
    expect(opened).toMatchObject({ status: 'awaitingPayment', charge: { cashier: { kind: 'qr' } } });
    await payment.pay();
    expect(await payment.reaches('issued')).toMatchObject({ paidFen: 1_280_00, refundedFen: 0 });
    expect(await payment.policy()).toMatchObject({ premiumFen: 1_280_00, cancelled: false });
  });

  it('when a machine or a person asks about it, then it says how it is and what it offers', async () => {
    const get = async (path: string) => {
      const response = await fetch(`${stack.api.url}${path}`);
      return { status: response.status, type: response.headers.get('content-type'), text: await response.text() };
    };
    expect(await get('/healthz')).toMatchObject({ status: 200 });
    expect(await get('/readyz')).toMatchObject({ status: 200 });
    expect((await get('/metrics')).text).toContain('http_');
    expect(JSON.parse((await get('/openapi.json')).text)).toMatchObject({ openapi: '3.1.0' });
    expect((await get('/docs')).type).toContain('text/html');
  });

  it('when a stranger asks for a premium, then nothing is opened', async () => {
    const { status } = await call('POST', `${stack.api.url}/v1/payments`, { key: 'pk_none_of_ours', body: {} });
    expect(status).toBe(401);
  });
});

describe('given a payment is just being opened', () => {
  it('when the API is told to stop, then its caller still gets the answer', async () => {
    const payment = newPayment();
    await payment.channelWill('timeoutAfterEffect', { method: 'open', delayMs: 1_500 });
    const answer = payment.post();
    await channelIsAsked(payment);
    const stopped = stack.processes.api.stop();
    expect((await answer).status).toBe(201);
    await stopped;
    await stack.processes.api.start();
    await payment.pay();
    await payment.reaches('issued');
  });

  it('when the worker is told to stop, then the next worker finishes the payment', async () => {
    const payment = newPayment();
    await payment.channelWill('timeoutAfterEffect', { method: 'open', delayMs: 1_500 });
    const opened = payment.open();
    await channelIsAsked(payment);
    await stack.processes.worker.restart();
    await opened;
    await payment.pay();
    await payment.reaches('issued');
  });
});

describe('given a channel that does not answer', () => {
  it('when payments wait for it, then payments at the others are not held up', async () => {
    const silent = methods.find(({ channel, main }) => channel === 'wechatpay' && main);
    const waiting = Array.from({ length: 12 }, () => newPayment(silent));
    const answers = await Promise.all(
      waiting.map(async (payment) => {
        await payment.channelWill('timeoutBeforeEffect', { method: 'open', delayMs: 60_000, times: 0 });
        return payment.post();
      }),
    );
    // Told to ask again: none of them could be opened so far.
    expect(answers.map(({ status }) => status)).toEqual(waiting.map(() => 202));
    for (const method of methods.filter(({ channel, main }) => channel !== 'wechatpay' && main)) {
      const payment = newPayment(method);
      await payment.open();
      await payment.pay();
      await payment.reaches('issued');
    }
    const statuses = await Promise.all(waiting.map(async (payment) => (await payment.seen()).status));
    expect(statuses).toEqual(waiting.map(() => 'opening'));
    await Promise.all(waiting.map((payment) => payment.cancel()));
  });
});

describe('given a callback comes at a bad moment', () => {
  it('when MongoDB is away, then the channel is told to send it again, and the payment is issued then', async (test) => {
    const { mongo } = stack.servers;
    if (mongo === undefined) return test.skip('MongoDB is configured and runs elsewhere');
    const payment = newPayment();
    await payment.open();
    await mongo.stop();
    try {
      await payment.pay();
      await callbackIsRefused(payment);
    } finally {
      await mongo.start();
    }
    await payment.reaches('issued');
    await callbackIsAcknowledged(payment);
  });

  it('when Temporal hangs, then the channel is told to send it again, and the payment is issued then', async (test) => {
    const pid = stack.servers.temporal?.pid;
    if (pid === undefined) return test.skip('Temporal is configured and runs elsewhere');
    const payment = newPayment();
    await payment.open();
    process.kill(pid, 'SIGSTOP');
    try {
      await payment.pay();
      await callbackIsRefused(payment);
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    await payment.reaches('issued');
    await callbackIsAcknowledged(payment);
  });
});

async function channelIsAsked(payment: Story): Promise<void> {
  await until({ what: 'order at the channel', withinMs: 10_000 }, () => payment.order().catch(() => undefined));
}

async function callbackIsRefused(payment: Story): Promise<void> {
  const { notifications } = await payment.whenOrder('answer to the callback', (order) =>
    order.notifications.some(({ deliveries }) => deliveries.length > 0),
  );
  expect(notifications[0]?.deliveries[0]).toMatchObject({ body: 'fail', acknowledged: false });
}

async function callbackIsAcknowledged(payment: Story): Promise<void> {
  await payment.whenOrder('acknowledged callback', ({ notifications }) =>
    notifications.every(({ state }) => state === 'acknowledged'),
  );
}
