import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { failures } from '../../../src/domain/failures.js';
import { day, hour, minute, SagaWorld } from '../../support/sagaWorld.js';
import { silentQuery } from '../../support/scriptedChannel.js';

/*
 | step     | fault                                             | must be undone            | ends                               |
 |----------|---------------------------------------------------|---------------------------|------------------------------------|
 | hold     | the rule is to hold                               | as a person decides       | issued after reopening, or refunded|
 | slices   | one is refused in the middle                      | the paid ones             | refunded, the next never opened    |
 | slices   | nobody can tell about one                         | nothing                   | the next is not opened             |
 | any      | the order's workflow is ended from outside        | as a person decides       | each part refunded or held         |
 | any      | a part's workflow is ended from outside           | nothing                   | needsAttention                     |
 | any      | the order goes on as a new run                    | nothing                   | issued, nothing lost               |
*/

let world: SagaWorld;
beforeAll(async () => {
  world = await SagaWorld.start();
});
beforeEach(() => world.calm());
afterAll(() => world.close());

describe('a payment in parts whose rule is to hold', () => {
  const half = async () => {
    const payment = await world.openedInParts({ rule: 'allOrHold', product: 'page' });
    await payment.paysPartAndCallsBack(1);
    const { reason, decisions } = await payment.untilAttention(hour);
    expect({ reason, decisions }).toEqual({ reason: 'partsMissing', decisions: ['reopen', 'refund'] });
    expect(await payment.statuses()).toEqual(['paid', 'closed']);
    return payment;
  };

  it('is issued when a person opens the missing part once more, under another number, and it is paid', async () => {
    const payment = await half();
    await payment.resolve('reopen');
    await payment.until('partlyPaid');
    await payment.paysPartAndCallsBack(2, { attempt: 2 });
    await payment.endsAs('issued');
    expect(world.otherChannel.callsFor(payment.paymentId)).toContain('open S022');
  });

  it('waits for a person again when it is not paid then either', async () => {
    const payment = await half();
    await payment.resolve('reopen');
    await payment.until('partlyPaid');
    expect((await payment.untilAttention(hour)).reason).toBe('partsMissing');
    await payment.resolve('refund');
    await payment.endsAs('refunded');
  });

  it('is given back when a person decides so', async () => {
    const payment = await half();
    await payment.resolve('refund');
    await payment.endsAs('refunded');
  });

  it('is issued without a person when the missing money comes late after all', async () => {
    const payment = await half();
    await payment.paysPartAndCallsBack(2, { anyway: true });
    await payment.endsAs('issued');
    expect(payment.channelCalls.filter((call) => call.startsWith('refund'))).toEqual([]);
  });

  it('is issued at once when part of what is missing comes late, and the rest after reopening', async () => {
    const payment = await world.openedInParts({ rule: 'allOrHold', product: 'page', partsFen: [500, 300, 200] });
    await payment.paysPartAndCallsBack(1);
    await payment.untilAttention(hour);
    await payment.paysPartAndCallsBack(2, { anyway: true });
    await payment.untilParts('paid', 'paid', 'closed');
    await payment.resolve('reopen');
    await payment.untilParts('paid', 'paid', 'awaitingPayment');
    await payment.paysPartAndCallsBack(3, { attempt: 2 });
    await payment.until('issued', minute);
    await payment.endsAs('issued');
  });

  it('comes not back, after reopening, to a method that was refused before', async () => {
    const payment = await world.openedInParts({ rule: 'allOrHold', product: 'page' });
    await payment.paysPartAndCallsBack(1);
    const part = await payment.part(2);
    world.otherChannel.onOpen.next(() => ({ kind: 'refused', code: 'PRODUCT_NOT_SIGNED', message: 'no' }));
    await expect(part.switchesTo('qr', { channel: world.otherChannel })).rejects.toMatchObject({
      cause: { type: failures.notPossibleNow },
    });
    await payment.untilAttention(hour);
    await payment.resolve('reopen');
    await payment.untilParts('paid', 'awaitingPayment');
    await payment.paysPartAndCallsBack(2, { attempt: 3 });
    await payment.endsAs('issued');
  });

  it('lets the other parts be paid until their time is over, though one is refused', async () => {
    world.otherChannel.onOpen.next(() => ({ kind: 'refused', code: 'RULE_LIMIT', message: 'too much' }));
    const payment = await world.askedInParts({ rule: 'allOrHold', product: 'page' });
    await payment.untilOpen();
    await world.pass(10 * minute);
    await payment.paysPartAndCallsBack(1);
    expect((await payment.untilAttention(hour)).reason).toBe('partsMissing');
    await payment.resolve('reopen');
    await payment.until('partlyPaid');
    await payment.paysPartAndCallsBack(2, { attempt: 2 });
    await payment.endsAs('issued');
  });
});

