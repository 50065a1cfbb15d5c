import type { Receipt } from '../../domain/charge.js';
import type { PaymentStatus } from '../../domain/payment.js';
import { nowIso } from '../saga/clock.js';
import { collectCombined, type CollectedChild } from './collectCombined.js';
import {
  collectAndSettle,
  giveBackMisfit,
  holdWhileDoubtful,
  noteReceived,
  recordRefunded,
  recordReturned,
  refundInFull,
  runPayment,
  type Settled,
} from '../collect/collectAndSettle.js';
import { collectPremium } from '../collect/collectPremium.js';
import { markPlaced, type Charge } from '../collect/collection.js';
import { issueUntilKnown, undoPolicy, type Issued } from '../issue/issueUntilKnown.js';
import type { CartPaymentInput } from './messages.js';
import { OpenCart, type ItemCase } from './openCart.js';
import { inRecords } from '../saga/steps.js';

/**
 * Several payments in one go: the payer pays once, then the core issues each item. An item it refuses is given back by its
 * amount while the others stand; of a cart of all or nothing the others are cancelled and given back too.
 */
export async function cartPayment(input: CartPaymentInput): Promise<PaymentStatus> {
  const cart = new OpenCart(input);
  cart.listen();
  return runPayment(cart, async () => {
    if (!(await registerItems(cart))) return null;
    if (cart.cart.combined) {
      await collectAndSettleCombined(cart);
      return null;
    }
    return collectAndSettle(cart, {
      collect: () => collectPremium(cart),
      receive: (charge, receipt) => receiveCart(cart, charge, receipt),
      settle: (charge, receipt) => settleCart(cart, charge, receipt),
      // Each item has seen to its own.
      undoPolicy: () => Promise.resolve(),
    });
  });
}

/** The second lock of each item, its id. One that stands for something else ends the cart before any channel is called. */
async function registerItems(cart: OpenCart): Promise<boolean> {
  const { conflicting } = await inRecords.registerItems.executeWithOptions(
    { summary: `register ${cart.cart.items.length} items` },
    [{ cartRecordId: cart.paymentId, at: nowIso() }],
  );
  const [first] = conflicting;
  if (first === undefined) return true;
  const why = `payment ${conflicting.join(', ')} stands for another request`;
  cart.refusal = { code: 'payment-conflict', message: why };
  cart.note('ChargeClosed', why);
  cart.moveTo('closed');
  // Only those that are this cart's go with it.
  const followers = cart.cart.items.map(({ paymentId }) => paymentId).filter((id) => !conflicting.includes(id));
  await inRecords.recordPayment.executeWithOptions({ summary: `record closed: ${why}` }, [
    { step: cart.step({ closeReason: why, followers }) },
  ]);
  return false;
}

async function receiveCart(cart: OpenCart, charge: Charge, receipt: Receipt): Promise<void> {
  const knownBy = noteReceived(cart, charge, receipt);
  const { outTradeNo, method } = charge;
  const { channel } = method;
  await inRecords.receiveCart.executeWithOptions(
    { summary: `receive ${receipt.paidFen} fen for ${cart.cart.items.length} items, known by ${knownBy}` },
    [
      {
        charges: [{ outTradeNo, channel, receipt }],
        items: cart.cart.items.map(({ paymentId, amountFen }) => ({ paymentId, amountFen, outTradeNo })),
        knownBy,
        step: cart.step(),
      },
    ],
  );
}

async function settleCart(cart: OpenCart, charge: Charge, receipt: Receipt): Promise<Settled> {
  const belief = await holdWhileDoubtful(cart, charge);
  if (belief === 'gone') return { kind: 'gone', items: cart.cart.items.map(({ paymentId }) => paymentId) };
  const items = cart.partWithItems().map((item) => ({ item, charge, receipt }));
  if (belief === 'sendBack') await Promise.all(items.map(giveItemBack));
  else await settleItems(cart, items);
  await recordCart(cart);
  return { kind: 'issued' };
}

