import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { failures } from '../../../src/domain/failures.js';
import { resolveUpdate } from '../../../src/workflows/saga/messages.js';
import { day, hour, minute, SagaWorld } from '../../support/sagaWorld.js';

/*
 | step     | fault                                          | must be undone                | ends                                  |
 |----------|------------------------------------------------|-------------------------------|---------------------------------------|
 | register | an item stands for something else              | nothing                       | closed, no channel called             |
 | open     | refused                                        | nothing                       | closed with every item                |
 | collect  | never paid                                     | nothing                       | closed with every item                |
 | collect  | paid with another amount                       | nothing until settled         | needsAttention, then back or issued   |
 | collect  | paid after the end                             | the late money                | the cart refunded, its items closed   |
 | receive  | evidence against the money                     | as a person decides           | issued, refunded or returned          |
 | issue    | the core refuses one                           | that one                      | refunded, the others issued           |
 | issue    | the core refuses all                           | all                           | refunded                              |
 | issue    | the core is silent about one past the deadline | as a person decides           | the others issued meanwhile           |
 | issue    | it refuses one of all or nothing               | all, the issued ones cancelled| refunded                              |
 | issue    | a call given up as unknown lands later         | the policy                    | refunded, no policy                   |
 | refund   | of one item is stuck or refused                | as a person decides           | refunded, the others issued meanwhile |
*/

let world: SagaWorld;
beforeAll(async () => {
  world = await SagaWorld.start();
});
beforeEach(() => world.calm());
afterAll(() => world.close());

