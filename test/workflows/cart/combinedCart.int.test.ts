import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { fen } from '../../../src/domain/money.js';
import { hour, SagaWorld } from '../../support/sagaWorld.js';
import { silentQuery } from '../../support/scriptedChannel.js';
import { doneUnheard, unheard } from '../../support/twists.js';

/*
 | step     | fault                                          | must be undone                | ends                                  |
 |----------|------------------------------------------------|-------------------------------|---------------------------------------|
 | combined | nobody pays                                    | nothing                       | closed with every child               |
 | combined | only some children are paid                    | nothing, or with all-or-none all | issued, the rest closed            |
 | combined | one child holds another amount                 | that one                      | refunded, the others issued           |
 | combined | a child is paid after the end                  | its late money                | refunded by its own merchant          |
 | combined | opening is unknown but took effect             | nothing                       | issued                                |
*/

let world: SagaWorld;
beforeAll(async () => {
  world = await SagaWorld.start();
});
beforeEach(() => world.calm());
afterAll(() => world.close());

describe.each(['together', 'each'] as const)(
  'a cart over two payees, whose children are asked about %s',
  (combined) => {
    it('is paid in one go, each item straight to its own merchant', async () => {
      const cart = await world.openedInCart({ combined, product: 'page' });
      await cart.paysChildren();
      await cart.endsAs('issued');
      expect(world.channel.heldFen(cart.childNo(1))).toBe(100_00);
      expect(world.otherChannel.heldFen(cart.childNo(2))).toBe(200_00);
      expect(cart.channelCalls[0]).toBe('openCombined K1');
    });

    it('is issued by callbacks alone', async () => {
      const cart = await world.openedInCart({ combined });
      await cart.paysChildren();
      for (const no of [1, 2, 3]) await cart.childCallsBack(no);
      await cart.endsAs('issued');
      expect(cart.channelCalls).toEqual(['openCombined K1']);
    });

    it('closes with every child when nobody pays', async () => {
      const cart = await world.openedInCart({ combined, product: 'page' });
      await cart.endsAs('closed');
      expect(await cart.itemStatuses()).toEqual(['closed', 'closed', 'closed']);
      const charges = await world.records.charges.ofPayments(cart.itemIds);
      expect(charges.map(({ status }) => status)).toEqual(['closed', 'closed', 'closed']);
    });

    it('issues the items whose children were paid and closes the rest, should the channel part them', async () => {
      const cart = await world.openedInCart({ combined, product: 'page' });
      await cart.paysChildren([1, 3]);
      await cart.endsAs('issued');
      expect(await cart.itemStatuses()).toEqual(['issued', 'closed', 'issued']);
    });

    it('gives all of it back then when it is all or nothing, each by its own merchant', async () => {
      const cart = await world.openedInCart({ combined, product: 'page', allOrNothing: true });
      await cart.paysChildren([1, 2]);
      await cart.endsAs('refunded');
      expect(await cart.itemStatuses()).toEqual(['refunded', 'refunded', 'closed']);
      expect(cart.coreCalls).toEqual([]);
    });

    it('gives back the child that holds another amount when a person says so, and issues the others', async () => {
      const cart = await world.openedInCart({ combined, product: 'page' });
      await cart.paysChildren([1, 3]);
      await cart.paysChildren([2], { paidFen: 1 });
      expect((await cart.untilAttention(hour)).reason).toBe('amountMismatch');
      await cart.resolve('refund');
      await cart.endsAs('issued');
      expect(await cart.itemStatuses()).toEqual(['issued', 'refunded', 'issued']);
    });

    it('takes the money of a child that comes while a person is waited for over another', async () => {
      const cart = await world.openedInCart({ combined, product: 'page' });
      await cart.paysChildren([2], { paidFen: 1 });
      await cart.untilAttention(2 * hour);
      await cart.paysChildren([1, 3], { anyway: true });
      await cart.childCallsBack(1);
      await cart.childCallsBack(3);
      await cart.resolve('refund');
      await cart.endsAs('issued');
      expect(await cart.itemStatuses()).toEqual(['issued', 'refunded', 'issued']);
    });

    it('issues no item whose money was given back while a person was waited for over another', async () => {
      const cart = await world.openedInCart({ combined, product: 'page' });
      await cart.paysChildren([1, 3]);
      await cart.paysChildren([2], { paidFen: 1 });
      await cart.untilAttention(2 * hour);
      world.channel.returnMoney(cart.childNo(1));
      await cart.childCallsBack(1);
      await cart.resolve('refund');
      expect((await cart.untilAttention(2 * hour)).reason).toBe('returnedOutside');
      await cart.resolve('settledOutside');
      await cart.ends();
      expect(await cart.itemStatuses()).toEqual(['closed', 'refunded', 'issued']);
      expect(world.core.callsFor(cart.itemId(1))).toEqual([]);
    });

    it('gives back by its own merchant the item that the core refuses', async () => {
      const cart = await world.openedInCart({ combined, product: 'page' });
      world.core.refusesFor(cart.itemId(2));
      await cart.paysChildren();
      await cart.endsAs('issued');
      expect(world.otherChannel.callsFor(cart.stem)).toContain('refund K1I02R11');
      expect(world.otherChannel.heldFen(cart.childNo(2))).toBe(0);
    });

    it('sends money of a child back by itself that comes after the end', async () => {
      const cart = await world.openedInCart({ combined, product: 'page' });
      await cart.ends();
      await cart.paysChildren([2], { anyway: true });
      await cart.childCallsBack(2);
      await cart.ends();
      await cart.expectMoneyRight();
      expect(await cart.itemStatuses()).toEqual(['closed', 'refunded', 'closed']);
    });

    it('is opened once though the channel never said so', async () => {
      world.channel.onOpen.next(doneUnheard, 2);
      const cart = await world.openedInCart({ combined, product: 'page' });
      await cart.paysChildren();
      await cart.endsAs('issued');
    });

    it('closes only when the channel has said so of every child, after hours without an answer', async () => {
      const cart = await world.openedInCart({ combined, product: 'page' });
      const until = (await world.nowMs()) + 3 * hour;
      for (const channel of [world.channel, world.otherChannel]) {
        channel.onQuery.until(until, silentQuery);
        channel.onClose.until(until, unheard);
      }
      await world.pass(2 * hour);
      expect((await cart.record()).status).toBe('closing');
      await cart.endsAs('closed');
    });
  },
);

