import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { deliverEvidence } from '../../../src/delivery/deliverEvidence.js';
import type { PaymentTerms } from '../../../src/domain/terms.js';
import { hour, minute, premiumFen, SagaWorld } from '../../support/sagaWorld.js';

/*
 | money comes                                 | policy | must be undone            | ends                            |
 |---------------------------------------------|--------|---------------------------|---------------------------------|
 | for a QR code nobody had scanned at closing | refund | the money                 | refunded                        |
 | after the payment has ended                 | refund | the money                 | refunded                        |
 | the same                                    | revive | nothing                   | issued                          |
 | the same, and the core refuses              | revive | the money                 | refunded                        |
 | the same, and the core is silent            | revive | nothing yet               | person: retryIssue → issued     |
 | the same, of another amount                 | revive | the money                 | refunded                        |
 | repeated callbacks of it                    | refund | the money, once           | refunded                        |
 | and goes back by itself                     | refund | the booking               | closed                          |
 | for an old charge, another being paid       | both   | the later money           | issued, and the later refunded  |
 | for an old charge, while a last one is watched | refund | the money              | refunded                        |
 | for two old charges, one being revived      | revive | the second money          | issued, and the second refunded |
 | a second time under the charge that counted | refund | nothing by itself         | person: settledOutside → issued |
 | for another merchant                        | refund | nothing                   | person; the payment stays as it was|
 | again, all its workflows having ended       | refund | nothing by itself         | person: settledOutside → refunded |
 | the same, for another merchant              | refund | nothing                   | person: settledOutside → refunded |
*/

let world: SagaWorld;
beforeAll(async () => {
  world = await SagaWorld.start();
});
beforeEach(() => world.calm());
afterAll(() => world.close());

/** Closed without money, its workflow ended. */
async function closed(latePayment: PaymentTerms['latePayment'] = 'refund') {
  const payment = await world.opened({ product: 'page', terms: { latePayment } });
  await payment.cancels();
  await payment.endsAs('closed');
  return payment;
}

describe('money that comes when its payment has ended', () => {
  it('goes back by itself', async () => {
    const payment = await closed();
    await payment.pays({ anyway: true });
    expect(await payment.callback()).toBe('lateStarted');
    await payment.endsAs('refunded');
    expect(payment.channelCalls.at(-1)).toBe('refund C1R1');
    expect(payment.coreCalls).toEqual([]);
    expect((await payment.timeline()).slice(-3)).toEqual(['LateMoneyReceived', 'RefundStarted', 'ChargeRefunded']);
  });

  it('goes back once however often the channel tells of it', async () => {
    const payment = await closed();
    await payment.pays({ anyway: true });
    await payment.callback();
    await payment.callback();
    await payment.endsAs('refunded');
    const { tradeNo } = { tradeNo: `2026${payment.outTradeNo()}1` };
    expect(await payment.callback({ outcome: payment.moneyOf(premiumFen, tradeNo) })).toBe('nothingNew');
    await payment.endsAs('refunded');
    expect(payment.channelCalls.filter((call) => call.startsWith('refund '))).toEqual(['refund C1R1']);
  });

  it('pays for the policy after all when the product wants that', async () => {
    const payment = await closed('revive');
    await payment.paysAndCallsBack({ anyway: true });
    await payment.endsAs('issued');
    expect(await payment.timeline()).toContain('PaymentRevived');
  });

  it('goes back when the core does not want it any more', async () => {
    const payment = await closed('revive');
    world.core.refusesToIssue('PROPOSAL_WITHDRAWN');
    await payment.paysAndCallsBack({ anyway: true });
    await payment.endsAs('refunded');
    expect(payment.coreCalls).toEqual(['issue', 'query']);
  });

  it.each([
    ['retryIssue', 'issued'],
    ['refund', 'refunded'],
  ] as const)('waits for a person when the core is silent about it; %s ends %s', async (decision, end) => {
    const payment = await world.opened({ product: 'page', terms: { latePayment: 'revive', issueDeadlineMs: hour } });
    await payment.cancels();
    await payment.endsAs('closed');
    world.core.downUntil((await world.nowMs()) + 10 * hour);
    await payment.paysAndCallsBack({ anyway: true });
    expect(await payment.untilAttention(2 * hour, 10 * minute)).toMatchObject({
      reason: 'issueOverdue',
      workflowId: `late/${payment.outTradeNo()}`,
    });
    world.core.calm();
    await payment.resolve(decision);
    await payment.endsAs(end);
  });

  it('goes back when it is another amount, even where the product would revive', async () => {
    const payment = await closed('revive');
    await payment.paysAndCallsBack({ anyway: true, paidFen: 1_00 });
    await payment.endsAs('refunded');
    expect(payment.coreCalls).toEqual([]);
  });

  it('leaves nothing in the book when the channel gave it back by itself', async () => {
    const payment = await closed();
    await payment.pays({ anyway: true });
    world.channel.returnMoney(payment.outTradeNo());
    await payment.callback();
    await payment.endsAs('closed');
    expect(await payment.bookFen()).toEqual({});
  });

  it('waits for a person when another merchant got it', async () => {
    const payment = await closed();
    await payment.callback({ outcome: payment.moneyOf(premiumFen), merchantId: '2088999999999999' });
    expect(await payment.untilAttention(minute)).toMatchObject({ reason: 'merchantMismatch', decisions: ['recheck'] });
    await payment.resolve('recheck');
    await payment.endsAs('closed');
  });
});

