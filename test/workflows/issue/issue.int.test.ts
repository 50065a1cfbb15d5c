import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { resolveUpdate } from '../../../src/workflows/saga/messages.js';
import { day, hour, minute, SagaWorld } from '../../support/sagaWorld.js';
import { doneUnheard, unheard } from '../../support/twists.js';

/*
 | step   | fault                                        | must be undone           | ends                            |
 |--------|----------------------------------------------|--------------------------|---------------------------------|
 | issue  | refused                                      | premium, charge          | refunded, policy looked for     |
 | issue  | core down for minutes, for three days        | nothing                  | issued                          |
 | issue  | no answer, though it took effect             | nothing                  | issued once                     |
 | issue  | no answer past the deadline                  | nothing yet              | person: retryIssue → issued     |
 | issue  | the same, no policy                          | premium, charge          | person: refund → refunded       |
 | issue  | the same, and there is a policy              | policy, premium, charge  | person: refund → refunded       |
 | issue  | the same, and the income is in the book      | policy, income, charge   | person: refund → refunded       |
 | issue  | the lost call lands while the money goes back| policy, premium, charge  | refunded                        |
 | cancel | no answer from the core                      | repeated until it answers| refunded                        |
 | person | decision that does not fit, or twice         | nothing                  | rejected, nothing recorded      |
*/

let world: SagaWorld;
beforeAll(async () => {
  world = await SagaWorld.start();
});
beforeEach(() => world.calm());
afterAll(() => world.close());

/** Paid, with a core that has said nothing until a person is needed. */
async function overdue(terms: { issueDeadlineMs?: number } = {}) {
  const payment = await world.opened({ terms });
  world.core.downUntil((await world.nowMs()) + 400 * day);
  await payment.paysAndCallsBack();
  expect(await payment.untilAttention(2 * day, hour)).toMatchObject({
    reason: 'issueOverdue',
    decisions: ['retryIssue', 'refund'],
  });
  return payment;
}

describe('a paid premium', () => {
  it('goes back when the core refuses to issue the policy, once the core has said that there is none', async () => {
    const payment = await world.opened();
    world.core.refusesToIssue();
    await payment.paysAndCallsBack();
    await payment.endsAs('refunded');
    expect(payment.coreCalls).toEqual(['issue', 'query']);
    expect(payment.channelCalls).toEqual(['open C1', 'refund C1R1']);
    expect(await payment.bookFen()).toEqual({});
    expect(await payment.timeline()).toEqual([
      'PaymentRegistered',
      'ChargeOpened',
      'ChargePaid',
      'PremiumReceived',
      'PolicyRefused',
      'RefundStarted',
      'ChargeRefunded',
    ]);
  });

  it('becomes a policy when the core is down and then up again', async () => {
    const payment = await world.opened();
    world.core.downUntil((await world.nowMs()) + 10 * minute);
    await payment.paysAndCallsBack();
    await payment.endsAs('issued');
  });

  it('becomes one policy when the core did it and could not say so', async () => {
    const payment = await world.opened();
    world.core.onIssue.next(doneUnheard);
    await payment.paysAndCallsBack();
    await payment.endsAs('issued');
    expect(payment.coreCalls).toEqual(['issue', 'query']);
  });

  it(
    'becomes a policy after an outage of three days, when the product can wait that long',
    { timeout: 240_000 },
    async () => {
      const payment = await world.opened({ terms: { issueDeadlineMs: 10 * day } });
      world.core.downUntil((await world.nowMs()) + 3 * day);
      await payment.paysAndCallsBack();
      await payment.endsAs('issued');
      expect(payment.coreCalls.filter((call) => call === 'issue').length).toBeGreaterThan(1_000);
      expect((await payment.history()).length).toBeLessThanOrEqual(40);
    },
  );
});

describe('a paid premium the core has not answered for in a day', { timeout: 120_000 }, () => {
  it('is neither issued nor refunded until a person decides', async () => {
    const payment = await overdue();
    await world.pass(2 * day);
    expect((await payment.record()).status).toBe('needsAttention');
    expect(payment.channelCalls).toEqual(['open C1']);
    world.core.calm();
    await payment.resolve('retryIssue');
    await payment.endsAs('issued');
  });

  it('goes back on a decision, once the core has said that there is no policy', async () => {
    const payment = await overdue({ issueDeadlineMs: hour });
    await payment.resolve('refund');
    await world.pass(hour);
    expect(payment.channelCalls).toEqual(['open C1']);
    world.core.calm();
    await payment.endsAs('refunded');
    expect(payment.coreCalls).not.toContain('cancel');
  });

  it('goes back on a decision after the policy that was issued unheard is cancelled', async () => {
    const payment = await overdue({ issueDeadlineMs: hour });
    world.core.landLate(payment.paymentId);
    world.core.calm();
    world.core.onCancel.next(unheard, 3);
    await payment.resolve('refund');
    await payment.endsAs('refunded');
    expect(payment.coreCalls.filter((call) => call === 'cancel')).toHaveLength(4);
    expect(await payment.timeline()).toContain('PolicyCancelled');
  });

  it('goes back with its income taken out of the book, when only the record of the policy was missing', async () => {
    const payment = await world.opened({ terms: { issueDeadlineMs: hour } });
    world.paymentsAway = ({ status }) => status === 'issued';
    await payment.paysAndCallsBack();
    await payment.untilAttention(2 * hour, 10 * minute);
    expect(await payment.bookFen()).toMatchObject({ premiumIncome: -1_280_00 });
    world.paymentsAway = null;
    await payment.resolve('refund');
    await payment.endsAs('refunded');
    expect(await payment.bookFen()).toEqual({});
  });

  it('leaves no policy behind when the lost call lands while the money goes back', async () => {
    const payment = await overdue({ issueDeadlineMs: hour });
    world.core.calm();
    world.core.onQuery.next((really) => {
      const answer = really();
      world.core.landLate(payment.paymentId);
      return answer;
    });
    await payment.resolve('refund');
    await payment.endsAs('refunded');
    expect(payment.coreCalls.slice(-3)).toEqual(['query', 'query', 'cancel']);
  });

  it('takes no decision that does not fit, and none twice, and records nothing of them', async () => {
    const payment = await overdue({ issueDeadlineMs: hour });
    const before = await payment.record();
    await expect(payment.resolve('settledOutside')).rejects.toThrow();
    await expect(payment.resolve('recheck')).rejects.toThrow();
    expect(await payment.record()).toEqual(before);
    expect(JSON.stringify(await payment.history())).not.toContain('settledOutside","reason');

    await payment.resolve('refund');
    const again = payment.workflow.executeUpdate(resolveUpdate, {
      args: [{ decision: 'retryIssue', reason: 'no, the other', by: 'ops' }],
    });
    await expect(again).rejects.toThrow();
    world.core.calm();
    await payment.endsAs('refunded');
    expect(await payment.timeline()).toContain('AttentionResolved');
  });

  it('takes no decision when nothing waits for one', async () => {
    const payment = await world.opened();
    const decision = payment.workflow.executeUpdate(resolveUpdate, {
      args: [{ decision: 'refund', reason: 'just so', by: 'ops' }],
    });
    await expect(decision).rejects.toThrow();
    await payment.paysAndCallsBack();
    await payment.endsAs('issued');
  });
});