describe('whatever happens to a cart', { timeout: 300_000 }, () => {
  it('its money ends as the premiums of policies in force, or with the payer', async () => {
    const anyCart = fc.record({
      items: fc.array(fc.record({ amountFen: fc.integer({ min: 1, max: 9_999 }), refused: fc.boolean() }), {
        minLength: 1,
        maxLength: 4,
      }),
      allOrNothing: fc.boolean(),
      combined: fc.constantFrom(null, 'together' as const, 'each' as const),
      money: fc.constantFrom('paid', 'unheard', 'never', 'late', 'cancelled'),
    });
    await fc.assert(
      fc.asyncProperty(anyCart, async ({ items, allOrNothing, combined, money }) => {
        await world.calm();
        const itemsFen = items.map(({ amountFen }) => fen(amountFen));
        const cart = await world.openedInCart({ itemsFen, allOrNothing, combined, product: 'page' });
        for (const [index, { refused }] of items.entries()) if (refused) world.core.refusesFor(cart.itemId(index + 1));
        const pay = (how: { anyway?: true } = {}) =>
          combined === null ? cart.pays(how) : cart.paysChildren(undefined, how);
        const callBack = async () => {
          if (combined === null) await cart.callback();
          else for (const index of items.keys()) await cart.childCallsBack(index + 1);
        };
        if (money === 'cancelled') await cart.cancels();
        if (money === 'paid' || money === 'unheard') await pay();
        if (money === 'paid') await callBack();
        await cart.ends();
        if (money === 'late' || money === 'cancelled') {
          await pay({ anyway: true });
          await callBack();
          await cart.ends();
        }
        await cart.expectMoneyRight();
      }),
      { numRuns: 15 },
    );
  });
});