describe('a cart in one charge', () => {
  it('is one charge of all its items, booked item by item, and a policy for each', async () => {
    const cart = await world.openedInCart();
    expect(world.channel.askedFen(cart.outTradeNo())).toBe(600_00);
    await cart.paysAndCallsBack();
    await cart.endsAs('issued');
    expect(await cart.itemStatuses()).toEqual(['issued', 'issued', 'issued']);
    const journals = await world.ledger.ofPayment(cart.itemId(2));
    expect(journals.map(({ key }) => key)).toEqual([
      `${cart.outTradeNo()}:${cart.itemId(2)}:received`,
      `${cart.itemId(2)}:issued`,
    ]);
    expect(cart.channelCalls).toEqual(['open K1']);
  });

  it('takes its items along until it is paid', async () => {
    const cart = await world.openedInCart();
    expect(await cart.itemStatuses()).toEqual(['awaitingPayment', 'awaitingPayment', 'awaitingPayment']);
    const item = await (await cart.item(1)).record();
    expect(item.outTradeNo).toBe(cart.outTradeNo());
    expect(item.timeline.map(({ type }) => type)).toEqual(['PaymentRegistered', 'ChargeOpened']);
    await cart.endsAs('closed');
    expect(await cart.itemStatuses()).toEqual(['closed', 'closed', 'closed']);
  });

  it('of ten items costs less than a third of ten payments, in events', async () => {
    const cart = await world.openedInCart({ itemsFen: Array.from({ length: 10 }, () => 128_00) });
    await cart.paysAndCallsBack();
    await cart.endsAs('issued');
    expect((await cart.history()).length).toBeLessThanOrEqual((10 * 34) / 3);
  });

  it('closes before any channel is called when an item stands for something else', async () => {
    const other = await world.opened();
    const cart = await world.askedInCart({ start: false });
    const taken = cart.registered.shape.kind === 'cart' ? cart.registered.shape.items[1] : undefined;
    const { payment } = await world.records.payments.register({
      ...other.registered,
      paymentId: taken?.paymentId ?? '',
      requestHash: 'f'.repeat(64),
    });
    await cart.starts();
    expect((await cart.untilOpen()).refusal?.code).toBe('payment-conflict');
    await cart.ends();
    expect(cart.channelCalls).toEqual([]);
    expect((await world.records.payments.find(payment.paymentId))?.status).toBe('opening');
    expect((await (await cart.item(1)).record()).status).toBe('closed');
  });

  it('closes with every item when the channel refuses it', async () => {
    world.channel.onOpen.next(() => ({ kind: 'refused', code: 'TOTAL_FEE_EXCEED', message: 'too much' }));
    const cart = await world.askedInCart();
    await cart.endsAs('closed');
    expect(await cart.itemStatuses()).toEqual(['closed', 'closed', 'closed']);
  });

  it('gives back the amount of an item the core refuses, and the others stand', async () => {
    const cart = await world.openedInCart();
    world.core.refusesFor(cart.itemId(2));
    await cart.paysAndCallsBack();
    await cart.endsAs('issued');
    expect(await cart.itemStatuses()).toEqual(['issued', 'refunded', 'issued']);
    expect(world.channel.heldFen(cart.outTradeNo())).toBe(400_00);
  });

  it('gives back each of several that are refused, under numbers of their own', async () => {
    const cart = await world.openedInCart();
    world.core.refusesToIssue();
    await cart.paysAndCallsBack();
    await cart.endsAs('refunded');
    expect(await cart.itemStatuses()).toEqual(['refunded', 'refunded', 'refunded']);
    const refunds = await world.records.refunds.ofCharge(cart.outTradeNo());
    expect(new Set(refunds.map(({ refundNo }) => refundNo)).size).toBe(3);
  });

  it('waits for a person over one item only, while the others are issued', async () => {
    const cart = await world.openedInCart({ terms: { issueDeadlineMs: hour } });
    const slow = cart.itemId(1);
    const silentUntil = (await world.nowMs()) + 2 * hour;
    world.core.silentFor(slow, silentUntil);
    await cart.paysAndCallsBack();
    const item = await cart.item(1);
    const { reason, workflowId } = await item.untilAttention(3 * hour);
    expect({ reason, workflowId }).toEqual({ reason: 'issueOverdue', workflowId: `cart/${cart.stem}` });
    expect(await cart.itemStatuses()).toEqual(['needsAttention', 'issued', 'issued']);
    await item.resolve('refund');
    await cart.endsAs('issued');
    expect(await cart.itemStatuses()).toEqual(['refunded', 'issued', 'issued']);
  });

  it('takes each of two open reviews by its own id, and neither hides the other', async () => {
    const cart = await world.openedInCart({ terms: { issueDeadlineMs: hour } });
    const silentUntil = (await world.nowMs()) + 90 * minute;
    for (const itemNo of [1, 2] as const) world.core.silentFor(cart.itemId(itemNo), silentUntil);
    await cart.paysAndCallsBack();
    const [one, two] = [await cart.item(1), await cart.item(2)];
    const { reviewId } = await one.untilAttention(3 * hour);
    await two.untilAttention(minute);
    await two.resolve('refund');
    expect(await one.attention()).toMatchObject({ reviewId, settled: null });
    await one.resolve('retryIssue');
    await cart.endsAs('issued');
    expect(await cart.itemStatuses()).toEqual(['issued', 'refunded', 'issued']);
    expect(await world.records.reviews.find(reviewId)).toMatchObject({ settled: { decision: 'retryIssue' } });
  });

  it('takes no decision about an item that does not wait', async () => {
    const cart = await world.openedInCart({ terms: { issueDeadlineMs: hour } });
    world.core.silentFor(cart.itemId(1), (await world.nowMs()) + 90 * minute);
    await cart.paysAndCallsBack();
    const item = await cart.item(1);
    await item.untilAttention(3 * hour);
    const other = cart.workflow.executeUpdate(resolveUpdate, {
      args: [{ decision: 'refund', reason: 'by mistake', by: 'ops', paymentId: cart.itemId(2) }],
    });
    await expect(other).rejects.toMatchObject({ cause: { type: failures.resolutionRejected } });
    await item.resolve('retryIssue');
    await cart.endsAs('issued');
  });

  it('gives the money of a refused item back in the end though its refund is stuck for a day', async () => {
    const cart = await world.openedInCart();
    world.core.refusesFor(cart.itemId(3));
    world.channel.executesRefundsAt((await world.nowMs()) + day);
    await cart.paysAndCallsBack();
    await world.pass(hour);
    expect(await cart.itemStatuses()).toEqual(['issued', 'issued', 'refunding']);
    await cart.endsAs('issued');
  });

  it('waits for a person when the refund of an item is refused for good, and shows it with the item', async () => {
    const cart = await world.openedInCart();
    world.core.refusesFor(cart.itemId(3));
    world.channel.onRefund.next(world.channel.refusing('TRADE_NOT_ALLOW_REFUND'));
    await cart.paysAndCallsBack();
    const item = await cart.item(3);
    expect((await item.untilAttention(hour)).reason).toBe('refundRefused');
    await item.resolve('settledOutside');
    await cart.endsAs('issued');
    expect(await cart.itemStatuses()).toEqual(['issued', 'issued', 'refunded']);
  });

  it('waits for a person when another amount was paid, and sends all of it back when they say so', async () => {
    const cart = await world.openedInCart();
    await cart.paysAndCallsBack({ paidFen: 1 });
    expect((await cart.untilAttention(hour)).reason).toBe('amountMismatch');
    expect(await cart.itemStatuses()).toEqual(['needsAttention', 'needsAttention', 'needsAttention']);
    await cart.resolve('refund');
    await cart.endsAs('refunded');
    expect(await cart.itemStatuses()).toEqual(['refunded', 'refunded', 'refunded']);
  });

  it('sends money back by itself that comes after the end, and its items stay closed', async () => {
    const cart = await world.openedInCart({ product: 'page' });
    await cart.ends();
    await cart.paysAndCallsBack({ anyway: true });
    await cart.endsAs('refunded');
    expect(await cart.itemStatuses()).toEqual(['closed', 'closed', 'closed']);
  });

  it('closes when it is cancelled, and is issued when its money was first', async () => {
    const cart = await world.openedInCart({ product: 'page' });
    await cart.cancels();
    await cart.endsAs('closed');
    const paid = await world.openedInCart();
    await paid.pays();
    await paid.cancels();
    await paid.endsAs('issued');
  });

  it('gives back all items when evidence against its money comes before they are issued and a person says so', async () => {
    const cart = await world.openedInCart();
    await cart.pays();
    world.paymentsAway = (step) => step.paymentId === cart.paymentId && step.status === 'paid';
    await cart.callback();
    await cart.callback({ outcome: { kind: 'refused', code: 'TRADE_HAS_FAILED' } });
    world.paymentsAway = null;
    expect((await cart.untilAttention(hour)).reason).toBe('contradictoryEvidence');
    expect(cart.coreCalls).toEqual([]);
    await cart.resolve('refund');
    await cart.endsAs('refunded');
    expect(await cart.itemStatuses()).toEqual(['refunded', 'refunded', 'refunded']);
  });

  it.each([[[100_00, 200_00]], [[300_00]]])(
    'of %j is closed with nothing in the book when the channel gave the money back before any item was issued',
    async (itemsFen) => {
      const cart = await world.openedInCart({ itemsFen });
      await cart.pays();
      world.paymentsAway = (step) => step.paymentId === cart.paymentId && step.status === 'paid';
      await cart.callback();
      world.channel.returnMoney(cart.outTradeNo());
      await cart.callback();
      world.paymentsAway = null;
      expect((await cart.untilAttention(hour)).reason).toBe('returnedOutside');
      await cart.resolve('settledOutside');
      await cart.endsAs('closed');
    },
  );

  it('by every step on a worker that remembers nothing comes to the same end', async () => {
    await world.stopWorker();
    await world.startWorker({ maxCachedWorkflows: 0 });
    const cart = await world.openedInCart();
    world.core.refusesFor(cart.itemId(1));
    await cart.paysAndCallsBack();
    await cart.endsAs('issued');
  });
});