type Belief = Awaited<ReturnType<typeof holdWhileDoubtful>>;

/** An item with the charge that paid it. */
interface PaidItem {
  item: ItemCase;
  charge: Charge;
  receipt: Receipt;
}

async function settleItems(cart: OpenCart, paid: readonly PaidItem[]): Promise<void> {
  cart.show('the core issues the policies');
  if (cart.cart.allOrNothing) await issueAllOrNone(cart, paid);
  else await Promise.all(paid.map((each) => issueOrGiveBack(cart, each)));
}

/** Each item by itself, all of them at once: one that waits keeps none of the others. */
async function issueOrGiveBack(cart: OpenCart, paid: PaidItem): Promise<void> {
  const issued = await issueUntilKnown(paid.item, issueRequest(paid), cart.input.terms);
  if (issued.kind === 'issued') return;
  await undoPolicy(paid.item, 'the premium is refunded');
  await giveItemBack(paid);
  // A call to the core that was given up as unknown may have landed while the money went back.
  if (issued.sinceUnknown) await undoPolicy(paid.item, 'the premium was refunded');
}

/** Items stay paid until the core has said yes to every one; one no undoes the others, looked for at the core before money moves. */
async function issueAllOrNone(cart: OpenCart, paid: readonly PaidItem[]): Promise<void> {
  const issued = await Promise.all(
    paid.map((each) => issueUntilKnown(each.item, issueRequest(each), cart.input.terms, 'paid')),
  );
  if (issued.every(({ kind }) => kind === 'issued')) {
    await Promise.all(paid.map(({ item }) => recordIssued(item)));
    return;
  }
  await Promise.all(paid.map((each, index) => cancelAndGiveBack(each, issued[index])));
}

async function cancelAndGiveBack(paid: PaidItem, issued: Issued | undefined): Promise<void> {
  await undoPolicy(paid.item, 'an item of the cart was refused');
  await giveItemBack(paid);
  // A call to the core that was given up as unknown may have landed while the money went back.
  if (issued?.kind === 'notIssued' && issued.sinceUnknown) await undoPolicy(paid.item, 'the premium was refunded');
}

async function recordIssued(item: ItemCase): Promise<void> {
  item.moveTo('issued');
  await inRecords.recordPayment.executeWithOptions({ summary: `record ${item.paymentId} issued` }, [
    { step: item.step() },
  ]);
}

async function giveItemBack({ item, charge }: PaidItem): Promise<void> {
  const { amountFen, proposalNo } = item.item;
  await refundInFull(item, charge, { amountFen, source: 'premiumInAdvance', proposalNo });
  await recordRefunded(item, charge);
}

function issueRequest({ item: { item }, charge, receipt }: PaidItem) {
  return {
    paymentId: item.paymentId,
    proposalNo: item.proposalNo,
    amountFen: item.amountFen,
    paidAt: receipt.paidAt,
    channel: charge.method.channel,
    outTradeNo: charge.outTradeNo,
    channelTradeNo: receipt.tradeNo,
  };
}

/** Where an item stands when it goes its own way, by what became of its charge. */
const standingOf = { paid: 'paid', closed: 'closing', giveBack: 'needsAttention', returned: 'needsAttention' } as const;

