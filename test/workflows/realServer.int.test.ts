import { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { OpenResult } from '../../src/channels/channel.js';
import { fen } from '../../src/domain/money.js';
import { failures } from '../../src/domain/failures.js';
import type { TemporalServer } from '../../stack/servers.js';
import { temporalDevServer } from '../support/parts.js';
import { SagaWorld } from '../support/sagaWorld.js';
import { doneUnheard, unheard } from '../support/twists.js';

/*
 The test server is another program than the one that runs in production, so what depends on the server stands here; so does
 what the test server cannot do: call off a step that is being tried, and hear that a child was terminated.

 | step | fault                                          | must be undone | ends        |
 |------|------------------------------------------------|----------------|-------------|
 | all  | none: the budget of a payment                  | nothing        | issued      |
 | open | cancelled during the call                      | the charge     | closed      |
 | open | of another method, unknown until expiry        | the new charge | NotPossibleNow, closed |
 | await| paid and refused at once                       | held, by person| recheck → issued, or refunded |
 | await| no worker when the callback comes              | nothing        | issued      |
 | open | the old QR code is paid during the call         | the new charge | AlreadyPaid, issued |
 | undo | the refund's workflow is terminated            | nothing        | person: recheck → refunded once |
 | issue| the worker stops while the core is at work     | nothing        | issued once |
 | all  | the worker keeps no workflow in memory         | nothing        | issued      |
 | parts| the order's workflow is terminated              | by person      | the part refunded after a look at the core |
 | parts| a person sends back while the core issues       | nothing        | issued, and a person looks again |
 | parts| a part's is terminated before it hears `issued` | nothing        | issued, and a person looks |
*/

let server: TemporalServer;
let world: SagaWorld;
beforeAll(async () => {
  server = await temporalDevServer();
  const { address, namespace } = server;
  world = await SagaWorld.start(() => TestWorkflowEnvironment.createFromExistingServer({ address, namespace }));
});
beforeEach(() => world.calm());
afterAll(async () => {
  await world.close();
  await server.stop();
});

const issueRequest = {
  ...{ proposalNo: 'TP1', amountFen: fen(1_280_00), paidAt: '2026-11-22T06:00:00.000Z' },
  ...{ channel: 'alipay', outTradeNo: 'C1', channelTradeNo: 'T1' },
};

describe('a payment whose callback comes first', () => {
  it('takes at most 36 events and three steps, and no query', async () => {
    const payment = await world.asked({ start: false });
    await world.openInOneCall(payment);
    await payment.paysAndCallsBack();
    await payment.endsAs('issued');
    expect(await payment.steps()).toEqual(['openCharge', 'receivePremium', 'issuePolicy']);
    expect(payment.channelCalls).toEqual(['open C1']);
    expect((await payment.history()).length).toBeLessThanOrEqual(36);
  });
});

describe('a payment that is cancelled while the channel is being called', () => {
  it.each([
    ['opens it', (really: () => OpenResult) => really()],
    ['opens it and cannot say so', doneUnheard],
  ])('closes when the channel then %s', async (_, twist) => {
    const payment = await world.asked({ product: 'page', start: false });
    world.channel.onOpen.next(async (really) => {
      await payment.cancels();
      return twist(really);
    });
    await payment.starts();
    await payment.endsAs('closed');
    expect(payment.channelCalls.slice(0, 3)).toEqual(['open C1', 'query C1', 'close C1']);
  });
});

describe('a payment whose facts contradict', () => {
  it.each([
    ['recheck', 'issued'],
    ['refund', 'refunded'],
  ] as const)('is neither issued nor refunded while paid and refused contradict; %s ends %s', async (decision, end) => {
    const payment = await world.opened();
    await world.stopWorker(); // So that the next one learns both at once.
    await payment.paysAndCallsBack();
    await payment.callback({ outcome: { kind: 'refused', code: 'TRADE_HAS_FAILED' } });
    await world.startWorker();
    expect(await payment.untilAttention(10_000, 200)).toMatchObject({ reason: 'contradictoryEvidence' });
    await world.pass(1_000);
    expect([payment.coreCalls, payment.channelCalls]).toEqual([[], ['open C1']]);
    await payment.resolve(decision);
    await payment.endsAs(end);
  });
});

describe('a payer who wants another method', () => {
  it('learns that the old code was paid while the new charge was opened', async () => {
    const payment = await world.opened();
    world.channel.onOpen.next(async (really) => {
      const opened = really();
      await payment.paysAndCallsBack({ attempt: 1 });
      return opened;
    });
    await expect(payment.switchesTo('page')).rejects.toMatchObject({ cause: { type: failures.alreadyPaid } });
    await payment.endsAs('issued');
    expect((await payment.record()).outTradeNo).toBe(payment.outTradeNo(1));
    expect(payment.channelCalls).toContain('close C2');
  });
});

describe('a premium that goes back', () => {
  it('goes back once though the workflow of its refund was terminated from outside', async () => {
    const payment = await world.opened({ terms: { refundGapsMs: [500] } });
    world.core.refusesToIssue();
    world.channel.executesRefundsAt((await world.nowMs()) + 5_000);
    await payment.paysAndCallsBack();
    await payment.untilRefunding();
    await world.client.workflow.getHandle(`refund/${payment.paymentId}/undo-C1`).terminate('not by us');
    expect(await payment.untilAttention(10_000, 200)).toMatchObject({
      reason: 'refundStopped',
      decisions: ['recheck'],
    });
    await payment.resolve('recheck');
    await payment.endsAs('refunded');
    const sent = payment.channelCalls.filter((call) => call.startsWith('refund '));
    expect(new Set(sent)).toEqual(new Set(['refund C1R1']));
  });
});

describe('a payment whose worker stops', () => {
  it('goes on with another worker that knows nothing but its history', async () => {
    const payment = await world.opened();
    await world.stopWorker();
    await payment.paysAndCallsBack();
    await world.startWorker({ maxCachedWorkflows: 0 });
    await payment.endsAs('issued');
    expect(payment.coreCalls).toEqual(['issue']);
  });

  it('has one policy when the worker stopped while the core was issuing it', async () => {
    const payment = await world.opened();
    const stopped = new Promise<void>((resolve) => {
      world.core.onIssue.next((really) => {
        resolve(world.stopWorker());
        return really();
      });
    });
    await payment.paysAndCallsBack();
    await stopped;
    await world.startWorker();
    await payment.endsAs('issued');
    expect(await payment.steps()).toEqual(['openCharge', 'receivePremium', 'issuePolicy']);
  });
});

describe('a payment in parts whose order is terminated', () => {
  it('is survived by its parts: one paid later holds its money, and a person sends it back after a look at the core', async () => {
    const payment = await world.openedInParts();
    await payment.workflow.terminate('an accident');
    await payment.paysPartAndCallsBack(2);
    const part = await payment.part(2);
    expect((await part.untilAttention(20_000, 200)).reason).toBe('orderStopped');
    expect(world.otherChannel.heldFen(part.outTradeNo())).toBe(480_00);
    await part.resolve('refund');
    await part.ends();
    expect((await part.record()).status).toBe('refunded');
    expect(payment.coreCalls).toEqual(['query']);
    expect(world.otherChannel.heldFen(part.outTradeNo())).toBe(0);
    await payment.abandon();
  });

  it('takes back a policy that was issued before it was stopped, when the money of a part goes back', async () => {
    const payment = await world.openedInParts();
    await payment.workflow.terminate('an accident');
    const { paymentId } = payment;
    await world.core.issue({ ...issueRequest, paymentId });
    await payment.paysPartAndCallsBack(1);
    const part = await payment.part(1);
    await part.untilAttention(20_000, 200);
    await part.resolve('refund');
    await part.ends();
    expect(world.core.inForce(paymentId)).toBeNull();
    await payment.abandon();
  });
});

describe('a payment in parts one of which is terminated', () => {
  it('is issued all the same when its money was in, and a person looks at what became of the part', async () => {
    const payment = await world.openedInParts();
    world.core.downUntil(Date.now() + 3_000);
    await payment.paysPartAndCallsBack(1);
    await payment.paysPartAndCallsBack(2);
    await payment.until('paid', 20_000, 200);
    await (await payment.part(1)).workflow.terminate('an accident');
    expect((await payment.untilAttention(30_000, 500)).reason).toBe('partStopped');
    expect((await payment.record()).status).toBe('issued');
    expect(world.core.inForce(payment.paymentId)).not.toBeNull();
    await payment.abandon();
  });
});

describe('a payment in parts one of which a person sends back while the core is issuing', () => {
  it('keeps its money under the policy that was issued, and asks a person once more', async () => {
    const payment = await world.openedInParts();
    world.core.downUntil(Date.now() + 6_000);
    await payment.paysPartAndCallsBack(1);
    await payment.paysPartAndCallsBack(2);
    await payment.until('paid', 20_000, 200);
    const part = await payment.part(1);
    await part.callback({ outcome: { kind: 'refused', code: 'TRADE_HAS_FAILED' } });
    await part.untilAttention(20_000, 200);
    await part.resolve('refund');
    await payment.until('issued', 30_000, 500);
    const { reason, decisions } = await part.untilAttention(20_000, 200);
    expect({ reason, decisions }).toEqual({ reason: 'contradictoryEvidence', decisions: ['recheck'] });
    expect((await part.record()).status).toBe('issued');
    await part.resolve('recheck');
    await payment.endsAs('issued');
    expect(payment.channelCalls.filter((call) => call.startsWith('refund'))).toEqual([]);
  });
});

describe('a payer who wants another method', () => {
  it('learns that it is not possible when the channel never says whether the new charge is open', async () => {
    const payment = await world.opened({ product: 'page', expiresInMs: 5_000, terms: { closeMarginMs: 1_000 } });
    world.channel.onOpen.next(unheard, 999);
    const wish = payment.switchesTo('qr').catch((error: unknown) => error);
    await payment.endsAs('closed');
    expect(await wish).toMatchObject({ cause: { type: failures.notPossibleNow } });
    expect(payment.channelCalls).toContain('open C2');
  });
});