describe('money for a QR code that nobody had scanned when its payment closed', () => {
  it('goes back by itself, seen by callback', async () => {
    const payment = await world.opened();
    await payment.cancels();
    await world.pass(minute);
    expect((await payment.record()).status).toBe('closed');
    await payment.paysAndCallsBack();
    await payment.endsAs('refunded');
  });

  it('goes back by itself, seen by the last query when the code has expired', async () => {
    const payment = await world.opened();
    await payment.cancels();
    await world.pass(minute);
    await payment.pays();
    await payment.endsAs('refunded');
    expect(payment.channelCalls.slice(-2)).toEqual(['query C1', 'refund C1R1']);
  });

  it('goes back though an engineer cancels the watch', async () => {
    const payment = await world.opened();
    await payment.cancels();
    await world.pass(minute);
    await payment.workflow.cancel();
    await payment.pays();
    await payment.endsAs('refunded');
  });
});

describe('money under more than one number of a payment', () => {
  it('counts once: what came later goes back, and the policy stays', async () => {
    const payment = await world.opened({ product: 'page' });
    await payment.switchesTo('page');
    await payment.paysAndCallsBack({ attempt: 2 });
    await payment.endsAs('issued');
    await payment.paysAndCallsBack({ attempt: 1, anyway: true });
    await payment.endsAs('issued');
    expect(payment.channelCalls.at(-1)).toBe('refund C1R1');
  });

  it('counts once: of two paid before we knew, the one paid first', async () => {
    const payment = await world.opened({ terms: { queryGapsMs: [hour] } });
    await payment.switchesTo('qr');
    await payment.pays({ attempt: 1 });
    await world.pass(1_000);
    await payment.pays({ attempt: 2 });
    world.channel.onQuery.next(async (really) => {
      await payment.callback({ attempt: 1 }); // While the later charge is asked about, so that both are known at once.
      return really();
    });
    await payment.cancels();
    await payment.endsAs('issued');
    expect((await payment.record()).outTradeNo).toBe(payment.outTradeNo(1));
    expect(payment.channelCalls.at(-1)).toBe('refund C2R1');
  });

  it('goes back when it comes for an old number while the last one is still watched', async () => {
    const payment = await world.opened({ product: 'page' });
    await payment.switchesTo('qr');
    await payment.cancels();
    await world.pass(minute);
    await payment.paysAndCallsBack({ attempt: 1, anyway: true });
    await payment.endsAs('refunded');
    expect(payment.channelCalls.at(-1)).toBe('refund C1R1');
  });

  it('is issued for one and refunded for the other when both come after closing', async () => {
    const payment = await world.opened({ product: 'page', terms: { latePayment: 'revive' } });
    await payment.switchesTo('page');
    await payment.cancels();
    await payment.endsAs('closed');
    world.core.downUntil((await world.nowMs()) + hour);
    await payment.paysAndCallsBack({ attempt: 1, anyway: true });
    await world.pass(minute);
    await payment.paysAndCallsBack({ attempt: 2, anyway: true });
    await payment.endsAs('issued');
    expect(payment.channelCalls.at(-1)).toBe('refund C2R1');
  });

  it('is issued for the one booked first when both come at the same moment', async () => {
    const payment = await world.opened({ product: 'page', terms: { latePayment: 'revive' } });
    await payment.switchesTo('page');
    await payment.cancels();
    await payment.endsAs('closed');
    // The first is booked, and not yet on record as reviving the payment, when the second comes.
    world.paymentsAway = ({ writer, status }) => writer === 'late-C1' && status === 'paid';
    await payment.paysAndCallsBack({ attempt: 1, anyway: true });
    await world.pass(1_000);
    await payment.paysAndCallsBack({ attempt: 2, anyway: true });
    await world.pass(minute);
    expect(payment.channelCalls.at(-1)).toBe('refund C2R1');
    world.paymentsAway = null;
    await payment.endsAs('issued');
  });

  it('is not booked, but seen by a person, when another merchant got it under the number that counted', async () => {
    const payment = await world.opened();
    await payment.paysAndCallsBack();
    await payment.endsAs('issued');
    await payment.callback({ outcome: payment.moneyOf(premiumFen, 'SECOND'), merchantId: '2088999999999999' });
    expect(await payment.untilAttention(minute)).toMatchObject({ reason: 'merchantMismatch' });
    await payment.resolve('recheck');
    await payment.endsAs('issued');
  });

  it('is booked and waits for a person when it comes twice under the number that counted', async () => {
    const payment = await world.opened();
    world.core.downUntil((await world.nowMs()) + hour);
    await payment.paysAndCallsBack();
    await world.pass(minute);
    await payment.callback({ outcome: payment.moneyOf(premiumFen, 'SECOND') });
    expect(await payment.untilAttention(3 * hour, minute)).toMatchObject({
      reason: 'strandedMoney',
      workflowId: `late/${payment.outTradeNo()}`,
      decisions: ['settledOutside'],
    });
    expect((await payment.record()).status).toBe('issued');
    expect(await payment.bookFen()).toMatchObject({ unidentifiedReceipts: -1_280_00 });
    await payment.resolve('settledOutside');
    await payment.endsAs('issued');
  });
});

