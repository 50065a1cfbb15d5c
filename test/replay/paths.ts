import type { ChargeOutcome } from '../../src/domain/evidence.js';
import type { PaymentStory } from '../support/paymentStory.js';
import { day, hour, minute, type SagaWorld } from '../support/sagaWorld.js';
import { doneUnheard, unheard } from '../support/twists.js';

export type Path = (world: SagaWorld) => Promise<PaymentStory>;

const refusal: ChargeOutcome = { kind: 'refused', code: 'TRADE_HAS_FAILED' };

/** Each way a payment can go, once: what is recorded and must replay for as long as such a payment may be running. */
export const paths: Readonly<Record<string, Path>> = {
  callbackFirst: async (world) => {
    const payment = await world.opened();
    await payment.paysAndCallsBack();
    return payment;
  },
  queryFirst: async (world) => {
    const payment = await world.opened();
    await payment.pays();
    return payment;
  },
  neverPaid: (world) => world.opened(),
  openedUnheard: async (world) => {
    world.channel.onOpen.next(doneUnheard, 2);
    const payment = await world.opened();
    await payment.paysAndCallsBack();
    return payment;
  },
  openingRefused: async (world) => {
    world.channel.onOpen.next(() => ({ kind: 'refused', code: 'INVALID_PARAMETER', message: 'not so' }));
    return world.asked();
  },
  openingUnknown: async (world) => {
    world.channel.onOpen.next(unheard, 999);
    return world.asked({ expiresInMs: 5 * minute });
  },
  cancelledWhileOpening: async (world) => {
    world.channel.onOpen.next(unheard, 3);
    const payment = await world.asked();
    await world.pass(1_500); // Between two tries: the test server loses an activity that is called off during one.
    await payment.cancels();
    return payment;
  },
  cancelledInTemporal: async (world) => {
    const payment = await world.opened();
    await payment.workflow.cancel();
    return payment;
  },
  paidDuringClose: async (world) => {
    const payment = await world.opened({ product: 'page' });
    world.channel.onClose.next(async (really) => {
      await payment.pays();
      return really();
    });
    await payment.cancels();
    return payment;
  },
  closeUnheard: async (world) => {
    const payment = await world.opened({ product: 'page' });
    world.channel.onClose.next(unheard, 3);
    await payment.cancels();
    return payment;
  },
  amountRefunded: async (world) => {
    const payment = await world.opened();
    await payment.paysAndCallsBack({ paidFen: 1_00 });
    await payment.untilAttention(minute);
    await payment.resolve('refund');
    return payment;
  },
  contradictionHeld: async (world) => {
    const payment = await world.opened();
    world.paymentsAway = ({ status }) => status === 'paid';
    await payment.paysAndCallsBack();
    await payment.callback({ outcome: refusal });
    world.paymentsAway = null;
    await payment.untilAttention(minute);
    await payment.resolve('recheck');
    return payment;
  },
  returnedOutside: async (world) => {
    const payment = await world.opened();
    await payment.pays();
    world.channel.returnMoney(payment.outTradeNo());
    await payment.callback();
    await payment.untilAttention(minute);
    await payment.resolve('settledOutside');
    return payment;
  },
  coreRefuses: async (world) => {
    const payment = await world.opened();
    world.core.refusesToIssue();
    await payment.paysAndCallsBack();
    return payment;
  },
  coreRetried: async (world) => {
    const payment = await overdue(world);
    world.core.calm();
    await payment.resolve('retryIssue');
    return payment;
  },
  coreGivenUp: async (world) => {
    const payment = await overdue(world);
    world.core.landLate(payment.paymentId);
    world.core.calm();
    await payment.resolve('refund');
    return payment;
  },
  lateRefunded: async (world) => {
    const payment = await closed(world, 'refund');
    await payment.paysAndCallsBack({ anyway: true });
    return payment;
  },
  lateRevived: async (world) => {
    const payment = await closed(world, 'revive');
    await payment.paysAndCallsBack({ anyway: true });
    return payment;
  },
  lateRevivedInVain: async (world) => {
    const payment = await closed(world, 'revive');
    world.core.refusesToIssue();
    await payment.paysAndCallsBack({ anyway: true });
    return payment;
  },
  lateWatched: async (world) => {
    const payment = await world.opened();
    await payment.cancels();
    await world.pass(minute);
    await payment.pays();
    return payment;
  },
  switched: async (world) => {
    const payment = await world.opened({ product: 'page' });
    await payment.switchesTo('qr');
    await payment.paysAndCallsBack({ attempt: 2 });
    return payment;
  },
  switchedTooLate: async (world) => {
    const payment = await world.opened();
    await payment.pays();
    await payment.switchesTo('page').catch(() => undefined);
    return payment;
  },
  paidTwice: async (world) => {
    const payment = await world.opened({ terms: { queryGapsMs: [hour] } });
    await payment.switchesTo('qr');
    await payment.pays({ attempt: 1 });
    await payment.pays({ attempt: 2 });
    await payment.callback({ attempt: 2 });
    await payment.callback({ attempt: 1 });
    return payment;
  },
  switchedChannel: async (world) => {
    const payment = await world.opened({ product: 'page' });
    await payment.switchesTo('page', { channel: world.otherChannel, terms: { queryGapsMs: [hour] } });
    await payment.paysAndCallsBack({ attempt: 2, channel: world.otherChannel });
    return payment;
  },
  paidAtTwoChannels: async (world) => {
    const payment = await world.opened({ terms: { queryGapsMs: [hour] } });
    const { otherChannel: channel } = world;
    await payment.switchesTo('qr', { channel });
    await payment.pays({ attempt: 1 });
    await payment.paysAndCallsBack({ attempt: 2, channel });
    await payment.callback({ attempt: 1 });
    return payment;
  },
  ranOut: async (world) => {
    world.channel.closes = false;
    const payment = await world.opened({ product: 'page', expiresInMs: 5 * minute });
    await payment.cancels();
    return payment;
  },
  ranOutPaid: async (world) => {
    world.channel.closes = false;
    const payment = await world.opened({ product: 'page' });
    await payment.cancels();
    await world.pass(1_000);
    await payment.paysAndCallsBack();
    return payment;
  },
  partsRefunded: async (world) => {
    const payment = await issued(world);
    await payment.refunds({ refundId: 'A', amountFen: 100_00 });
    await payment.refunds({ refundId: 'B', amountFen: 80_00 });
    return payment;
  },
  refundRetried: async (world) => {
    const payment = await issued(world);
    world.channel.onRefund.next(world.channel.refusing('SELLER_BALANCE_NOT_ENOUGH'));
    await payment.refunds({ refundId: 'A', amountFen: 100_00 });
    await payment.untilAttention(minute);
    await payment.resolve('retryRefund');
    return payment;
  },
  refundRetriedTwice: async (world) => {
    const payment = await issued(world);
    world.channel.onRefund.next(world.channel.refusing('SELLER_BALANCE_NOT_ENOUGH'), 2);
    await payment.refunds({ refundId: 'A', amountFen: 100_00 });
    for (let time = 0; time < 2; time += 1) {
      await payment.untilAttention(minute);
      await payment.resolve('retryRefund');
      await world.pass(minute);
    }
    return payment;
  },
  refundSettledOutside: async (world) => {
    const payment = await world.opened();
    world.core.refusesToIssue();
    world.channel.onRefund.next(world.channel.refusing('TRADE_HAS_FINISHED'));
    await payment.paysAndCallsBack();
    await payment.untilAttention(minute);
    await payment.resolve('settledOutside');
    return payment;
  },
  refundStuck: async (world) => {
    const payment = await issued(world);
    world.channel.executesRefundsAt((await world.nowMs()) + hour);
    await payment.refunds({ refundId: 'A', amountFen: 100_00 });
    return payment;
  },
  partsPaid: async (world) => {
    const payment = await world.openedInParts();
    await payment.paysPartAndCallsBack(1);
    await payment.until('partlyPaid');
    await payment.paysPartAndCallsBack(2);
    return payment;
  },
  partNeverPaid: async (world) => {
    const payment = await world.openedInParts({ product: 'page' });
    await payment.paysPartAndCallsBack(1);
    return payment;
  },
  partRefused: async (world) => {
    world.otherChannel.onOpen.next(() => ({ kind: 'refused', code: 'RULE_LIMIT', message: 'too much' }));
    return world.askedInParts({ product: 'page' });
  },
  partsCancelled: async (world) => {
    const payment = await world.openedInParts({ product: 'page', partsFen: [500, 300, 200] });
    await payment.paysPartAndCallsBack(1);
    await payment.until('partlyPaid');
    await payment.cancels();
    return payment;
  },
  partsRefusedByCore: async (world) => {
    const payment = await world.openedInParts();
    world.core.refusesToIssue();
    await payment.paysPartAndCallsBack(1);
    await payment.paysPartAndCallsBack(2);
    return payment;
  },
  partsOverdue: async (world) => {
    const payment = await world.openedInParts({ terms: { issueDeadlineMs: hour } });
    world.core.downUntil((await world.nowMs()) + 90 * minute);
    await payment.paysPartAndCallsBack(1);
    await payment.paysPartAndCallsBack(2);
    await payment.untilAttention(2 * hour, 10 * minute);
    await payment.resolve('refund');
    return payment;
  },
  partDoubtful: async (world) => {
    const payment = await world.openedInParts();
    await payment.paysPartAndCallsBack(1);
    await payment.until('partlyPaid');
    const part = await payment.part(1);
    await part.callback({ outcome: refusal });
    await part.untilAttention(minute, 200);
    await payment.paysPartAndCallsBack(2);
    await part.resolve('recheck');
    return payment;
  },
  partsHeldAndReopened: async (world) => {
    const payment = await held(world);
    await payment.resolve('reopen');
    await payment.until('partlyPaid');
    await payment.paysPartAndCallsBack(2, { attempt: 2 });
    return payment;
  },
  partsHeldAndRefunded: async (world) => {
    const payment = await held(world);
    await payment.resolve('refund');
    return payment;
  },
  partsHeldAndPaidLate: async (world) => {
    const payment = await held(world);
    await payment.paysPartAndCallsBack(2, { anyway: true });
    return payment;
  },
  slicesPaid: async (world) => {
    const payment = await world.openedInParts({ serial: true, partsFen: [500, 500, 280] });
    for (const no of [1, 2, 3]) {
      await payment.paysPartAndCallsBack(no);
      await world.pass(1_000);
    }
    return payment;
  },
  sliceRefused: async (world) => {
    const payment = await world.openedInParts({ serial: true, partsFen: [500, 500, 280], product: 'page' });
    world.channel.onOpen.next(() => ({ kind: 'refused', code: 'RULE_LIMIT', message: 'too often' }));
    await payment.paysPartAndCallsBack(1);
    return payment;
  },
  slicesOnANewRun: async (world) => {
    const payment = await world.openedInParts({
      serial: true,
      partsFen: [100, 200, 300, 400],
      continueAfterEvents: 40,
    });
    for (const no of [1, 2, 3, 4]) {
      await payment.paysPartAndCallsBack(no);
      await world.pass(1_000);
    }
    return payment;
  },
  cartPaid: async (world) => {
    const cart = await world.openedInCart();
    await cart.paysAndCallsBack();
    return cart;
  },
  cartNeverPaid: (world) => world.openedInCart({ product: 'page' }),
  cartItemRefused: async (world) => {
    const cart = await world.openedInCart();
    world.core.refusesFor(cart.itemId(2));
    await cart.paysAndCallsBack();
    return cart;
  },
  cartItemOverdue: async (world) => {
    const cart = await world.openedInCart({ terms: { issueDeadlineMs: hour } });
    world.core.silentFor(cart.itemId(1), (await world.nowMs()) + 2 * hour);
    await cart.paysAndCallsBack();
    const item = await cart.item(1);
    await item.untilAttention(2 * hour, 10 * minute);
    await item.resolve('refund');
    return cart;
  },
  cartOfAnotherAmount: async (world) => {
    const cart = await world.openedInCart();
    await cart.paysAndCallsBack({ paidFen: 1 });
    await cart.untilAttention(hour);
    await cart.resolve('refund');
    return cart;
  },
  cartOfAllOrNothing: async (world) => {
    const cart = await world.openedInCart({ allOrNothing: true });
    await cart.paysAndCallsBack();
    return cart;
  },
  cartOfAllOrNothingRefused: async (world) => {
    const cart = await world.openedInCart({ allOrNothing: true });
    world.core.refusesFor(cart.itemId(2));
    await cart.paysAndCallsBack();
    return cart;
  },
  combinedCartPaid: async (world) => {
    const cart = await world.openedInCart({ combined: 'together', product: 'page' });
    await cart.paysChildren();
    return cart;
  },
  combinedCartNeverPaid: (world) => world.openedInCart({ combined: 'each', product: 'page' }),
  combinedCartPaidInPart: async (world) => {
    const cart = await world.openedInCart({ combined: 'each', product: 'page' });
    await cart.paysChildren([1, 3]);
    return cart;
  },
  combinedCartOfAnotherAmount: async (world) => {
    const cart = await world.openedInCart({ combined: 'together', product: 'page' });
    await cart.paysChildren([1, 3]);
    await cart.paysChildren([2], { paidFen: 1 });
    await cart.untilAttention(hour);
    await cart.resolve('refund');
    return cart;
  },
  refundNotExecuted: async (world) => {
    const payment = await issued(world);
    world.channel.onRefund.next(() => ({ kind: 'unknown', code: 'TIMEOUT', raw: null }));
    await payment.refunds({ refundId: 'A', amountFen: 100_00 });
    return payment;
  },
};

/** A payment in parts whose rule is to hold, one part paid and the time over. */
async function held(world: SagaWorld) {
  const payment = await world.openedInParts({ rule: 'allOrHold', product: 'page' });
  await payment.paysPartAndCallsBack(1);
  await payment.untilAttention(hour);
  return payment;
}

async function issued(world: SagaWorld): Promise<PaymentStory> {
  const payment = await world.opened();
  await payment.paysAndCallsBack();
  await payment.ends();
  return payment;
}

async function closed(world: SagaWorld, latePayment: 'refund' | 'revive'): Promise<PaymentStory> {
  const payment = await world.opened({ product: 'page', terms: { latePayment } });
  await payment.cancels();
  await payment.ends();
  return payment;
}

async function overdue(world: SagaWorld): Promise<PaymentStory> {
  const payment = await world.opened({ terms: { issueDeadlineMs: hour } });
  world.core.downUntil((await world.nowMs()) + day);
  await payment.paysAndCallsBack();
  await payment.untilAttention(2 * hour, 10 * minute);
  return payment;
}