describe('a payment in slices', () => {
  const slices = { serial: true, partsFen: [500_00, 500_00, 280_00], product: 'page' } as const;

  it('opens each when the one before is known to be paid, and is issued with the last', async () => {
    const payment = await world.openedInParts(slices);
    for (const no of [1, 2, 3]) {
      expect(payment.channelCalls.filter((call) => call.startsWith('open'))).toHaveLength(no);
      await payment.paysPartAndCallsBack(no);
      await world.pass(1_000);
    }
    await payment.endsAs('issued');
    expect(world.channel.askedFen(`${payment.paymentId}S031`)).toBe(280_00);
  });

  it('stops at one that nobody can tell about, and goes on when it turns out paid', async () => {
    const payment = await world.openedInParts({ ...slices, expiresInMs: 3 * hour });
    await payment.paysPartAndCallsBack(1);
    await world.pass(1_000);
    world.channel.onQuery.until((await world.nowMs()) + hour, silentQuery);
    await payment.paysPart(2);
    await world.pass(50 * minute);
    expect(payment.channelCalls).not.toContain('open S031');
    await payment.untilParts('paid', 'paid', 'awaitingPayment');
    await payment.paysPartAndCallsBack(3);
    await payment.endsAs('issued');
  });

  it('gives back what is paid when one is refused in the middle, and never opens the next', async () => {
    const payment = await world.openedInParts(slices);
    world.channel.onOpen.next(() => ({ kind: 'refused', code: 'RULE_LIMIT', message: 'too often' }));
    await payment.paysPartAndCallsBack(1);
    await payment.endsAs('refunded');
    expect(await payment.statuses()).toEqual(['refunded', 'closed', 'closed']);
    expect(payment.channelCalls).not.toContain('open S031');
  });

  it('of fifty is paid to the last fen in a history that grows by each no more than by the one before', async () => {
    const partsFen = Array.from({ length: 50 }, () => 25_60);
    const payment = await world.openedInParts({ serial: true, partsFen });
    for (const [index] of partsFen.entries()) {
      await payment.untilPartOpen(index + 1);
      await payment.paysPartAndCallsBack(index + 1);
    }
    await payment.endsAs('issued');
    expect((await payment.history()).length).toBeLessThan(4_096);
  });
});

describe('what happens from outside to a payment in parts', () => {
  it('is looked after by a part that holds money and hears nothing for a day', async () => {
    const payment = await world.openedInParts({ expiresInMs: 3 * day });
    await payment.paysPartAndCallsBack(1);
    await payment.until('partlyPaid');
    const told = async () =>
      (await payment.history()).filter(
        ({ workflowExecutionSignaledEventAttributes: signal }) => signal?.signalName === 'partNews',
      ).length;
    const before = await told();
    await world.pass(day + minute);
    expect(await told()).toBeGreaterThan(before);
    await payment.paysPartAndCallsBack(2);
    await payment.endsAs('issued');
  });

  it('to one of its parts makes it wait for a person, and moves no money', async () => {
    const payment = await world.openedInParts({ product: 'page' });
    const part = await payment.part(1);
    await part.workflow.terminate('an accident');
    await payment.paysPartAndCallsBack(2);
    await payment.until('partlyPaid');
    await payment.cancels();
    expect((await payment.untilAttention(hour)).reason).toBe('partStopped');
    expect(world.otherChannel.callsFor(payment.paymentId).filter((call) => call.startsWith('refund'))).toEqual([]);
    await payment.abandon();
  });

  it('does not lose anything when it goes on as a new run, again and again', async () => {
    const partsFen = [100, 200, 300, 400, 500, 600];
    const payment = await world.openedInParts({ serial: true, partsFen, continueAfterEvents: 40, rule: 'allOrHold' });
    const { runId: first } = (await payment.workflow.describe()) as { runId: string };
    for (const [index] of partsFen.entries()) {
      await payment.paysPartAndCallsBack(index + 1);
      await world.pass(1_000);
    }
    await payment.endsAs('issued');
    const { runId: last } = (await payment.workflow.describe()) as { runId: string };
    expect(last).not.toBe(first);
    expect(await payment.statuses()).toEqual(partsFen.map(() => 'issued'));
    expect((await payment.history()).length).toBeLessThan(120);
  });

  it('by every step on a worker that remembers nothing comes to the same end', async () => {
    await world.stopWorker();
    await world.startWorker({ maxCachedWorkflows: 0 });
    const payment = await world.openedInParts({ partsFen: [1, 2, 3] });
    for (const no of [1, 2, 3]) await payment.paysPartAndCallsBack(no);
    await payment.endsAs('issued');
  });
});