describe('money that comes again when the workflow of its late money has ended too', () => {
  async function lateRefunded() {
    const payment = await closed();
    await payment.pays({ anyway: true });
    await payment.callback();
    await payment.endsAs('refunded');
    return payment;
  }

  it('is booked and waits for a person in a review of its own, once however often it is told', async () => {
    const payment = await lateRefunded();
    const outcome = payment.moneyOf(premiumFen, 'THIRD');
    const fact = await payment.storesCallback({ outcome });
    const delivery = { client: world.client, ...world.records };
    expect(await deliverEvidence(delivery, fact)).toBe('stranded');
    expect(await deliverEvidence(delivery, fact)).toBe('stranded');
    const workflowId = `review/${fact.evidenceId}`;
    expect(await payment.untilAttention(minute)).toMatchObject({
      kind: 'latePayment',
      reason: 'strandedMoney',
      workflowId,
      decisions: ['settledOutside'],
    });
    const booked = { 'channelReceivable:alipay': premiumFen, unidentifiedReceipts: -Number(premiumFen) };
    expect(await payment.bookFen()).toEqual(booked);
    expect((await payment.record()).status).toBe('refunded');
    await payment.resolve('settledOutside');
    await world.client.workflow.getHandle(workflowId).result();
    expect(await deliverEvidence(delivery, fact)).toBe('stranded');
    await payment.endsAs('refunded');
    expect(await payment.bookFen()).toEqual({});
  });

  it('is seen by a person and not booked when another merchant got it', async () => {
    const payment = await lateRefunded();
    const outcome = payment.moneyOf(premiumFen, 'THIRD');
    expect(await payment.callback({ outcome, merchantId: '2088999999999999' })).toBe('stranded');
    expect(await payment.untilAttention(minute)).toMatchObject({ reason: 'strandedMoney' });
    expect(await payment.bookFen()).toEqual({});
    await payment.resolve('settledOutside');
    await payment.endsAs('refunded');
  });
});