/** The cart over several payees: each item has a charge of its own, and stands or falls with it. */
async function collectAndSettleCombined(cart: OpenCart): Promise<void> {
  const collected = await collectCombined(cart);
  if (collected.every(({ kind }) => kind === 'closed')) {
    await recordClosed(cart, collected);
    return;
  }
  const paid = collected.filter((child) => child.kind === 'paid');
  for (const child of paid) markPlaced(child.charge, [child.receipt.tradeNo]);
  if (paid.length > 0) await receiveChildren(cart, paid);
  const beliefs = new Map<Charge, Belief>();
  for (const { charge } of paid) beliefs.set(charge, await holdWhileDoubtful(cart, charge));
  const items = cart.partWithItems(collected.map(({ kind }) => standingOf[kind]));
  const itemOf = ({ charge }: CollectedChild): ItemCase => {
    const item = items[cart.collection.charges.indexOf(charge)];
    if (item === undefined) throw new Error(`${charge.outTradeNo} pays no item`);
    return item;
  };
  const paidItems = paid.map((child) => ({ ...child, item: itemOf(child) }));
  const believedAs = (belief: Belief) => paidItems.filter(({ charge }) => beliefs.get(charge) === belief);
  const complete = believedAs('money').length === collected.length;
  const held = believedAs('money');
  await Promise.all([
    ...collected.map((child) => endUnpaid(itemOf(child), child)),
    ...believedAs('sendBack').map(giveItemBack),
    ...believedAs('gone').map(({ item, ...money }) => recordReturned(item, { ...money, booked: true })),
    cart.cart.allOrNothing && !complete ? Promise.all(held.map(giveItemBack)) : settleItems(cart, held),
  ]);
  await recordCart(cart);
}

async function receiveChildren(
  cart: OpenCart,
  paid: readonly Extract<CollectedChild, { kind: 'paid' }>[],
): Promise<void> {
  const [first] = paid;
  if (first === undefined) return;
  const knownBy = noteReceived(cart, first.charge, first.receipt);
  const itemOf = ({ charge }: CollectedChild) => cart.cart.items[cart.collection.charges.indexOf(charge)];
  await inRecords.receiveCart.executeWithOptions({ summary: `receive ${paid.length} items, known by ${knownBy}` }, [
    {
      charges: paid.map(({ charge, receipt }) => ({
        outTradeNo: charge.outTradeNo,
        channel: charge.method.channel,
        receipt,
      })),
      items: paid.flatMap((child) => {
        const item = itemOf(child);
        return item === undefined
          ? []
          : [{ paymentId: item.paymentId, amountFen: item.amountFen, outTradeNo: child.charge.outTradeNo }];
      }),
      knownBy,
      step: cart.step({ followers: [] }),
    },
  ]);
}

/** What has no premium: never paid, of a wrong amount, or given back by the channel itself. */
async function endUnpaid(item: ItemCase, child: CollectedChild): Promise<void> {
  const { charge } = child;
  switch (child.kind) {
    case 'paid':
      return;
    case 'giveBack':
      await giveBackMisfit(item, charge, item.item.proposalNo);
      return;
    case 'returned':
      await recordReturned(item, { charge, receipt: child.receipt, booked: false });
      return;
    case 'closed': {
      // Money that comes for it after all finds its place when the other charges are ended.
      const why = 'not paid with the rest of its cart';
      item.note('ChargeClosed', `${charge.outTradeNo} ${why}`);
      item.moveTo('closed');
      const step = item.step({ closeReason: why });
      await inRecords.recordPayment.executeWithOptions({ summary: `record ${item.paymentId} closed` }, [
        { step, charge: { outTradeNo: charge.outTradeNo, version: step.version, status: 'closed' } },
      ]);
    }
  }
}

async function recordClosed(cart: OpenCart, collected: readonly CollectedChild[]): Promise<void> {
  const why = cart.cancelReason === null ? 'unpaid' : `cancelled: ${cart.cancelReason}`;
  cart.note('ChargeClosed', `${collected.length} children ${cart.refusal === null ? why : 'refused'}`);
  cart.moveTo('closed');
  const step = cart.step({ closeReason: why });
  const status = cart.refusal === null ? 'closed' : 'refused';
  const charges = collected.map(
    ({ charge }) => ({ outTradeNo: charge.outTradeNo, version: step.version, status }) as const,
  );
  await inRecords.recordPayment.executeWithOptions({ summary: `record closed: ${why}` }, [{ step, charges }]);
}

async function recordCart(cart: OpenCart): Promise<void> {
  cart.refresh();
  await inRecords.recordPayment.executeWithOptions({ summary: `record cart ${cart.status}` }, [{ step: cart.step() }]);
}
