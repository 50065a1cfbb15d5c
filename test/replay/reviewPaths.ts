import { day, hour, minute, premiumFen } from '../support/sagaWorld.js';
import type { Path } from './paths.js';

/** Ways on which a person decides by the id of a review, or which go on beyond one history. */
export const reviewPaths: Readonly<Record<string, Path>> = {
  twoReviewsOfACart: async (world) => {
    const cart = await world.openedInCart({ terms: { issueDeadlineMs: hour } });
    const silentUntil = (await world.nowMs()) + 90 * minute;
    for (const itemNo of [1, 2] as const) world.core.silentFor(cart.itemId(itemNo), silentUntil);
    await cart.paysAndCallsBack();
    const [one, two] = [await cart.item(1), await cart.item(2)];
    await one.untilAttention(3 * hour);
    await two.untilAttention(minute);
    await two.resolve('refund');
    await one.resolve('retryIssue');
    return cart;
  },
  paidAgainAfterTheEnd: async (world) => {
    const payment = await world.opened({ product: 'page' });
    await payment.cancels();
    await payment.ends();
    await payment.pays({ anyway: true });
    await payment.callback();
    await payment.ends();
    await payment.callback({ outcome: payment.moneyOf(premiumFen, 'AGAIN') });
    await payment.untilAttention(minute);
    await payment.resolve('settledOutside');
    return payment;
  },
  refundOnANewRun: async (world) => {
    const payment = await world.opened({ terms: { refundGapsMs: [8 * hour] } });
    await payment.paysAndCallsBack();
    await payment.ends();
    world.channel.executesRefundsAt((await world.nowMs()) + 5 * day);
    await payment.refunds({ refundId: 'A', amountFen: 100_00, continueAfterEvents: 30 });
    await payment.untilAttention(4 * day, 6 * hour);
    await payment.resolve('recheck');
    return payment;
  },
};