describe('a cart of all or nothing', () => {
  it('is issued as a whole', async () => {
    const cart = await world.openedInCart({ allOrNothing: true });
    await cart.paysAndCallsBack();
    await cart.endsAs('issued');
    expect(await cart.itemStatuses()).toEqual(['issued', 'issued', 'issued']);
  });

  it('cancels the issued policies and gives everything back when the core refuses one item', async () => {
    const cart = await world.openedInCart({ allOrNothing: true });
    world.core.refusesFor(cart.itemId(2));
    await cart.paysAndCallsBack();
    await cart.endsAs('refunded');
    expect(await cart.itemStatuses()).toEqual(['refunded', 'refunded', 'refunded']);
    expect(world.core.callsFor(cart.itemId(1))).toEqual(['issue', 'query', 'cancel']);
    expect(world.channel.heldFen(cart.outTradeNo())).toBe(0);
  });

  it('shows no item as issued before the core has said yes to every one', async () => {
    const cart = await world.openedInCart({ allOrNothing: true });
    world.core.silentFor(cart.itemId(3), (await world.nowMs()) + hour);
    await cart.paysAndCallsBack();
    await world.pass(30 * minute);
    expect(await cart.itemStatuses()).toEqual(['paid', 'paid', 'paid']);
    await cart.endsAs('issued');
  });

  it('takes back a policy whose call was given up as unknown and landed later', async () => {
    const cart = await world.openedInCart({ allOrNothing: true, terms: { issueDeadlineMs: hour } });
    world.core.silentFor(cart.itemId(1), (await world.nowMs()) + 2 * hour);
    await cart.paysAndCallsBack();
    const item = await cart.item(1);
    await item.untilAttention(3 * hour);
    world.core.landLate(cart.itemId(1));
    await item.resolve('refund');
    await cart.endsAs('refunded');
    expect(world.core.inForce(cart.itemId(1))).toBeNull();
  });
});
